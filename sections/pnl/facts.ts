import { money, ZERO, type Money } from '../../audit/decimal.ts';
import type { SectionInput } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import type { Missing } from '../../audit/value.ts';
import { closedOf, withUnclaimed, type Closed } from '../shared/facts/closed-results.ts';
import { createMarket, type Market } from '../shared/facts/market.ts';
import type { PositionFacts } from '../shared/facts/position-facts.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { unclaimedFills } from '../shared/facts/unclaimed-fills.ts';
import { positionFacts } from '../shared/facts/positions.ts';
import { decimalOrNull } from '../shared/facts/row-values.ts';
import {
  equityQuery,
  fillsQuery,
  fundingQuery,
  limitsQuery,
  positionsQuery,
  pricesQuery,
  stopChangesQuery,
  transfersQuery,
} from '../shared/queries/trading.ts';
import { venuesOf } from '../shared/vocabulary/venue-figures.ts';
import { earlierToday, transferDoubt, worstFall, type EarlierToday } from './day-loss.ts';
import { largeLosses, lossLimit, worstDay, type DayLoss, type LargeLoss, type LossLimit } from './losses.ts';
import { marketContext, type MarketContext } from './market-context.ts';
import { dayEquityQuery, dayFillsQuery, dayFundingQuery, dayPositionsQuery } from './queries-day.ts';
import { cumulative, drawdown, type Drawdown } from './results.ts';
import { dailyReturns, returnStatistics, utcDays, type ReturnStatistics } from './returns.ts';
import type { Settings } from './settings.ts';
import { transferredBy } from './transferred.ts';

export const queries = {
  positions: positionsQuery,
  fills: fillsQuery,
  funding: fundingQuery,
  prices: pricesQuery,
  equity: equityQuery,
  limits: limitsQuery,
  stopChanges: stopChangesQuery,
  transfers: transfersQuery,
  dayPositions: dayPositionsQuery,
  dayFills: dayFillsQuery,
  dayFunding: dayFundingQuery,
  dayEquity: dayEquityQuery,
};
export type Input = SectionInput<typeof queries, Settings>;

export interface Facts {
  readonly source: PositionFacts;
  readonly venues: readonly string[];
  readonly closed: Closed;
  readonly byVenue: ReadonlyMap<string, Closed>;
  /** Fills with a fee that names no currency: it is taken as the quote currency, and that is said. */
  readonly feesWithoutCurrency: number;
  /** Realised only, from the equity at the start where that is known, else from 0. */
  readonly realisedDrawdown: Drawdown | null;
  /** Mark-to-market equity without transfers. */
  readonly equityDrawdown: Drawdown | null;
  readonly dailyLimit: LossLimit | null;
  readonly tradeLimit: LossLimit | null;
  /** What was closed since 00:00 UTC, before the window began. */
  readonly earlier: EarlierToday;
  /** Of closed positions, over the whole of each UTC day until the window's end. */
  readonly day: DayLoss | null;
  /** Of equity, likewise; null where equity or transfers are not known. */
  readonly fall: DayLoss | null;
  /** Equity fell too far to be passed over, and it may have been a withdrawal. */
  readonly fallDoubt: Missing | null;
  readonly largeLosses: readonly LargeLoss[];
  readonly market: MarketContext | null;
  /** Only of the monthly kind, with enough days. */
  readonly returns: ReturnStatistics | null;
}

export function factsOf(input: Input): Facts {
  const { rows, window, bot } = input;
  const source = positionFacts(rows, input);
  const positions = source.ok ? source.positions : [];
  const unclaimed = source.ok ? unclaimedFills(source) : [];
  const closed = withUnclaimed(closedOf(positions), unclaimed.length);
  const venues = venuesOf(
    bot.exchanges,
    positions.map(({ venue }) => venue),
  );
  const market = createMarket(rows.prices, rows.equity, bot.quoteCurrency);
  const [dailyLimit, tradeLimit] = [lossLimit('dailyLoss', input), lossLimit('perTradeLoss', input)];
  const fall = worstFall(input, dailyLimit?.value ?? null);
  const doubt = transferDoubt(input);
  const earlier = earlierToday(closed, input);
  const start = market.equityAt(null, ms(window.from));
  return {
    source,
    venues,
    closed,
    byVenue: new Map(
      venues.map((venue) => [
        venue,
        withUnclaimed(
          closedOf(positions.filter((fact) => fact.venue === venue)),
          unclaimed.filter(({ exchange }) => venueOf(exchange) === venue).length,
        ),
      ]),
    ),
    feesWithoutCurrency: (rows.fills.ok ? rows.fills.rows : []).filter(
      ({ fee, fee_currency: currency }) => currency === null && decimalOrNull(fee)?.isZero() === false,
    ).length,
    realisedDrawdown:
      source.ok && closed.gap === null
        ? drawdown(cumulative(closed.results, { at: ms(window.from), value: start ?? ZERO }))
        : null,
    equityDrawdown: equityDrawdown(market, input),
    dailyLimit,
    tradeLimit,
    earlier,
    day:
      closed.gap === null && earlier.ok
        ? worstDay([...earlier.results, ...closed.results], dailyLimit?.value ?? null)
        : null,
    fall: doubt === null ? fall : null,
    fallDoubt:
      dailyLimit &&
      fall?.loss.greaterThan(dailyLimit.value.times(input.settings.lossWarnPercent / 100)) === true
        ? doubt
        : null,
    largeLosses: largeLosses(
      closed.results,
      tradeLimit?.value ?? null,
      (venue, at) => market.equityAt(venue, at),
      input,
    ),
    market: marketContext(
      positions.filter(({ closedAt }) => closedAt !== null),
      market,
      window,
    ),
    returns: returnsOf(market, input),
  };
}

function equityDrawdown(market: Market, input: Input): Drawdown | null {
  const { equity } = input.rows;
  if (!market.hasEquity || !equity.ok) return null;
  const [from, to] = [ms(input.window.from), ms(input.window.to)];
  const transferred = transferredBy(input);
  const times = [
    ...new Set([from, ...equity.rows.map(({ at }) => ms(at)).filter((at) => at > from && at < to)]),
  ].sort((a, b) => a - b);
  const points = times.flatMap((at) => {
    const value = market.equityAt(null, at);
    return value === null ? [] : [{ at, value: value.minus(transferred(from, at)) }];
  });
  return drawdown(points);
}

function returnsOf(market: Market, input: Input): ReturnStatistics | null {
  if (input.kind !== 'monthly') return null;
  const transferred = transferredBy(input);
  const days = utcDays(ms(input.window.from), ms(input.window.to)).map(({ day, from, to }) => ({
    day,
    start: market.equityAt(null, from),
    end: market.equityAt(null, to),
    transfers: transferred(from, to),
  }));
  const returns = days.length < input.settings.minDays ? null : dailyReturns(days);
  return returns && returnStatistics(returns);
}

export function epsOf({ settings }: Input): Money {
  return money(settings.breakevenEps);
}
