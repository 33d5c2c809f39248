import { text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { GRACE_MS } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import { FOUND_BY_PREFLIGHT } from './preflight.ts';
import { reversedTimes, type Reversed } from './reversed-times.ts';

/** Rows whose own times contradict each other, such as a fill before its order. */
export const timesReversed = rule<Facts, Input>()({
  id: 'DQ-06',
  title: 'Rows that contradict themselves',
  dimension: 'integrity',
  condition: `an order's answer, trigger, fill, cancel or last write before its creation, its end before its trigger, or a position's close or last write before its opening, by more than ${String(GRACE_MS / 1000)} s, or a market order created over a day before its answer; rows that exclude each other (limit, side, role, exit reason, maker, strategy, instrument, target, change or replaced order); LOW for events, trailing updates, funding, decisions, executions and signals that contradict what they name; HIGH for a time after the moment of reading, rows that lie in another time than what they tell of, an open position with a closing time, an alert acknowledged before it was sent, margin in use above the total with a negative rest`,
  effort: 'low',
  find({ positions }, { rows: { orders }, shared: { orderClocks } }) {
    // Orders that all lie in another time are one finding, by their exchange and column.
    const own = (orders.ok ? orders.rows : []).filter(({ exchange }) => !orderClocks.has(venueOf(exchange)));
    const found = reversedTimes(own, positions);
    return found.length === 0 ? [] : [{ venue: null, found }];
  },
  from: { basis: 'orders and position rows', queries: ['orders', 'positions'] },
  numbers: ({ found }) => ({
    reversed: num.count('Times that lie before what they follow', found.length, {
      formula: 'rows of the window, a column each',
    }),
  }),
  severity: () => 'MEDIUM',
  causes: () => [],
  otherwise:
    'The clock, the zone or the unit of one of the two columns is another one; the rows do not show which.',
  occurrence: ({ symbol, other }) => ({ subject: symbol, at: other }),
  evidence: {
    id: 'data-integrity.reversed',
    title: 'Times in the wrong order',
    table: table<Reversed>({
      entity: col.text('Entity', ({ entity }) => entity),
      id: col.text('Id', ({ id }) => id),
      symbol: col.text('Symbol', ({ symbol }) => symbol),
      column: col.text('Column that cannot be', ({ column }) => column),
      value: col.time('Its value', ({ value }) => value),
      against: col.text('Against', ({ against }) => against),
      other: col.time('Which is', ({ other }) => other),
    }),
  },
  see: ({ found }) => {
    const entity = found[0]?.entity ?? 'order';
    const ids = found.filter((one) => one.entity === entity).map(({ id }) => id);
    return entity === 'order'
      ? seeRows('order', 'id, symbol, status, created_at, filled_at, cancelled_at', 'id', ids, 'created_at')
      : seeRows('position', 'id, symbol, status, opened_at, closed_at, updated_at', 'id', ids, 'opened_at');
  },
  words: (n, { found }) => {
    const [first] = found;
    const columns = [...new Set(found.map(({ entity, column }) => `${entity}.${column}`))].join(', ');
    const example =
      first === undefined
        ? ''
        : `, as of ${first.id}: ${first.column} is ${iso(first.value)}, and ${first.against} is ${iso(first.other)}`;
    const isEarly =
      found.every(({ value, other }) => value < other) &&
      found.every(({ column }) => column === 'created_at');
    return {
      title: isEarly
        ? text`${n.reversed} market ${noun(found.length, 'order was', 'orders were')} created over a day before the exchange answered`
        : text`${n.reversed} ${noun(found.length, 'time lies', 'times lie')} before what ${noun(found.length, 'it follows', 'they follow')}`,
      description: text`What cannot be as it is: ${columns}${example}.`,
      financial: 'None by itself.',
      operational: 'Latencies, holding times and the order of events of these rows are wrong.',
      risk: 'A bot that reads its own times back acts on an order of events that never was.',
      detection: FOUND_BY_PREFLIGHT,
      recommendation: `Find where ${columns} is written, and write the time of the exchange in UTC.`,
      verification: 'No row of the next window has its times in the wrong order.',
    };
  },
});
