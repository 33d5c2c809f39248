import { expect } from '@jest/globals';
import { zombieOrders } from '../../sections/zombie-orders.ts';
import { at, danglingReferences, evaluate, findingsOf, valueOf, type Evidence } from './support.ts';
import { entryOrder, position } from './trading-rows.ts';

export type Row = Readonly<Record<string, unknown>>;

export function run(rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  // A bot whose orders never end is another matter.
  const orders = rows['orders'] === undefined || 'value' in rows['orders'] ? [] : rows['orders'];
  const ended = orders.length === 0 ? {} : { orders: [...orders, entryOrder('ended')] };
  const result = evaluate(zombieOrders, {
    ...more,
    rows: more.kind === 'as given' ? rows : { ...rows, ...ended },
  });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
export const closedAtFive = (id: string, over: Row = {}): Row =>
  position(id, { closed_at: at('05:00'), ...over });
export const limit = (id: string, over: Row = {}): Row =>
  entryOrder(id, {
    type: 'limit',
    status: 'new',
    filled: null,
    price: '90',
    reduce_only: false,
    venue_at: over['created_at'] ?? at('01:00'),
    ...over,
  });
export const found = (order: string, time: string, over: Row = {}): Row => ({
  id: `e-${order}-${time}`,
  at: at(time),
  kind: 'zombie_found',
  exchange: 'binance',
  symbol: 'BTCUSDT',
  order_id: order,
  message: null,
  ...over,
});
export const said = (result: ReturnType<typeof run>, rule: string) =>
  findingsOf(result, rule).map(({ severity, venue, frequency }) => [severity, venue, frequency]);
export const reasons = (result: ReturnType<typeof run>) =>
  ['orphaned', 'wrong-side', 'oversized', 'duplicate', 'stale', 'far'].map((reason) =>
    valueOf(result, 'zombie_orders', { reason }),
  );
