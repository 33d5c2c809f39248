import { ZERO, type Money } from '../../../audit/decimal.ts';
import type { FillRow, OrderRow } from '../queries/trading-rows.ts';
import { groupBy, positiveOrNull, timeOrNull } from './row-values.ts';
import { beyond, quantityOf, without, type Surplus } from './surplus.ts';
import { isOtherName, venueOf } from './symbols.ts';

const ENDED = new Set(['filled', 'cancelled', 'rejected', 'expired']);

/** What names an order, with where and in what. */
export type OrderName = Pick<FillRow, 'order_id' | 'exchange' | 'symbol'>;

/**
 * The orders of fills: by the bot's id, else by the venue's. At another exchange it is the same order only where no other
 * has the id and it is of the same instrument: two exchanges may number alike.
 */
export function orderFinder(orders: readonly OrderRow[]): (name: OrderName) => OrderRow | undefined {
  const byId = groupBy(orders, ({ id }) => id);
  const byVenueId = groupBy(orders, ({ exchange_order_id: id }) => id ?? '');
  return ({ order_id: id, exchange, symbol }) => {
    if (id === null || id === '') return undefined;
    const [own, theirs] = [byId.get(id) ?? [], byVenueId.get(id) ?? []];
    const isHere = (order: OrderRow): boolean => {
      const venues = [order.exchange, exchange].map(venueOf);
      return venues[0] === venues[1] || venues.includes('unknown');
    };
    const here = own.findLast(isHere) ?? theirs.findLast(isHere);
    if (here !== undefined || symbol === null) return here;
    const elsewhere = new Map([...own, ...theirs].map((order) => [order.id, order]));
    const [only, ...others] = elsewhere.values();
    return others.length > 0 || only === undefined || isOtherName(only.symbol, symbol) ? undefined : only;
  };
}

/**
 * Fills up to what their own order filled. Fills whose order is not known, or does not say what it filled, stay as they
 * are and are `unbounded`.
 */
export function withinOrders(fills: readonly FillRow[], orders: readonly OrderRow[]) {
  const orderOf = orderFinder(orders);
  const groups = groupBy(
    fills.filter(({ order_id: id }) => id !== null),
    ({ order_id: id, exchange }) => `${id ?? ''} ${venueOf(exchange)}`,
  );
  const cuts = new Map<FillRow, Money>();
  const surplus: Surplus[] = [];
  const bounded = new Set<string>();
  for (const group of groups.values()) {
    const [first] = group;
    const order = first && orderOf(first);
    const bound = order ? boundOf(order, group) : null;
    if (!order || bound === null) continue;
    for (const { id } of group) bounded.add(id);
    const stored = quantityOf(group);
    // What traded nothing cost nothing, where the others are all that its order filled.
    if (stored.greaterThanOrEqualTo(bound))
      for (const fill of group) if (positiveOrNull(fill.quantity) === null) cuts.set(fill, ZERO);
    for (const [fill, quantity] of beyond(group, bound, positiveOrNull(order.average_price))) {
      cuts.set(fill, quantity);
      surplus.push({ fill, quantity, order, bound, stored });
    }
  }
  return { fills: without(fills, cuts), surplus, isBounded: ({ id }: FillRow) => bounded.has(id) };
}

/**
 * What an order filled at most: its filled quantity once it ended or was written after its last fill, else all that it
 * was for. A filled order that says less of itself than it was for contradicts itself, and the larger one bounds.
 */
function boundOf(order: OrderRow, fills: readonly FillRow[]): Money | null {
  const { status, filled, updated_at: updated } = order;
  const [done, all] = [positiveOrNull(filled), positiveOrNull(order.quantity)];
  if (done === null || all === null) return status === 'filled' ? (done ?? all) : all;
  const last = Math.max(...fills.map(({ at }) => timeOrNull(at) ?? 0));
  const written = timeOrNull(updated);
  const isSettled = ENDED.has(status ?? '') || (written !== null && written >= last);
  if (!isSettled || (status === 'filled' && done.lessThan(all))) return done.greaterThan(all) ? done : all;
  return done;
}
