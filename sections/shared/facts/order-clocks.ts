import { median } from '../../../audit/statistics.ts';
import type { FillRow, OrderRow, PositionRow } from '../queries/trading-rows.ts';
import { rowsById } from './ids.ts';
import { orderFinder } from './order-bounds.ts';
import { groupBy, timeOrNull } from './row-values.ts';
import { venueOf } from './symbols.ts';

const COLUMNS = ['created_at', 'venue_at', 'filled_at'] as const;

/** Columns of the orders of one exchange that lie by one constant off the fills of these orders. */
export interface OrderClock {
  readonly venue: string;
  /** Which of the two is in another time: the one with which the positions do not lie. */
  readonly of: 'orders' | 'fills';
  readonly columns: readonly (typeof COLUMNS)[number][];
  /** No time of these orders says when they stood. */
  readonly isWhole: boolean;
  readonly compared: number;
  /** Negative where they lie before their fills. */
  readonly laterMs: number;
}

/** Fewer show no constant. */
const FEW = 10;
/** Zones and daylight saving shift by quarters of an hour; clocks that drift, and orders that wait, by less or by nothing constant. */
const LEAST_MS = 14 * 60_000;
const SPREAD_MS = 60_000;
/** Nothing waits so long by a constant from which orders and positions are both told. */
const LEAST_OF_FILLS_MS = 2 * 60_000;
/** Of those compared, so many at least have the same distance. */
const MOST = 0.9;

/**
 * Exchanges whose orders and fills are written in another time than each other, by market orders, which are filled at once.
 * Where positions lie with the orders, the fills are the ones that are elsewhere.
 */
export function orderClocks(
  orders: readonly OrderRow[],
  fills: readonly FillRow[],
  positions: readonly PositionRow[],
): ReadonlyMap<string, OrderClock> {
  const orderOf = orderFinder(orders);
  const byEntry = rowsById(positions, ({ entry_order_id: id }) => id);
  const traded = fills.flatMap((fill) => {
    const [order, at] = [orderOf(fill), timeOrNull(fill.at)];
    return order?.type === 'market' && at !== null ? [{ order, at }] : [];
  });
  const clocks = [...groupBy(traded, ({ order }) => venueOf(order.exchange))].flatMap(
    ([venue, all]): OrderClock[] => {
      // Trades of one moment are one comparison.
      const own = [...new Map(all.map((one) => [one.at, one])).values()];
      const distances = (timeOf: (order: OrderRow) => string | null): readonly number[] =>
        own.flatMap(({ order, at }) => {
          const time = timeOrNull(timeOf(order));
          return time === null ? [] : time - at;
        });
      const told = COLUMNS.map((column) => ({ column, found: distances((order) => order[column]) }));
      const opened = distances((order) => byEntry(order.id)[0]?.opened_at ?? null);
      const fills = fillsOff(
        told.map(({ found }) => found),
        opened,
      );
      if (fills !== null)
        return [{ venue, of: 'fills', columns: [], isWhole: true, compared: opened.length, laterMs: fills }];
      const off = told.filter(({ found }) => constantOf(found) !== null);
      const [first] = off;
      const laterMs = first === undefined ? null : constantOf(first.found);
      if (first === undefined || laterMs === null || constantOf(opened) !== null) return [];
      const isWhole = told.every(({ found }) => found.length === 0 || constantOf(found) !== null);
      const columns = off.map(({ column }) => column);
      return [{ venue, of: 'orders', columns, isWhole, compared: first.found.length, laterMs }];
    },
  );
  return new Map(clocks.map((clock) => [clock.venue, clock]));
}

/** By how much positions and each column of the orders lie after their fills, where that is one constant of all. */
function fillsOff(orders: readonly (readonly number[])[], opened: readonly number[]): number | null {
  const off = constantOf(opened, LEAST_OF_FILLS_MS);
  if (off === null) return null;
  const told = orders.filter(({ length }) => length > 0);
  const isOff = (found: readonly number[]): boolean =>
    Math.abs((constantOf(found, LEAST_OF_FILLS_MS) ?? 0) - off) <= SPREAD_MS;
  return told.length > 0 && told.every(isOff) ? off : null;
}

/** The distance that most of them have, where it is no delay. */
function constantOf(distances: readonly number[], least = LEAST_MS): number | null {
  const middle = median(distances);
  if (middle === null || distances.length < FEW || Math.abs(middle) < least) return null;
  const alike = distances.filter((one) => Math.abs(one - middle) <= SPREAD_MS);
  return alike.length >= MOST * distances.length ? middle : null;
}
