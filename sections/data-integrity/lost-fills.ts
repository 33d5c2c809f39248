import { ZERO, type Money } from '../../audit/decimal.ts';
import { isEntry } from '../shared/facts/order-roles.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import type { OrderRow } from '../shared/queries/trading-rows.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Mismatch } from './mismatch.ts';
import type { Input } from './input.ts';
import type { OrderFills } from './order-fills.ts';
import { sayingOf } from './order-pairs.ts';

/**
 * Whether a row lacks fills that its orders account for: they say that they filled all of it, and of one not a fill is
 * stored (PM-06). Then orders and row agree. A fill of less than its order filled is another word, not a row that is lost.
 */
export function lostFillsOf(
  orderFills: OrderFills,
  positions: readonly PositionFact[],
  { rows, settings }: Pick<Input, 'rows' | 'settings'>,
): (mismatch: Mismatch) => boolean {
  const lost = new Set(
    (orderFills.ok ? orderFills.found : []).flatMap(({ what, orderId }) =>
      what === 'no-fills' ? [orderId] : [],
    ),
  );
  const facts = new Map(positions.map((fact) => [fact.id, fact]));
  const orders = rowsOf(rows.orders);
  const byPosition = groupBy(orders, ({ position_id: id }) => id ?? '');
  const byId = new Map(orders.map((order) => [order.id, order]));
  return ({ kind, positionId }) => {
    const fact = facts.get(positionId ?? '');
    if (lost.size === 0 || fact === undefined || !(kind === 'no-entry-fill' || kind === 'no-exit-fill'))
      return false;
    const { id, row, quantity } = fact;
    const named = [row.entry_order_id, row.exit_order_id].flatMap((name) => byId.get(name ?? '') ?? []);
    const isOpening = (order: OrderRow): boolean => order.id === row.entry_order_id || isEntry(order);
    const own = [...new Set([...(byPosition.get(id) ?? []), ...named])].filter(
      (order) => isOpening(order) === (kind === 'no-entry-fill'),
    );
    const filled = own.reduce<Money>((sum, order) => sum.plus(sayingOf(order) ?? ZERO), ZERO);
    const enough = quantity.times(100 - settings.rowQuantityTolerancePct).div(100);
    return own.some((order) => lost.has(order.id)) && filled.greaterThanOrEqualTo(enough);
  };
}
