import { text } from '../../audit/text.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import { FOUND_BY_PREFLIGHT } from './preflight.ts';
import { timesReversed } from './rule-time-order.ts';
import { placeOf, type Told } from './told.ts';
import { isAhead } from './rule-times-ahead.ts';

const placesOf = (found: readonly Told[]): readonly string[] => [...new Set(found.map(placeOf))];

const QUARTER_S = 15 * 60;

/** By a whole number of quarter hours, as zones differ. */
function isZone({ laterS }: Told, allowedS: number): boolean {
  const nearest = Math.round(laterS / QUARTER_S) * QUARTER_S;
  return nearest !== 0 && Math.abs(laterS - nearest) <= allowedS;
}

/** Most rows of an entity lie before or after what they tell of: one of the two clocks, or a zone, is another one. */
export const liesElsewhere = rule<Facts, Input>()({
  id: 'DQ-06',
  title: timesReversed.title,
  dimension: 'integrity',
  condition: timesReversed.condition,
  effort: 'low',
  find({ elsewhere }, input) {
    // What lies after the moment of reading is one finding, which says of it what this one would.
    const found = elsewhere.filter((one) => !isAhead(one, input));
    return found.length === 0
      ? []
      : [{ venue: null, found, kind: 'elsewhere', labels: { what: 'elsewhere' } }];
  },
  from: {
    basis: 'rows that tell of each other',
    queries: ['positions', 'fills', 'orders', 'told-by-event', 'told-by-stop-change'],
  },
  numbers: ({ found, policy }) => ({
    elsewhere: num.count(
      'Columns of times that lie elsewhere than what they tell of',
      placesOf(found).length,
      { formula: 'median distance to what they tell of, per exchange' },
    ),
    early: policy('toldEarlyS', 'Earlier by at most'),
    late: policy('toldLateS', 'Later by at most'),
  }),
  severity: () => 'HIGH',
  causes: ({ found, input: { shared } }) => [
    hypothesis('other-zone', 'These times are those of another zone than the configuration says.', [
      'each is off by a whole number of quarter hours, within the time that clocks may differ',
      found.every((one) => isZone(one, shared.thresholds.clockSkewS)),
    ]),
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
  see: ({ found: [first] }) =>
    first?.entity === 'order' || first?.entity === 'fill'
      ? 'select o.exchange, o.id, o.created_at, o.venue_at, o.filled_at, f.at\nfrom "order" o\njoin fill f on f.order_id = o.id\norder by f.at desc\nlimit 50;'
      : 'select e.at, e.type, p.id, p.opened_at, p.closed_at\nfrom event e\njoin position p on p.id = e.position_id\norder by e.at desc\nlimit 50;',
  words: (n, { found }) => {
    const [first] = found;
    const places = placesOf(found);
    const columns = names(places);
    const example =
      first === undefined
        ? ''
        : ` Of ${String(first.compared)} of ${placeOf(first)} the median is ${String(first.laterS)} s from ${first.against}.`;
    return {
      title: text`${n.elsewhere} ${noun(places.length, 'column lies', 'columns lie')} in another time than what ${noun(places.length, 'it tells', 'they tell')} of`,
      description: text`${columns}: more than ${n.early} before, or ${n.late} after.${example}`,
      financial: 'Not known: what this window counts of these rows may belong to another one.',
      operational:
        'Rows of the window are missing in it, and others are in it that happened before or after.',
      risk: 'Whoever looks for what happened at a time finds something else, and latencies cannot be told.',
      detection: FOUND_BY_PREFLIGHT,
      recommendation: `Correct the clock or the zone of what writes ${columns}, and write when it happened.`,
      verification: 'In the next window rows lie where what they tell of lies.',
    };
  },
});
