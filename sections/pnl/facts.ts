import { money, ZERO, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { closedOf, withUnclaimed, type Closed } from '../shared/facts/closed-results.ts';
import { limitOf, type Limit } from '../shared/facts/limits.ts';
import type { PositionFacts } from '../shared/facts/position-facts.ts';
import { decimalOrNull } from '../shared/facts/row-values.ts';
import { venueOf, venuesOf } from '../shared/facts/symbols.ts';
import { unclaimedFills } from '../shared/facts/unclaimed-fills.ts';
import { equityDrawdown, returnsOf } from './equity.ts';
import type { Input } from './input.ts';
import { largeLosses, type LargeLoss } from './large-losses.ts';
import { limitUse, type LimitUse } from './limit-use.ts';
import { marketContext, type MarketContext } from './market-context.ts';
import { cumulative, drawdown, summarise, type Drawdown, type Summary } from './results.ts';
import type { ReturnStatistics } from './returns.ts';

/** The closed positions of one exchange, or of all with null. */
export interface Group extends Closed {
  readonly venue: string | null;
  readonly summary: Summary;
}

export interface Facts {
  readonly source: PositionFacts;
  /** Where the results come from, for figures that stand without them too. */
  readonly from: { readonly basis: string; readonly queries: readonly string[] };
  readonly venues: readonly string[];
  readonly closed: Group;
  readonly byVenue: readonly Group[];
  /** Fills with a fee that names no currency: it is taken as the quote currency, and that is said. */
  readonly feesWithoutCurrency: number;
  /** Realised only, from the equity at the start where that is known, else from 0. */
  readonly realisedDrawdown: Drawdown | null;
  /** Mark-to-market equity without transfers. */
  readonly equityDrawdown: Drawdown | null;
  readonly limitUse: LimitUse;
  readonly tradeLimit: Limit | null;
  readonly largeLosses: readonly LargeLoss[];
  readonly market: MarketContext | null;
  /** Only of the monthly kind, with enough days. */
  readonly returns: ReturnStatistics | null;
}

export function factsOf(input: Input): Facts {
  const { rows, shared, window, bot, settings } = input;
  const source = shared.positions;
  const positions = source.ok ? source.positions : [];
  const unclaimed = source.ok ? unclaimedFills(source) : [];
  const groupOf = (venue: string | null): Group => {
    const isHere = (other: string): boolean => venue === null || other === venue;
    const fills = unclaimed.filter(({ exchange }) => isHere(venueOf(exchange)));
    const closed = withUnclaimed(closedOf(positions.filter((fact) => isHere(fact.venue))), fills.length);
    return { ...closed, venue, summary: summarise(closed.results, epsOf(input)) };
  };
  const venues = venuesOf(
    bot.exchanges,
    positions.map(({ venue }) => venue),
  );
  const closed = groupOf(null);
  const tradeLimit = limitOf('per_trade_loss', input);
  const start = { at: ms(window.from), value: shared.market.equityAt(null, ms(window.from)) ?? ZERO };
  return {
    source,
    from: source.ok ? { basis: source.basis, queries: source.queries } : { basis: 'positions', queries: [] },
    venues,
    closed,
    byVenue: venues.map(groupOf),
    feesWithoutCurrency: (rows.fills.ok ? rows.fills.rows : []).filter(
      ({ fee, fee_currency: currency }) => currency === null && decimalOrNull(fee)?.isZero() === false,
    ).length,
    realisedDrawdown: source.ok && closed.gap === null ? drawdown(cumulative(closed.results, start)) : null,
    equityDrawdown: equityDrawdown(input),
    limitUse: limitUse(closed, input),
    tradeLimit,
    largeLosses: largeLosses(closed.results, tradeLimit, input),
    market: marketContext(
      positions.filter(({ closedAt }) => closedAt !== null),
      shared.market,
      window,
      settings.firstPriceS,
    ),
    returns: returnsOf(input),
  };
}

export function epsOf({ settings }: Input): Money {
  return money(settings.breakevenEps);
}
