import { text } from '../../audit/text.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import { FOUND_BY_PREFLIGHT } from './preflight.ts';
import { timesReversed } from './rule-time-order.ts';
import type { Told } from './told.ts';

/** Most rows of an entity lie before or after what they tell of: one of the two clocks, or a zone, is another one. */
export const liesElsewhere = rule<Facts, Input>()({
  id: 'DQ-06',
  title: timesReversed.title,
  dimension: 'integrity',
  condition: timesReversed.condition,
  effort: 'low',
  find({ elsewhere }) {
    return elsewhere.length === 0
      ? []
      : [{ venue: null, found: elsewhere, kind: 'elsewhere', labels: { what: 'elsewhere' } }];
  },
  from: {
    basis: 'rows that tell of each other',
    queries: ['positions', 'fills', 'orders', 'told-by-event', 'told-by-stop-change'],
  },
  numbers: ({ found, policy }) => ({
    elsewhere: num.count(
      'Kinds of rows that lie in another time',
      new Set(found.map(({ entity }) => entity)).size,
      {
        formula: 'median distance to what they tell of, per exchange',
      },
    ),
    early: policy('toldEarlyS', 'Earlier by at most'),
    late: policy('toldLateS', 'Later by at most'),
  }),
  severity: () => 'HIGH',
  causes: ({ found }) => [
    hypothesis('clock-behind', 'The clock or the zone that writes these rows is behind the other one.', [
      'all of them lie before what they tell of',
      found.every(({ laterS }) => laterS < 0),
    ]),
    hypothesis('written-late', 'They are written with the time of writing, long after what they tell of.', [
      'all of them lie after what they tell of',
      found.every(({ laterS }) => laterS > 0),
    ]),
  ],
  otherwise: 'The clock, the zone or the unit of one of the two is another one; the rows do not show which.',
  occurrence: ({ entity, what }, { input }) => ({ subject: `${entity} ${what}`, at: input.window.from }),
  evidence: {
    id: 'data-integrity.elsewhere',
    title: 'Rows that lie in another time than what they tell of',
    table: table<Told>({
      entity: col.text('Entity', ({ entity }) => entity),
      what: col.text('Tells of', ({ what }) => what),
      against: col.text('Compared with', ({ against }) => against),
      compared: col.count('Compared', ({ compared }) => compared),
      later: col.s('Later by', ({ laterS }) => laterS),
    }),
  },
  see: () =>
    'select e.at, e.type, p.id, p.opened_at, p.closed_at\nfrom event e\njoin position p on p.id = e.position_id\norder by e.at desc\nlimit 50;',
  words: (n, { found }) => {
    const [first] = found;
    const entities = names([...new Set(found.map(({ entity }) => entity))]);
    const example =
      first === undefined
        ? ''
        : ` Of ${String(first.compared)} of ${first.entity} the median is ${String(first.laterS)} s from ${first.against}.`;
    return {
      title: text`${n.elsewhere} ${noun(found.length, 'kind of row lies', 'kinds of rows lie')} in another time than what ${noun(found.length, 'it tells', 'they tell')} of`,
      description: text`${entities}: more than ${n.early} before, or ${n.late} after.${example}`,
      financial: 'Not known: what this window counts of these rows may belong to another one.',
      operational:
        'Rows of the window are missing in it, and others are in it that happened before or after.',
      risk: 'Whoever looks for what happened at a time finds something else, and latencies cannot be told.',
      detection: FOUND_BY_PREFLIGHT,
      recommendation: `Correct the clock or the zone of what writes ${entities}, and write when it happened.`,
      verification: 'In the next window rows lie where what they tell of lies.',
    };
  },
});
