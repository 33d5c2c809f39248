import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num, policy } from '../shared/vocabulary/number.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import { FOUND_BY_PREFLIGHT } from './preflight.ts';
import { timesReversed } from './rule-time-order.ts';
import { timesAheadOf, type Ahead } from './times-ahead.ts';
import { columnOf, placeOf, type Told } from './told.ts';

/** It lies after what it tells of because it lies after the moment of reading. */
export function isAhead(told: Told, input: Pick<Input, 'entities'>): boolean {
  return (
    told.laterS > 0 &&
    timesAheadOf(input).some(({ entity, column }) => `${entity}.${column}` === columnOf(told))
  );
}

/** Null where the data have no pinned end: when it was read is no part of the evidence. */
const aheadMs = ({ newest, asOf }: Ahead): number | null => (asOf === null ? null : ms(newest) - ms(asOf));

const QUARTER_MS = 15 * 60_000;

/** Rows of a time that has not come: then the rows of the window are those of another time. */
export const timesAhead = rule<Facts, Input>()({
  id: 'DQ-06',
  title: timesReversed.title,
  dimension: 'integrity',
  condition: timesReversed.condition,
  effort: 'low',
  find(_facts, input) {
    const found = [...timesAheadOf(input)].sort((a, b) => ms(b.newest) - ms(a.newest));
    return found.length === 0 ? [] : [{ venue: null, found, kind: 'ahead', labels: { what: 'ahead' } }];
  },
  from: { basis: 'preflight', queries: [] },
  numbers: ({ found, input }) => ({
    ahead: num.count(
      'Times after the moment of reading',
      found.reduce((sum, { rows }) => sum + rows, 0),
      {
        formula: 'times later than asOf, or than the moment of reading where none is pinned',
      },
    ),
    newest: num.time('The newest of them', ms(found[0]?.newest ?? input.window.to), { formula: 'as stored' }),
    allowed: policy('shared', input.shared.thresholds, 'clockSkewS', 'Clocks may differ by'),
  }),
  severity: () => 'HIGH',
  causes: ({ found, input: { shared } }) => {
    const [first] = found;
    const furthest = first === undefined ? null : aheadMs(first);
    const nearest = furthest === null ? null : Math.round(furthest / QUARTER_MS) * QUARTER_MS;
    const isOff = (quarters: number): boolean =>
      Math.abs((furthest ?? 0) - quarters) <= shared.thresholds.clockSkewS * 1000;
    return [
      hypothesis('wrong-zone', 'These times are those of another zone than the configuration says.', [
        'the newest is ahead by a whole number of quarter hours, within the time that clocks may differ',
        nearest === null ? null : nearest > 0 && isOff(nearest),
      ]),
      hypothesis('clock-ahead', 'The clock that writes them is ahead.', [
        'more than one column is ahead',
        found.length > 1,
      ]),
    ];
  },
  otherwise: 'The clock, the zone or the unit of the column is another one; the rows do not show which.',
  occurrence: ({ entity, column, newest }) => ({ subject: `${entity}.${column}`, at: ms(newest) }),
  evidence: {
    id: 'data-integrity.ahead',
    title: 'Times after the moment of reading',
    table: table<Ahead>({
      column: col.text('Column', ({ entity, column }) => `${entity}.${column}`),
      rows: col.count('Rows', ({ rows }) => rows),
      newest: col.time('Newest', ({ newest }) => ms(newest)),
      end: col.time('The data end', ({ asOf }) => (asOf === null ? null : ms(asOf))),
    }),
  },
  see: ({ found: [first] }) => {
    const [entity, column] = [first?.entity ?? 'heartbeat', first?.column ?? 'at'];
    const relation = entity === 'order' || entity === 'limit' ? `"${entity}"` : entity;
    return `select ${column}\nfrom ${relation}\nwhere ${column} >= '${first?.newest ?? ''}'::timestamptz - interval '1 day'\norder by ${column} desc\nlimit 20;`;
  },
  words: (n, { found, facts: { elsewhere }, input }) => {
    const whole = elsewhere
      .filter((one) => isAhead(one, input))
      .map((one) => ` Of ${placeOf(one)} the median is ${String(one.laterS)} s after ${one.against}.`);
    const columns = names(found.map(({ entity, column }) => `${entity}.${column}`));
    return {
      title: text`${n.ahead} ${noun(found.length, 'time lies', 'times lie')} after the moment of reading`,
      description: text`${columns}: later than any row can be, up to ${n.newest}; clocks may differ by ${n.allowed}.${whole.join('')}`,
      financial: 'Not known: what this window counts may belong to another one.',
      operational: 'The rows of the window are those of another time, and so is every number of this report.',
      risk: 'A bot whose clock is off cannot be compared with the exchange, and its limits of a day begin at another hour.',
      detection: FOUND_BY_PREFLIGHT,
      recommendation: `Correct the clock or the zone of what writes ${columns}, or the time zone of the bot in the configuration.`,
      verification: text`No time lies more than ${n.allowed} after the moment of reading in the next window.`,
    };
  },
});
