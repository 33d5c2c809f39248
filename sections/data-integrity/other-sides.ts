import { isReadable, ledgerOf } from '../shared/facts/ledger.ts';
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
  return source.positions.filter(({ id, side, ledger, symbol, openedBy }) => {
    if (side === 'unknown' || ledger !== null || openedBy !== 'row') return false;
    const own = inTime(byPosition.get(id) ?? []).filter((fill) => fill.symbol === symbol);
    const other = side === 'long' ? 'short' : 'long';
    return own.length > 0 && own.every(isReadable) && ledgerOf({ side: other }, own) !== null;
  });
}
