import type { Money } from '../../../audit/decimal.ts';
import type { FillRow, OrderRow } from '../queries/trading-rows.ts';
import { groupBy, positiveOrNull, timeOrNull } from './row-values.ts';
import { beyond, quantityOf, without, type Surplus } from './surplus.ts';
import { venueOf } from './symbols.ts';

const ENDED = new Set(['filled', 'cancelled', 'rejected', 'expired']);

/** The orders of fills: by the bot's id, else by the venue's; one of another exchange is another order. */
export function orderFinder(
  orders: readonly OrderRow[],
): (fill: Pick<FillRow, 'order_id' | 'exchange'>) => OrderRow | undefined {
  const byVenueId = new Map(orders.map((order) => [order.exchange_order_id, order]));
  const byId = new Map(orders.map((order) => [order.id, order]));
  return ({ order_id: id, exchange }) => {
    const order = id === null ? undefined : (byId.get(id) ?? byVenueId.get(id));
    const venues = [order?.exchange ?? null, exchange].map(venueOf);
    return venues[0] === venues[1] || venues.includes('unknown') ? order : undefined;
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
