import { isReadable, ledgerOf } from '../shared/facts/ledger.ts';
import { orderFinder } from '../shared/facts/order-bounds.ts';
import { isClosing } from '../shared/facts/order-roles.ts';
import type { PositionFact, PositionFacts } from '../shared/facts/position-facts.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { inTime } from '../shared/facts/surplus.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

/**
 * Positions whose own fills opened the other side; where nearly all do, the mapping's sides are to be read otherwise. Of a
 * position with a fill that cannot be read, nobody knows what opened it.
 */
export function otherSides(source: PositionFacts, { rows }: Input): readonly PositionFact[] {
  if (!source.ok) return [];
  const byPosition = groupBy(rowsOf(rows.fills), ({ position_id: id }) => id ?? '');
  const orderOf = orderFinder(rowsOf(rows.orders));
  return source.positions.filter(({ id, side, ledger, symbol, openedBy, row }) => {
    if (side === 'unknown' || ledger !== null || openedBy !== 'row') return false;
    const own = inTime(byPosition.get(id) ?? []).filter((fill) => fill.symbol === symbol);
    const other = side === 'long' ? 'short' : 'long';
    const [first] = own;
    if (first === undefined || !own.every(isReadable)) return false;
    // What was sent to close opened nothing: the fills of the entry are not stored.
    const order = orderOf(first);
    const isExit = order !== undefined && (order.id === row.exit_order_id || isClosing(order));
    return !isExit && ledgerOf({ side: other }, own) !== null;
  });
}
