import type { Money } from '../../audit/decimal.ts';
import type { orderFinder } from '../shared/facts/order-bounds.ts';
import {
  decimalOrNull,
  GRACE_MS,
  groupBy,
  positiveOrNull,
  requestedAt,
  timeOrNull,
} from '../shared/facts/row-values.ts';
import { isBeyond, quantityOf } from '../shared/facts/surplus.ts';
import { instrumentKey } from '../shared/facts/symbols.ts';
import type { FillRow, OrderRow } from '../shared/queries/trading-rows.ts';

/** One order with all of its fills. */
export interface Pair {
  readonly order: OrderRow;
  readonly fills: readonly FillRow[];
}

/**
 * Orders with the fills that name them. Of fills that name none, an order without a fill gets those that add up to what it
 * says: that they do not name it is a finding of its own, and no sign that an execution was lost.
 */
export function pairsOf(
  orders: readonly OrderRow[],
  fills: readonly FillRow[],
  orderOf: ReturnType<typeof orderFinder>,
): readonly Pair[] {
  const matched = new Map<OrderRow, FillRow[]>();
  for (const fill of fills) {
    const order = orderOf(fill);
    if (order !== undefined) matched.set(order, [...(matched.get(order) ?? []), fill]);
  }
  const named = orders.map((order): Pair => ({ order, fills: matched.get(order) ?? [] }));
  const { early, late } = skewOf(named);
  const nameless = groupBy(
    fills.filter(({ order_id: id }) => id === null || id === ''),
    keyOf,
  );
  return named.map((pair) => {
    const own = nameless.get(keyOf(pair.order));
    const said = pair.fills.length === 0 && own ? sayingOf(pair.order) : null;
    if (own === undefined || said === null || said.isZero()) return pair;
    const { order } = pair;
    const [from, to] = [(requestedAt(order) ?? 0) - early, (timeOrNull(order.filled_at) ?? Infinity) + late];
    const fitting = own.filter(({ at, position_id: id }) => {
      const time = timeOrNull(at);
      const isOther = id !== null && order.position_id !== null && id !== order.position_id;
      return time !== null && time >= from && time <= to && !isOther;
    });
    const taken = upTo(fitting, said);
    if (taken.length === 0) return pair;
    nameless.set(
      keyOf(order),
      own.filter((fill) => !taken.includes(fill)),
    );
    return { order, fills: taken };
  });
}

const keyOf = ({ exchange, symbol, side }: FillRow | OrderRow): string =>
  `${instrumentKey(exchange, symbol)} ${side ?? ''}`;

/** The first of them that make up the quantity; none where they do not. */
function upTo(fills: readonly FillRow[], quantity: Money): readonly FillRow[] {
  const count = fills.findIndex((_fill, index) => !isBeyond(quantity, quantityOf(fills.slice(0, index + 1))));
  const taken = fills.slice(0, count + 1);
  return isBeyond(quantityOf(taken), quantity) ? [] : taken;
}

/** How far clocks put fills before the request of their order, and after its last fill: at an edge that hides rows. */
export function skewOf(pairs: readonly Pair[]) {
  let [early, late] = [GRACE_MS, GRACE_MS];
  for (const { order, fills } of pairs) {
    const [created, filled] = [timeOrNull(order.created_at), timeOrNull(order.filled_at)];
    for (const { at } of fills) {
      const time = timeOrNull(at);
      if (time !== null && created !== null) early = Math.max(early, created - time + GRACE_MS);
      if (time !== null && filled !== null) late = Math.max(late, time - filled + GRACE_MS);
    }
  }
  return { early, late };
}

/** What the order says that it filled; null where it does not. */
export function sayingOf({ status, filled, quantity }: OrderRow): Money | null {
  return decimalOrNull(filled) ?? (status === 'filled' ? positiveOrNull(quantity) : null);
}
