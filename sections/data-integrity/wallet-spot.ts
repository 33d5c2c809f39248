import { money, type Money } from '../../audit/decimal.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { Holding } from './wallet-edges.ts';

/**
 * Exchanges whose wallet holds what is traded there, in the size of a position: buying moves two balances, and this
 * identity does not speak of that. Dust is no position, and what pays fees is no proof.
 */
export function spotVenues(
  holdings: readonly Holding[],
  positions: readonly PositionFact[],
  moving: ReadonlySet<string>,
  quote: string,
): ReadonlyMap<string, string> {
  const smallest = new Map<string, Money>();
  for (const { venue, symbol, quantity } of positions) {
    const key = `${venue} ${baseOf(symbol.toUpperCase(), quote)}`;
    const other = smallest.get(key);
    if (other === undefined || quantity.lessThan(other)) smallest.set(key, quantity);
  }
  const spot = new Map<string, string>();
  for (const { venue, currency, accounts } of holdings) {
    const traded = smallest.get(`${venue} ${currency}`);
    if (traded === undefined || currency === quote || moving.has(`${venue} ${currency}`)) continue;
    const held = accounts.flatMap(({ from, to }) => [from, to]).map((row) => money(row?.total ?? 0).abs());
    if (held.some((total) => total.times(2).greaterThanOrEqualTo(traded))) spot.set(venue, currency);
  }
  return spot;
}

/** `BTC/USDT:USDT`, `BTC_USDT` and `BTCUSDT` -> `BTC`. */
function baseOf(symbol: string, quote: string): string {
  const [head = ''] = symbol.split(/[/:_-]/);
  return head.endsWith(quote) ? head.slice(0, -quote.length) : head;
}
