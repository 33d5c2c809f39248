import { ms } from '../../audit/time.ts';
import { namedOrders } from '../shared/facts/named-orders.ts';
import type { OrderName } from '../shared/facts/order-bounds.ts';
import { GRACE_MS, groupBy } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { FillRow, OrderRow } from '../shared/queries/trading-rows.ts';
import type { Input } from './input.ts';
import type { OrderDifference } from './order-difference.ts';

interface Known {
  readonly fills: readonly FillRow[];
  readonly orderOf: (one: OrderName) => OrderRow | undefined;
  readonly pairs: readonly { readonly order: OrderRow; readonly fills: readonly FillRow[] }[];
  /** Clocks put fills so long before the request of their order, milliseconds. */
  readonly early: number;
}

/** Orders that fills or positions of the window name, and of which no row was read though it would have been. */
export function missingOrders(
  { fills, orderOf, pairs, early }: Known,
  input: Input,
): readonly OrderDifference[] {
  const { positions } = input.rows;
  if (!areEndsWritten(pairs.map(({ order }) => order))) return [];
  const [from, to] = [ms(input.window.from), ms(input.window.to)];
  const isInside = (at: number): boolean => at >= from + GRACE_MS && at < to - early;
  const named = namedOrders(fills, positions.ok ? positions.rows : [], orderOf).filter(({ at }) =>
    isInside(at),
  );
  const judged = new Set(named.filter(({ order }) => order !== undefined).map(({ kind }) => kind));
  // Where all orders of a kind are gone, or have other ids, there are filled ones whose fills nobody finds.
  const unfound = new Set(
    pairs.filter((pair) => pair.order.status === 'filled' && pair.fills.length === 0).map(venueOfPair),
  );
  const lost = named.filter(
    ({ order, kind, exchange, at }) =>
      order === undefined &&
      (judged.has(kind) || unfound.has(venueOf(exchange))) &&
      !input.shared.ends.isAfter('order', venueOf(exchange), at),
  );
  return [...groupBy(lost, ({ orderId, exchange }) => `${venueOf(exchange)} ${orderId}`).values()].flatMap(
    (group) => {
      const [first] = group;
      if (first === undefined) return [];
      const { orderId, exchange, symbol, at } = first;
      const about = { orderId, venue: venueOf(exchange), symbol: symbol ?? 'unknown', at };
      const fillsSay = [...new Set(group.map((one) => one.says()))].slice(0, 3).join(', ');
      return [{ ...about, what: 'no-order', orderSays: 'no order', fillsSay, isLost: true } as const];
    },
  );
}

const venueOfPair = ({ order }: { readonly order: OrderRow }): string => venueOf(order.exchange);

/** An order of before the window that filled in it is read by the time of its end: every filled one has to have one. */
function areEndsWritten(orders: readonly OrderRow[]): boolean {
  const filled = orders.filter(({ status }) => status === 'filled');
  return filled.length > 0 && filled.every((order) => (order.filled_at ?? order.updated_at) !== null);
}
