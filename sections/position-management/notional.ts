import { ZERO, type Money } from '../../audit/decimal.ts';
import type { Window } from '../../audit/evidence.ts';
import { ms } from '../../audit/time.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';

/** Peaks of the notional held, quote currency (catalogue P6). */
export interface NotionalPeaks {
  readonly gross: Money;
  readonly grossAt: number;
  /** Largest absolute net (long minus short). */
  readonly net: Money;
  /** Largest gross / equity at one time; null without equity. */
  readonly leverage: Money | null;
  /** Whether every valuation had a market price; else entry prices stood in. */
  readonly marked: boolean;
}

interface Held {
  readonly fact: PositionFact;
  index: number;
}

/** Gross and net notional at each price point and each change of a quantity, of one venue or of all with null. */
export function notionalPeaks(
  positions: readonly PositionFact[],
  market: Market,
  venue: string | null,
  window: Window,
): NotionalPeaks {
  const [from, to] = [ms(window.from), ms(window.to)];
  const own = positions.filter((fact) => venue === null || fact.venue === venue);
  const changes = own.flatMap(({ steps }) => steps.map(({ at }) => at));
  const times = [...new Set([from, ...market.times, ...changes])]
    .filter((at) => at >= from && at < to)
    .sort((a, b) => a - b);
  let next = 0;
  let held: Held[] = [];
  let peaks: NotionalPeaks = { gross: ZERO, grossAt: from, net: ZERO, leverage: null, marked: true };
  for (const at of times) {
    while (next < own.length && (own[next]?.openedAt ?? Infinity) <= at) {
      const fact = own[next];
      if (fact) held.push({ fact, index: 0 });
      next += 1;
    }
    held = held.filter(({ fact }) => fact.closedAt === null || fact.closedAt > at);
    peaks = widened(peaks, held, market, venue, at);
  }
  return peaks;
}

function widened(
  peaks: NotionalPeaks,
  held: readonly Held[],
  market: Market,
  venue: string | null,
  at: number,
): NotionalPeaks {
  let [gross, net, marked] = [ZERO, ZERO, peaks.marked];
  for (const one of held) {
    const { fact } = one;
    while ((fact.steps[one.index + 1]?.at ?? Infinity) <= at) one.index += 1;
    const price = market.priceAt(fact.venue, fact.symbol, at);
    if (price === null) marked = false;
    const notional = (fact.steps[one.index]?.quantity ?? fact.quantity).times(price ?? fact.entryPrice);
    gross = gross.plus(notional);
    net = fact.side === 'short' ? net.minus(notional) : net.plus(notional);
  }
  const equity = market.equityAt(venue, at);
  const leverage = equity?.isPositive() === true && !equity.isZero() ? gross.div(equity) : null;
  return {
    gross: gross.greaterThan(peaks.gross) ? gross : peaks.gross,
    grossAt: gross.greaterThan(peaks.gross) ? at : peaks.grossAt,
    net: net.abs().greaterThan(peaks.net) ? net.abs() : peaks.net,
    leverage: larger(peaks.leverage, leverage),
    marked,
  };
}

function larger(a: Money | null, b: Money | null): Money | null {
  if (a === null || b === null) return a ?? b;
  return b.greaterThan(a) ? b : a;
}
