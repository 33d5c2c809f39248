import { ms } from '../../audit/time.ts';
import { ALIVE } from '../shared/facts/order-bounds.ts';
import { decimalOrNull, groupBy, positiveOrNull, requestedAt } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { OrderRow } from '../shared/queries/trading-rows.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import type { OwnContradiction } from './own-contradiction.ts';

/** Orders whose own columns cannot both be: more left than they were for, an answer of the exchange without its id, or a time of filling and nothing filled. */
export function orderContradictions({ rows, window, settings }: Input): readonly OwnContradiction[] {
  const orders = rowsOf(rows.orders);
  const tolerance = settings.rowQuantityTolerancePct;
  const head = (order: OrderRow) =>
    ({ entity: 'order', id: order.id, at: requestedAt(order) ?? ms(window.from) }) as const;
  return [
    ...orders
      .filter((order) => isLeftOff(order, tolerance))
      .map((order): OwnContradiction => ({
        ...head(order),
        what: 'remaining',
        one: `quantity ${order.quantity ?? ''}, filled ${order.filled ?? '0'}`,
        other: `remaining ${order.remaining ?? ''}`,
      })),
    ...withoutTheirId(orders).map((order): OwnContradiction => ({
      ...head(order),
      what: 'exchange-id',
      one: `venue_at ${order.venue_at ?? ''}`,
      other: 'exchange_order_id is empty',
    })),
    ...neverFilled(orders).map((order): OwnContradiction => ({
      ...head(order),
      what: 'never-filled',
      one: `status ${order.status ?? ''}, filled ${order.filled ?? ''}`,
      other: `filled_at ${order.filled_at ?? ''}`,
    })),
  ];
}

/** Below nothing, or more than what is not filled; of an order that still works less than that too. */
function isLeftOff({ quantity, filled, remaining, status }: OrderRow, tolerancePct: number): boolean {
  const [all, left] = [positiveOrNull(quantity), decimalOrNull(remaining)];
  if (all === null || left === null) return false;
  const rest = all.minus(decimalOrNull(filled)?.abs() ?? 0);
  const share = all.times(tolerancePct).div(100);
  return (
    left.isNegative() ||
    left.greaterThan(rest.plus(share)) ||
    (ALIVE.has(status) && filled !== null && left.lessThan(rest.minus(share)))
  );
}

/** Orders that ended unfilled and say when they were filled; where most of all that ended do, it is the time of their end. */
function neverFilled(orders: readonly OrderRow[]): readonly OrderRow[] {
  const isTimed = ({ filled_at: at }: OrderRow): boolean => at !== null;
  const isMost = (all: readonly OrderRow[]): boolean => 2 * all.filter(isTimed).length > all.length;
  const unfilled = orders.filter(
    ({ status, filled }) =>
      (status === 'cancelled' || status === 'expired') && decimalOrNull(filled)?.isZero() === true,
  );
  const filled = orders.filter(({ status }) => status === 'filled');
  return isMost(unfilled) && isMost(filled) ? [] : unfilled.filter(isTimed);
}

/** Orders that the exchange answered, at exchanges and of roles of which most that it answered have its id. */
function withoutTheirId(orders: readonly OrderRow[]): readonly OrderRow[] {
  const answered = groupBy(
    orders.filter(({ venue_at: at, status }) => at !== null && status !== 'rejected'),
    ({ exchange, role }) => `${venueOf(exchange)} ${role ?? ''}`,
  );
  return [...answered.values()].flatMap((group) => {
    const found = group.filter(({ exchange_order_id: id }) => (id ?? '').trim() === '');
    return 2 * found.length < group.length ? found : [];
  });
}
