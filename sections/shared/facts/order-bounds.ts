import { ZERO, type Money } from '../../../audit/decimal.ts';
import type { FillRow, OrderRow } from '../queries/trading-rows.ts';
import { rowsById } from './ids.ts';
import { groupBy, positiveOrNull, timeOrNull } from './row-values.ts';
import { beyond, quantityOf, without, type Surplus } from './surplus.ts';
import { instrumentKey, isOtherName, venueOf } from './symbols.ts';

/** States in which an order may still trade, and those in which it trades no more. */
export const ALIVE: ReadonlySet<string | null> = new Set(['new', 'partially_filled']);
export const ENDED: ReadonlySet<string | null> = new Set(['filled', 'cancelled', 'rejected', 'expired']);

/** What names an order, with where and in what. */
export type OrderName = Pick<FillRow, 'order_id' | 'exchange' | 'symbol'>;

/**
 * The orders of fills: by the bot's id, else by the venue's. At another exchange it is the same order only where no other
 * has the id and it is of the same instrument: two exchanges may number alike. Of an order in two rows it is the first.
 */
export function orderFinder(orders: readonly OrderRow[]): (name: OrderName) => OrderRow | undefined {
  const byId = rowsById(orders, ({ id }) => id);
  const byVenueId = rowsById(orders, ({ exchange_order_id: id }) => id);
  const firstOf = orderCopies(orders);
  const found = ({ order_id: id, exchange, symbol }: OrderName): OrderRow | undefined => {
    const [own, theirs] = [byId(id), byVenueId(id)];
    const isHere = (order: OrderRow): boolean => {
      const venues = [order.exchange, exchange].map(venueOf);
      return venues[0] === venues[1] || venues.includes('unknown');
    };
    // Exchanges number the orders of each instrument by themselves.
    const isIt = (order: OrderRow): boolean => isHere(order) && !isOtherName(order.symbol, symbol);
    const here = own.findLast(isHere) ?? theirs.findLast(isIt) ?? theirs.findLast(isHere);
    if (here !== undefined || symbol === null) return here;
    const elsewhere = new Map([...own, ...theirs].map((order) => [order.id, order]));
    const [only, ...others] = elsewhere.values();
    return others.length > 0 || only === undefined || isOtherName(only.symbol, symbol) ? undefined : only;
  };
  return (name) => {
    const order = found(name);
    return order && (firstOf.get(order) ?? order);
  };
}

/** Rows that are one filled order at the exchange, beyond the first, with that one. */
export function orderCopies(orders: readonly OrderRow[]): ReadonlyMap<OrderRow, OrderRow> {
  const filled = orders.filter(
    ({ status, exchange_order_id: id }) => status === 'filled' && (id ?? '') !== '',
  );
  const byVenueId = groupBy(
    filled,
    ({ exchange, symbol, exchange_order_id: id }) => `${instrumentKey(exchange, symbol)} ${id ?? ''}`,
  );
  return new Map(
    [...byVenueId.values()].flatMap(([first, ...others]) =>
      others.flatMap((order) => (first && order.id !== first.id ? [[order, first] as const] : [])),
    ),
  );
}

/**
 * Fills up to what their own order filled. Fills whose order is not known, or does not say what it filled, stay as they
 * are and are `unbounded`.
 */
export function withinOrders(fills: readonly FillRow[], orders: readonly OrderRow[]) {
  const orderOf = orderFinder(orders);
  const byOrder = new Map<OrderRow, FillRow[]>();
  for (const fill of fills) {
    const order = orderOf(fill);
    if (order !== undefined) byOrder.set(order, [...(byOrder.get(order) ?? []), fill]);
  }
  const cuts = new Map<FillRow, Money>();
  const surplus: Surplus[] = [];
  const bounded = new Set<string>();
  for (const [order, group] of byOrder) {
    const bound = boundOf(order, group);
    if (bound === null) continue;
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
