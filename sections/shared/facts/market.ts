import { bisector } from 'd3-array';
import { sum, type Money } from '../../../audit/decimal.ts';
import type { Rows } from '../../../audit/section.ts';
import { thinnedTo } from '../queries/prices.ts';
import type { EquityRow, PriceRow } from '../queries/trading-rows.ts';
import type { Thresholds } from '../settings.ts';
import { decimalOrNull, groupBy, positiveOrNull, timeOrNull } from './row-values.ts';
import { isSpot, spotEquity, type SpotValues } from './spot-equity.ts';
import { instrumentKey, instrumentKeys, venueOf } from './symbols.ts';

export interface Point {
  readonly at: number;
  readonly value: Money;
}

/** Prices and equity as they were known at a time; null where nothing was. */
export interface Market {
  readonly hasPrices: boolean;
  readonly hasEquity: boolean;
  /** What a figure on its prices says of them: `market prices`, and how far they were thinned when they are many. */
  readonly priceBasis: string;
  /** Times of all price points, sorted, without repetition. */
  readonly times: readonly number[];
  priceAt(venue: string, symbol: string, at: number): Money | null;
  /** Each change of `priceAt`, in order: null from when the newest price is too old. */
  priceSteps(venue: string, symbol: string): readonly { readonly at: number; readonly price: Money | null }[];
  /** Price points in `(from, to)`. */
  pricesIn(venue: string, symbol: string, from: number, to: number): readonly Point[];
  /** Equity in quote currency at one venue, or of all of them with null. */
  equityAt(venue: string | null, at: number): Money | null;
}

/** By instrument: its own name, then those under which its fills stand. */
export type OtherNames = ReadonlyMap<string, { readonly venue: string; readonly symbols: readonly string[] }>;

export function createMarket(
  prices: Rows<PriceRow>,
  equity: Rows<EquityRow>,
  quoteCurrency: string,
  { priceStaleMin, equityStaleH }: Pick<Thresholds, 'priceStaleMin' | 'equityStaleH'>,
  {
    spanMs = 0,
    otherNames = new Map(),
    spot = null,
  }: {
    spanMs?: number;
    otherNames?: OtherNames;
    spot?: (Partial<SpotValues> & Omit<SpotValues, 'priceAt'>) | null;
  } = {},
): Market {
  const priceStaleMs = priceStaleMin * 60_000;
  const minutes = prices.ok ? thinnedTo(prices.rows, spanMs) : null;
  const keyOf = instrumentKeys();
  const byInstrument = pointsBy(
    prices.ok ? prices.rows : [],
    (row) => keyOf(row.exchange, row.symbol),
    (row) => positiveOrNull(row.price),
  );
  const quoted = (equity.ok ? equity.rows : []).filter(
    ({ currency }) => currency.toUpperCase() === quoteCurrency.toUpperCase(),
  );
  const accountOf = (row: EquityRow): string => `${venueOf(row.exchange)} ${row.account ?? ''}`;
  const byAccount = pointsBy(quoted, accountOf, (row) => decimalOrNull(row.equity));
  const named = (venue: string, symbol: string): readonly Point[] =>
    byInstrument.get(instrumentKey(venue, symbol)) ?? byInstrument.get(instrumentKey(null, symbol)) ?? [];
  const renamed = new Map(
    [...otherNames].map(([key, { venue, symbols }]) => [
      key,
      spliced(symbols.map((name) => named(venue, name))),
    ]),
  );
  const pricesOf = (venue: string, symbol: string): readonly Point[] =>
    renamed.get(instrumentKey(venue, symbol)) ?? named(venue, symbol);
  const priceAt = (venue: string, symbol: string, at: number): Money | null =>
    lastAt(pricesOf(venue, symbol), at, priceStaleMs);
  const staleMs = equityStaleH * 3_600_000;
  const own = spot === null || !equity.ok ? [] : equity.rows.filter((row) => isSpot(row, spot.bot));
  // An equity that the bot itself writes is its own word, whatever the account is.
  const inSpot = new Map(
    [...groupBy(own, accountOf)]
      .filter(([key]) => (byAccount.get(key) ?? []).length === 0)
      .map(([key, rows]) => [
        key,
        spot === null
          ? () => null
          : spotEquity(rows, toldOf(own, rows[0]?.exchange), staleMs, { priceAt, ...spot }),
      ]),
  );
  return {
    hasPrices: byInstrument.size > 0,
    hasEquity: [...byAccount.values()].some((points) => points.length > 0) || inSpot.size > 0,
    priceBasis: `market prices${minutes === null ? '' : ` thinned to ${String(minutes)}-minute buckets`}`,
    times: [...new Set([...byInstrument.values()].flat().map(({ at }) => at))].sort((a, b) => a - b),
    priceAt,
    priceSteps: (venue, symbol) =>
      pricesOf(venue, symbol).flatMap(({ at, value }, index, points) => {
        const staleAt = at + priceStaleMs + 1;
        const isFollowed = (points[index + 1]?.at ?? Infinity) <= staleAt;
        return [{ at, price: value }, ...(isFollowed ? [] : [{ at: staleAt, price: null }])];
      }),
    pricesIn(venue, symbol, from, to) {
      const points = pricesOf(venue, symbol);
      return points.slice(byTime.right(points, from), byTime.left(points, to));
    },
    equityAt(venue, at) {
      const accounts = [...new Set([...byAccount.keys(), ...inSpot.keys()])].filter(
        (key) => venue === null || key.startsWith(`${venue} `),
      );
      const values = accounts
        .map((key) => inSpot.get(key)?.(at) ?? lastAt(byAccount.get(key) ?? [], at, staleMs))
        .filter((value) => value !== null);
      return values.length === 0 || values.length < accounts.length ? null : sum(values);
    },
  };
}

/** Values in order of time by what the rows are of. */
export function pointsBy<Row extends { at: string }>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  valueOf: (row: Row) => Money | null,
): ReadonlyMap<string, readonly Point[]> {
  return new Map(
    [...groupBy(rows, keyOf)].map(([key, group]) => [
      key,
      group
        .flatMap((row) => {
          const at = timeOrNull(row.at);
          const value = valueOf(row);
          return at === null || value === null ? [] : [{ at, value }];
        })
        .sort((a, b) => a.at - b.at),
    ]),
  );
}

/** Prices of one instrument under several names: those of the first, and of the others before and after them. */
function spliced([first = [], ...others]: readonly (readonly Point[])[]): readonly Point[] {
  return others.reduce((points, more) => {
    const [from, to] = [points[0]?.at ?? Infinity, points.at(-1)?.at ?? Infinity];
    return [...more.filter(({ at }) => at < from), ...points, ...more.filter(({ at }) => at > to)];
  }, first);
}

const byTime = bisector<Point, number>(({ at }) => at);

/** The newest value at or before `at`, not older than `staleMs`. */
function lastAt(points: readonly Point[], at: number, staleMs: number): Money | null {
  const found = points[byTime.right(points, at) - 1];
  return found && at - found.at <= staleMs ? found.value : null;
}

/** Currencies of which an exchange has balances. */
function toldOf(rows: readonly EquityRow[], exchange: string | null = null): ReadonlySet<string> {
  const venue = venueOf(exchange);
  const here = rows.filter((row) => venueOf(row.exchange) === venue);
  return new Set(here.map(({ currency }) => currency.toUpperCase()));
}
