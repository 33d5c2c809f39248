import { ms } from '../../../audit/time.ts';
import type { FillRow, OrderRow, PositionRow, StopChangeRow } from '../queries/trading-rows.ts';
import { rowsById } from './ids.ts';
import { namedOrders } from './named-orders.ts';
import { orderFinder } from './order-bounds.ts';
import { isEntry, isStop } from './order-roles.ts';
import type { PositionFacts } from './position-facts.ts';
import { positiveOrNull, requestedAt, timeOrNull } from './row-values.ts';
import { venueOf } from './symbols.ts';

/** What another row tells of; times in milliseconds since the epoch. */
export interface Told {
  readonly subject: string;
  readonly venue: string;
  readonly at: number;
  /** What tells of it: a bot may store what its entries do, and not what its stops do. */
  readonly kind: string;
  readonly isStored: boolean;
}

/** By fills, positions and stop changes that name them. */
export function toldOfOrders(
  orders: readonly OrderRow[],
  fills: readonly FillRow[],
  rows: readonly PositionRow[],
  changes: readonly StopChangeRow[],
): readonly Told[] {
  const orderOf = orderFinder(orders);
  const placed = changes.filter(
    ({ kind, order_id: id, error }) =>
      error === null && (id ?? '') !== '' && (kind === 'placed' || kind === 'updated'),
  );
  return [
    ...namedOrders(fills, rows, orderOf).map(({ orderId: subject, exchange, at, kind, order }): Told => {
      const isStored = order !== undefined;
      return { subject, venue: venueOf(exchange), at, kind, isStored };
    }),
    ...placed.map(({ order_id: id, exchange, at }): Told => {
      const isStored = orderOf({ order_id: id, exchange, symbol: null }) !== undefined;
      const venue = venueOf(exchange);
      return { subject: id ?? '', venue, at: ms(at), kind: `${venue} change`, isStored };
    }),
  ];
}

/** By what orders filled, and by positions that were opened and closed. */
export function toldOfFills(
  orders: readonly OrderRow[],
  fills: readonly FillRow[],
  facts: PositionFacts,
): readonly Told[] {
  const orderOf = orderFinder(orders);
  const traded = new Set(fills.map(orderOf));
  const byOrders = orders.flatMap((order): Told[] => {
    const at = timeOrNull(order.filled_at ?? order.updated_at);
    if (at === null || (order.status !== 'filled' && positiveOrNull(order.filled) === null)) return [];
    const venue = venueOf(order.exchange);
    const kind = `${venue} ${isEntry(order) ? 'entry' : 'exit'}`;
    return [{ subject: order.id, venue, at, kind, isStored: traded.has(order) }];
  });
  const byPosition = rowsById(fills, ({ position_id: id }) => id);
  // By their own fills too, where those of too few are stored to carry the positions.
  const byRows = (facts.ok ? facts.positions : []).flatMap((fact): Told[] => {
    const { id: subject, venue, side, openedAt, closedAt, openedBy, closedBy } = fact;
    const has = (isEntry: boolean): boolean =>
      byPosition(subject).some((fill) => (fill.side === side) === isEntry);
    const opened = { at: openedAt, kind: `${venue} opened`, isStored: openedBy === 'fills' || has(true) };
    const closed = { kind: `${venue} closed`, isStored: closedBy === 'fills' || has(false) };
    const edges = closedAt === null ? [opened] : [opened, { ...closed, at: closedAt }];
    return edges.map((edge) => ({ ...edge, subject, venue }));
  });
  return [...byOrders, ...byRows];
}

/** By stop orders alone: where nothing but changes tells of stops, one that is missing may never have been placed. */
export function toldOfChanges(
  orders: readonly OrderRow[],
  changes: readonly StopChangeRow[],
): readonly Told[] {
  const byOrder = rowsById(changes, ({ order_id: id }) => id);
  return orders.filter(isStop).flatMap((order): Told[] => {
    const at = requestedAt(order);
    const isStored = [order.id, order.exchange_order_id].some((id) => byOrder(id).length > 0);
    const venue = venueOf(order.exchange);
    return at === null || order.status === 'rejected'
      ? []
      : [{ subject: order.id, venue, at, kind: venue, isStored }];
  });
}

/** By the first row that names a position. */
export function toldOfPositions(
  orders: readonly OrderRow[],
  fills: readonly FillRow[],
  rows: readonly PositionRow[],
): readonly Told[] {
  const byId = rowsById(rows, ({ id }) => id);
  const named = [
    ...orders.map((order) => [order, requestedAt(order)] as const),
    ...fills.map((fill) => [fill, timeOrNull(fill.at)] as const),
  ].flatMap(([{ position_id: id, exchange }, at]): Told[] => {
    const venue = venueOf(exchange);
    return id === null || id === '' || at === null
      ? []
      : [{ subject: id, venue, at, kind: venue, isStored: byId(id).length > 0 }];
  });
  return firstOfEach(named);
}

/** By fills that left nothing. */
export function toldOfClosings(facts: PositionFacts): readonly Told[] {
  return (facts.ok ? facts.positions : []).flatMap(({ id: subject, venue, ledger, row }) => {
    const at = ledger?.flatAt ?? null;
    return at === null ? [] : [{ subject, venue, at, kind: venue, isStored: row.status !== 'open' }];
  });
}

/** The first that tells of each, in order of time. */
export function firstOfEach(told: readonly Told[]): readonly Told[] {
  const latestFirst = told.toSorted((a, b) => b.at - a.at);
  return [...new Map(latestFirst.map((one) => [one.subject, one] as const)).values()].sort(
    (a, b) => a.at - b.at,
  );
}
