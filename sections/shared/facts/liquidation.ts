import type { Money } from '../../../audit/decimal.ts';
import type { PositionRow } from '../queries/trading-rows.ts';
import { moveOf, positiveOrNull, sideOf } from './row-values.ts';

/**
 * The liquidation price that a row stores; null where both its entry and the price of its time lie past it: the exchange
 * would have closed the position when it was opened, so the number is none.
 */
export function liquidationOf(
  row: Pick<PositionRow, 'side' | 'entry_price' | 'liquidation_price'>,
  price: Money | null,
): Money | null {
  const liquidation = positiveOrNull(row.liquidation_price);
  const [side, entry] = [sideOf(row.side), positiveOrNull(row.entry_price)];
  if (liquidation === null || side === 'unknown' || entry === null || price === null) return liquidation;
  const isPast = (one: Money): boolean => moveOf(side, one, liquidation).greaterThan(0);
  return isPast(entry) && isPast(price) ? null : liquidation;
}
