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
/** Nothing waits so long by one constant of all columns, where the positions lie with one of the two. */
const LEAST_OF_ALL_MS = 2 * 60_000;
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
      const apart = apartBy(told.map(({ found }) => found));
      const head = { venue, isWhole: true, compared: own.length, laterMs: apart ?? 0 };
      if (apart !== null && opened.length >= FEW) {
        if (isAlike(opened, apart)) return [{ ...head, of: 'fills', columns: [] }];
        if (isAlike(opened, 0))
          return [
            {
              ...head,
              of: 'orders',
              columns: told.flatMap(({ column, found }) => (found.length > 0 ? [column] : [])),
            },
          ];
      }
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

/** By how much all columns of the orders lie after their fills, where that is one constant. */
function apartBy(columns: readonly (readonly number[])[]): number | null {
  const told = columns.filter(({ length }) => length > 0);
  const by = constantOf(told[0] ?? [], LEAST_OF_ALL_MS);
  return by !== null && told.every((found) => isAlike(found, by)) ? by : null;
}

/** Most lie by about so much after the others. */
const isAlike = (distances: readonly number[], by: number): boolean =>
  distances.filter((one) => Math.abs(one - by) <= SPREAD_MS).length >= MOST * distances.length;

/** The distance that most of them have, where it is no delay. */
function constantOf(distances: readonly number[], least = LEAST_MS): number | null {
  const middle = median(distances);
  if (middle === null || distances.length < FEW || Math.abs(middle) < least) return null;
  return isAlike(distances, middle) ? middle : null;
}
