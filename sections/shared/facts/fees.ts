import { bisector } from 'd3-array';
import { amount, money, ZERO, type Money } from '../../../audit/decimal.ts';
import type { BotFacts } from '../../../audit/evidence.ts';
import type { Rows } from '../../../audit/input.ts';
import { iso } from '../../../audit/time.ts';
import { known, missing, type Missing, type Value } from '../../../audit/value.ts';
import type { FillRow, PriceRow } from '../queries/trading-rows.ts';
import { baseFeeOf } from './ledger.ts';
import { decimalOrNull, groupBy, positiveOrNull, timeOrNull } from './row-values.ts';
import { canonicalSymbol, venueOf } from './symbols.ts';

/** What one unit of a fee's asset was worth in quote currency when it was paid, and who says so. */
export interface Rate {
  readonly price: Money;
  /** Of the price; null of one at par. */
  readonly at: number | null;
  readonly by: string;
}

export type Rates = (fill: FillRow) => Rate | Missing;

interface Quote {
  readonly at: number;
  readonly price: Money;
  readonly venue: string;
}

/** The prices of one symbol by exchange, in time. */
type Points = ReadonlyMap<string, readonly Quote[]>;

/**
 * What fees in another asset were worth at their fill: one of a currency at par, the fill's own price where it is the
 * asset that was traded or the one that prices the quote currency, else the nearest price within `withinMin`: of the fill's exchange before others.
 */
export function ratesOf(prices: readonly Rows<PriceRow>[], bot: BotFacts, withinMin: number): Rates {
  const bySymbol = groupBy(
    prices.flatMap((rows) => (rows.ok ? rows.rows : [])),
    ({ symbol }) => canonicalSymbol(symbol),
  );
  const read = new Map<string, Points>();
  // Most fees are at par: the prices of a symbol are read when the first fee asks for them.
  const pointsOf = (symbol: string): Points => {
    const points = read.get(symbol) ?? byVenueOf(bySymbol.get(symbol) ?? []);
    read.set(symbol, points);
    return points;
  };
  const quotes = [bot.quoteCurrency, ...(bot.atPar ?? [])].map((currency) => currency.toUpperCase());
  return (fill) => {
    const currency = (fill.fee_currency ?? bot.quoteCurrency).toUpperCase();
    if (quotes.includes(currency)) return { price: money(1), at: null, by: 'at par' };
    const at = timeOrNull(fill.at);
    const own = baseFeeOf(fill) === null ? null : positiveOrNull(fill.price);
    if (own !== null) return { price: own, at, by: `fill ${fill.id}` };
    const inverse = isPricedIn(fill.symbol, bot.quoteCurrency, currency) ? positiveOrNull(fill.price) : null;
    if (inverse !== null) return { price: money(1).div(inverse), at, by: `fill ${fill.id}` };
    const names = quotes.map((quote) => `${currency}${quote}`);
    const found =
      at === null ? null : nearest(names, venueOf(fill.exchange), at, pointsOf, withinMin * 60_000);
    if (found !== null) return found;
    const when = at === null ? '' : ` within ${String(withinMin)} min of ${iso(at)}`;
    const detail = `fill ${fill.id} has its fee in ${currency}, and no price of ${names.join(' or ')}${when} says what it was worth`;
    return missing('inadequate_basis', detail);
  };
}

/** Whether the symbol's price is of `base` in `currency`: `BTCUSD_PERP` and `BTC/USD:BTC` are in USD, `BTCUSDT` is not. */
function isPricedIn(symbol: string | null, base: string, currency: string): boolean {
  const name = symbol?.toUpperCase() ?? '';
  const rest = name.slice(base.length).replace(/^[/_-]/, '');
  const isPair = name.startsWith(base.toUpperCase()) && rest.startsWith(currency);
  return isPair && !/^[A-Z]/.test(rest.slice(currency.length));
}

function byVenueOf(rows: readonly PriceRow[]): Points {
  const quotes = rows.flatMap((row): Quote[] => {
    const [at, price] = [timeOrNull(row.at), positiveOrNull(row.price)];
    return at === null || price === null ? [] : [{ at, price, venue: venueOf(row.exchange) }];
  });
  const sorted = [...groupBy(quotes, ({ venue }) => venue)].map(
    ([venue, list]) => [venue, list.sort((a, b) => a.at - b.at)] as const,
  );
  return new Map(sorted);
}

const byTime = bisector<Quote, number>(({ at }) => at);

function nearest(
  names: readonly string[],
  venue: string,
  at: number,
  pointsOf: (symbol: string) => Points,
  withinMs: number,
): Rate | null {
  for (const symbol of names) {
    const here = [...pointsOf(symbol)].sort(([a], [b]) => Number(b === venue) - Number(a === venue));
    for (const [place, quotes] of here) {
      const index = byTime.right(quotes, at);
      // The last before it was known then; one after it is the next best.
      const found = [quotes[index - 1], quotes[index]].find(
        (one) => one && Math.abs(one.at - at) <= withinMs,
      );
      if (found) return { price: found.price, at: found.at, by: `${symbol} ${place}` };
    }
  }
  return null;
}

const feeWords = ({ saidFee }: FillRow): string =>
  saidFee == null ? 'no fee' : `a fee of ${saidFee}, many times what others have`;

/** Commissions of a position in quote currency, cost positive. */
export function feesOf(fills: readonly FillRow[], rates: Rates): Value<string> {
  let total = ZERO;
  for (const fill of fills) {
    const value = decimalOrNull(fill.fee);
    if (value === null) return missing('inadequate_basis', `fill ${fill.id} has ${feeWords(fill)}`);
    if (value.isZero()) continue;
    const rate = rates(fill);
    if (!('price' in rate)) return rate;
    total = total.plus(value.times(rate.price));
  }
  return known(amount(total));
}
