import { sum } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { Window } from '../../audit/evidence.ts';

export interface MarketContext {
  readonly symbols: number;
  /** Mean change of the traded symbols, percent. */
  readonly mean: number;
  /** Weighted by traded notional, percent. */
  readonly weighted: number;
}

/** How far the traded symbols themselves moved over the window (catalogue PN14); null without prices at both edges. */
export function marketContext(
  positions: readonly PositionFact[],
  market: Market,
  window: Window,
  firstPriceS: number,
): MarketContext | null {
  const moves = [...groupBy(positions, ({ venue, symbol }) => `${venue} ${symbol}`).values()].flatMap(
    (group) => {
      const [first] = group;
      if (!first) return [];
      const start =
        market.priceAt(first.venue, first.symbol, ms(window.from)) ??
        market.pricesIn(first.venue, first.symbol, ms(window.from), ms(window.from) + firstPriceS * 1000)[0]
          ?.value;
      const end = market.priceAt(first.venue, first.symbol, ms(window.to));
      if (!start || !end) return [];
      const notional = sum(group.map((fact) => fact.notional));
      return [{ change: end.minus(start).div(start).times(100), notional }];
    },
  );
  const total = sum(moves.map(({ notional }) => notional));
  if (moves.length === 0 || total.isZero()) return null;
  const weighted = sum(moves.map(({ change, notional }) => change.times(notional)));
  const mean = sum(moves.map(({ change }) => change)).div(moves.length);
  return { symbols: moves.length, mean: mean.toNumber(), weighted: weighted.div(total).toNumber() };
}
