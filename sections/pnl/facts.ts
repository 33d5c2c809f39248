import { money, sum, ZERO, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { closedOf, withUnclaimed, type Closed } from '../shared/facts/closed-results.ts';
import { limitsOf } from '../shared/facts/limits.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { decimalOrNull, groupBy } from '../shared/facts/row-values.ts';
import { venueOf, venuesOf } from '../shared/facts/symbols.ts';
import { unclaimedFills } from '../shared/facts/unclaimed-fills.ts';
import { returnsOf, windowEquity } from './equity.ts';
import type { Input } from './input.ts';
import { largeLosses, limitUses, meanInRisk } from './loss-limits.ts';
import { cumulative, drawdown, summarise, type Summary } from '../shared/facts/result-summary.ts';

/** The closed positions of one exchange, or of all with null. */
export interface Group extends Closed {
  readonly venue: string | null;
  readonly summary: Summary;
}

export type Facts = ReturnType<typeof factsOf>;

export function factsOf(input: Input) {
  const { rows, shared, window, bot } = input;
  const source = shared.positions;
  const positions = source.ok ? source.positions : [];
  const unclaimed = source.ok ? unclaimedFills(source) : [];
  const groupOf = (venue: string | null): Group => {
    const isHere = (other: string): boolean => venue === null || other === venue;
    const fills = unclaimed.filter(({ exchange }) => isHere(venueOf(exchange)));
    const closed = withUnclaimed(closedOf(positions.filter((fact) => isHere(fact.venue))), fills.length);
    return { ...closed, venue, summary: summarise(closed.results, epsOf(input)) };
  };
  const seen = positions.map(({ venue }) => venue);
  const venues = venuesOf(bot.exchanges, seen);
  const closed = groupOf(null);
  const equity = windowEquity(input);
  const start = { at: ms(window.from), value: shared.market.equityAt(null, ms(window.from)) ?? ZERO };
  return {
    source,
    /** Where the results come from, for figures that stand without them too. */
    from: source.ok ? { basis: source.basis, queries: source.queries } : { basis: 'positions', queries: [] },
    venues,
    closed,
    byVenue: venues.map(groupOf),
    /** Fills with a fee that names no currency: it is taken as the quote currency, and that is said. */
    feesWithoutCurrency: (rows.fills.ok ? rows.fills.rows : []).filter(
      ({ fee, fee_currency: currency }) => currency === null && decimalOrNull(fee)?.isZero() === false,
    ).length,
    /** Fees of the closed positions that were paid in another asset, at what they were worth then. */
    convertedFees: closed.results.flatMap(({ fact }) => convertedFees(fact, input)),
    /** Realised only, from the equity at the start where that is known, else from 0. */
    realisedDrawdown: source.ok && closed.gap === null ? drawdown(cumulative(closed.results, start)) : null,
    equity,
    /** Marked to market; null where equity at the start is not known. */
    equityDrawdown: equity && drawdown(equity),
    ...limitUses(closed, input),
    inRisk: meanInRisk(closed.results, input),
    largeLosses: largeLosses(closed.results, limitsOf('per_trade_loss', input).limits, input),
    market: marketChange(
      positions.filter(({ closedAt }) => closedAt !== null),
      input,
    ),
    returns: returnsOf(input),
  };
}

export type ConvertedFee = ReturnType<typeof convertedFees>[number];

function convertedFees({ id, ledger, closedBy }: PositionFact, { bot, shared }: Input) {
  if (ledger === null || closedBy !== 'fills') return [];
  return ledger.fills.flatMap((fill) => {
    const [fee, currency] = [decimalOrNull(fill.fee), fill.fee_currency?.toUpperCase()];
    if (fee === null || fee.isZero() || !currency || currency === bot.quoteCurrency.toUpperCase()) return [];
    const rate = shared.rates(fill);
    return 'price' in rate ? [{ position: id, fill, fee, currency, rate, worth: fee.times(rate.price) }] : [];
  });
}

export function epsOf({ settings }: Input): Money {
  return money(settings.breakevenEps);
}

/** How far the traded symbols moved over the window, percent (catalogue PN14); null without prices at both edges. */
function marketChange(positions: readonly PositionFact[], { shared: { market }, window, settings }: Input) {
  const [from, to] = [ms(window.from), ms(window.to)];
  const bySymbol = groupBy(positions, ({ venue, symbol }) => `${venue} ${symbol}`);
  const moves = [...bySymbol.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { venue, symbol } = first;
    const start =
      market.priceAt(venue, symbol, from) ??
      market.pricesIn(venue, symbol, from, from + settings.firstPriceS * 1000)[0]?.value;
    const end = market.priceAt(venue, symbol, to);
    if (!start || !end) return [];
    const notional = sum(group.map((fact) => fact.notional));
    return [{ change: end.minus(start).div(start).times(100), notional }];
  });
  const total = sum(moves.map(({ notional }) => notional));
  if (moves.length === 0 || total.isZero()) return null;
  const weighted = sum(moves.map(({ change, notional }) => change.times(notional)));
  const mean = sum(moves.map(({ change }) => change)).div(moves.length);
  return { symbols: moves.length, mean: mean.toNumber(), weighted: weighted.div(total).toNumber() };
}
