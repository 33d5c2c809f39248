import { expect, test } from '@jest/globals';
import { orderClocks } from '../../sections/shared/facts/order-clocks.ts';
import type { FillRow, OrderRow } from '../../sections/shared/queries/trading-rows.ts';
import { entryOrder, fill, many } from './trading-rows.ts';
import { at } from './support.ts';

const HOUR_MS = 3_600_000;
const shifted = (time: string, hours: number): string =>
  new Date(Date.parse(time) + hours * HOUR_MS).toISOString();

/** Market orders that were filled at one after another, with their times off by so much. */
const clocksOf = (count: number, created: (i: number) => number, venue = created, moments = count) => {
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
  return [...orderClocks(orders as unknown as OrderRow[], fills as unknown as FillRow[], []).values()].map(
    ({ columns, laterMs, isWhole }) => [columns.join(', '), laterMs / HOUR_MS, isWhole],
  );
};

test.each<[string, ReturnType<typeof clocksOf>, ReturnType<typeof clocksOf>]>([
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
])('orders off their fills: %s', (_name, found, expected) => {
  expect(found).toEqual(expected);
});
