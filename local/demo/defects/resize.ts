import { money, rounded, sum, type Money } from '../../../audit/decimal.ts';
import { instrumentOf } from '../instruments.ts';
import { ordersOf } from '../rows/orders.ts';
import type { FillFact, Trade } from '../trade.ts';

/** Trades the same position with another quantity; fees, funding and results follow from the fills. */
export function resize(trade: Trade, factor: number): void {
  const { quantityDecimals } = instrumentOf(trade.symbol);
  const scale = (quantity: Money): Money =>
    money(rounded(quantity.times(factor.toFixed(6)), quantityDecimals));
  const entries = trade.fills.filter(({ part }) => part === 'entry');
  const exits = trade.fills.filter(({ part }) => part === 'exit');
  const total = scale(sum(entries.map(({ quantity }) => quantity)));
  if (total.lte(0)) throw new Error(`${trade.id} cannot be resized by ${String(factor)}: nothing is left`);
  trade.fills = [...share(entries, total, scale), ...share(exits, total, scale)];
  for (const order of ordersOf(trade)) order.quantity = total;
}

/** Scales each fill; the last takes the remainder, and one fill takes all when a part would vanish. */
function share(fills: readonly FillFact[], total: Money, scale: (quantity: Money) => Money): FillFact[] {
  const last = fills.at(-1);
  if (!last) return [];
  const parts = fills.slice(0, -1).map(({ quantity }) => scale(quantity));
  const rest = total.minus(sum(parts));
  if (rest.lte(0) || parts.some((part) => part.lte(0))) return [{ ...last, quantity: total }];
  return fills.map((fill, index) => ({ ...fill, quantity: parts[index] ?? rest }));
}
