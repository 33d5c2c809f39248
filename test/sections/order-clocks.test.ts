import { expect, test } from '@jest/globals';
import { orderClocks } from '../../sections/shared/facts/order-clocks.ts';
import type { FillRow, OrderRow, PositionRow } from '../../sections/shared/queries/trading-rows.ts';
import { entryOrder, fill, many } from './trading-rows.ts';
import { at } from './support.ts';

const HOUR_MS = 3_600_000;
const shifted = (time: string, hours: number): string =>
  new Date(Date.parse(time) + hours * HOUR_MS).toISOString();

/** Market orders that were filled at one after another, with their times off by so much, and those of positions if any. */
const clocksOf = (
  count: number,
  created: (i: number) => number,
  venue = created,
  moments = count,
  opened?: number,
) => {
  const times = many(count, (i) => at(`03:${String(10 + (i % moments))}`));
  const orders = times.map((time, i) =>
    entryOrder(`o${String(i)}`, {
      ...{ type: 'market', created_at: shifted(time, created(i)) },
      ...{ venue_at: shifted(time, venue(i)), filled_at: shifted(time, venue(i)) },
    }),
  );
  const fills = times.map((time, i) =>
    fill(`p${String(i)}`, 'long', time, { id: `f${String(i)}`, order_id: `o${String(i)}` }),
  );
  const positions = times.flatMap((time, i) =>
    opened === undefined ? [] : [{ entry_order_id: `o${String(i)}`, opened_at: shifted(time, opened) }],
  );
  const rows = [orders, fills, positions] as unknown as [OrderRow[], FillRow[], PositionRow[]];
  return [...orderClocks(...rows).values()].map(({ of, columns, laterMs, isWhole }) => [
    of === 'fills' ? 'fills' : columns.join(', '),
    laterMs / HOUR_MS,
    isWhole,
  ]);
};

test.each<[string, ReturnType<typeof clocksOf>, (readonly unknown[])[]]>([
  ['none of its time', clocksOf(12, () => 0), []],
  [
    'one column of another zone',
    clocksOf(
      12,
      () => -5.5,
      () => 0,
    ),
    [['created_at', -5.5, false]],
  ],
  ['all columns', clocksOf(12, () => 3), [['created_at, venue_at, filled_at', 3, true]]],
  ['too few', clocksOf(9, () => 3), []],
  ['enough, of a few moments', clocksOf(12, () => 3, undefined, 2), []],
  ['no constant', clocksOf(12, (i) => i), []],
  ['a delay below any zone', clocksOf(12, () => 0.2), []],
  [
    'by minutes, where positions lie with the fills',
    clocksOf(12, () => 0.1, undefined, 12, 0),
    [['created_at, venue_at, filled_at', 0.1, true]],
  ],
  [
    'by minutes, where positions lie with the orders',
    clocksOf(12, () => 0.1, undefined, 12, 0.1),
    [['fills', 0.1, true]],
  ],
  ['by minutes, where positions lie with neither', clocksOf(12, () => 0.1, undefined, 12, -0.1), []],
  ['a delay of two minutes', clocksOf(12, () => 0.03, undefined, 12, 0), []],
  [
    'a request minutes before all else',
    clocksOf(
      12,
      () => -0.1,
      () => 0,
      12,
      0,
    ),
    [],
  ],
])('orders off their fills: %s', (_name, found, expected) => {
  expect(found).toEqual(expected);
});
