import { bisector } from 'd3-array';
import type { Money } from '../../../audit/decimal.ts';
import type { BotFacts } from '../../../audit/evidence.ts';
import type { Rows } from '../../../audit/input.ts';
import type { FillRow, OrderRow, PositionRow, PriceRow } from '../queries/trading-rows.ts';
import type { Thresholds } from '../settings.ts';
import { farFees, type FarFee } from './far-fees.ts';
import { rowsById } from './ids.ts';
import { pointsBy, type Point } from './market.ts';
import { orderFinder } from './order-bounds.ts';
import { groupBy, positiveOrNull, sideOf, timeOrNull } from './row-values.ts';
import { stillSpans, type StillSpan } from './still-prices.ts';
import { exchangeOfKey, instrumentKey, instrumentKeys } from './symbols.ts';

type Limits = Pick<Thresholds, 'priceStaleMin' | 'fillFarTimes' | 'priceStillMin' | 'feeFarTimes'>;

/** A fill and what the market was at its moment: the nearest prices before and after it. */
export interface Compared {
  readonly fill: FillRow;
  readonly at: number;
  readonly price: Money;
  readonly least: Money;
  readonly most: Money;
}

/** What is not believed of the market, and of fills. */
export interface TradedPrices {
  /** Of an instrument whose prices are not what was traded, the fills that say so, by its key. */
  readonly off: ReadonlyMap<string, readonly Compared[]>;
  /** Times in which the prices of an exchange stood still, by the key of each instrument. */
  readonly still: ReadonlyMap<string, readonly StillSpan[]>;
  /** Fills many times off a market that is believed, by id. */
  readonly far: ReadonlyMap<string, Compared>;
  /** Fills with many times the usual fee, by id. */
  readonly fees: ReadonlyMap<string, FarFee>;
}

interface Sources {
  readonly prices: Rows<PriceRow>;
  readonly fills: Rows<FillRow>;
  readonly orders: Rows<OrderRow>;
  readonly positions: Rows<PositionRow>;
}

type Par = Pick<BotFacts, 'quoteCurrency' | 'atPar'>;

const byTime = bisector<Point, number>(({ at }) => at);

/**
 * Prices and fills of one instrument tell the same market. Where most fills lie off it, its prices are of something else;
 * where few do and by a multiple, they are not what was traded. What a row or an order says of the same fill is a third word.
 */
export function tradedPrices(sources: Sources, bot: Par, limits: Limits): TradedPrices {
  const { prices, fills } = sources;
  const keyOf = instrumentKeys();
  const points = pointsBy(
    prices.ok ? prices.rows : [],
    ({ exchange, symbol }) => keyOf(exchange, symbol),
    ({ price }) => positiveOrNull(price),
  );
  const saidOf = otherWord(sources);
  const off = new Map<string, readonly Compared[]>();
  const far = new Map<string, Compared>();
  const named = groupBy(fills.ok ? fills.rows : [], ({ exchange, symbol }) =>
    instrumentKey(exchange, symbol),
  );
  for (const [key, own] of named) {
    const market = points.get(key) ?? points.get(instrumentKey(null, own[0]?.symbol ?? null)) ?? [];
    const compared = own.flatMap((fill) => compare(fill, market, limits));
    const apart = compared.filter(({ price, least, most }) =>
      isApart(price, least, most, limits.fillFarTimes),
    );
    if (apart.length === 0) continue;
    if (isOfAnother(compared, apart, saidOf, limits)) off.set(key, apart);
    else for (const one of apart) far.set(one.fill.id, one);
  }
  const isStable = stablePairs(bot);
  const stood = new Map(
    [...points].flatMap(([key, own]) => {
      const spans =
        off.has(key) || isStable(key)
          ? []
          : stillSpans(own, limits.priceStillMin * 60_000, named.get(key)?.length);
      return spans.length === 0 ? [] : [[key, spans] as const];
    }),
  );
  return {
    off,
    still: onWholeExchanges(stood, [...points.keys()]),
    far,
    fees: farFees(
      fills.ok ? fills.rows : [],
      sources.positions.ok ? sources.positions.rows : [],
      limits.feeFarTimes,
    ),
  };
}

/** The prices without those that are not believed. */
export function trustedPrices(prices: Rows<PriceRow>, { off, still }: TradedPrices): Rows<PriceRow> {
  if (!prices.ok || (off.size === 0 && still.size === 0)) return prices;
  const keyOf = instrumentKeys();
  const isTrusted = ({ exchange, symbol, at }: PriceRow): boolean => {
    const key = keyOf(exchange, symbol);
    const time = timeOrNull(at) ?? 0;
    return (
      !off.has(key) &&
      !(still.get(key) ?? []).some(
        ({ from, to, hasBegin }) => (hasBegin ? time > from : time >= from) && time <= to,
      )
    );
  };
  return { ...prices, rows: prices.rows.filter(isTrusted) };
}

/** The fills, without the price that the market contradicts, and the fee that others do: what they traded is known. */
export function trustedFills(fills: Rows<FillRow>, { far, fees }: TradedPrices): Rows<FillRow> {
  if (!fills.ok || far.size + fees.size === 0) return fills;
  return {
    ...fills,
    rows: fills.rows.map((fill) => ({
      ...fill,
      ...(far.has(fill.id) && { price: null, saidPrice: fill.price }),
      ...(fees.has(fill.id) && { fee: null, saidFee: fill.fee }),
    })),
  };
}

/** So many instruments show an exchange's feed: one that nobody trades may stand still by itself. */
const LEAST_INSTRUMENTS = 3;

function onWholeExchanges<T>(
  stood: ReadonlyMap<string, T>,
  priced: readonly string[],
): ReadonlyMap<string, T> {
  const byExchange = groupBy(priced, exchangeOfKey);
  const isWhole = (key: string): boolean => {
    const own = byExchange.get(exchangeOfKey(key)) ?? [];
    const still = own.filter((other) => stood.has(other)).length;
    return still >= LEAST_INSTRUMENTS && still * 2 > own.length;
  };
  return new Map([...stood].filter(([key]) => isWhole(key)));
}

/** Of two currencies at par: their price stands still because nothing moves it. */
function stablePairs({ quoteCurrency, atPar = [] }: Par): (key: string) => boolean {
  const names = [quoteCurrency, ...atPar].map((name) => name.toUpperCase());
  const pairs = new Set(names.flatMap((base) => names.map((quote) => `${base}${quote}`)));
  return (key) => pairs.has(key.slice(key.indexOf(' ') + 1));
}

function compare(fill: FillRow, points: readonly Point[], { priceStaleMin }: Limits): readonly Compared[] {
  const [at, price] = [timeOrNull(fill.at), positiveOrNull(fill.price)];
  if (at === null || price === null) return [];
  const index = byTime.right(points, at);
  const near = [points[index - 1], points[index]]
    .filter((point) => point !== undefined && Math.abs(point.at - at) <= priceStaleMin * 60_000)
    .map((point) => (point as Point).value);
  const [first, second = first] = near;
  if (first === undefined || second === undefined) return [];
  const [least, most] = first.lessThan(second) ? [first, second] : [second, first];
  return [{ fill, at, price, least, most }];
}

function isApart(price: Money, least: Money, most: Money, times: number): boolean {
  return price.greaterThan(most.times(times)) || price.times(times).lessThan(least);
}

type OtherWord = (fill: FillRow) => Money | null;

/**
 * Most fills are off, at more than one moment or with a third word beside them, and their rows do not say that the market
 * is right.
 */
function isOfAnother(
  compared: readonly Compared[],
  apart: readonly Compared[],
  saidOf: OtherWord,
  { fillFarTimes: times }: Limits,
): boolean {
  if (apart.length * 2 <= compared.length) return false;
  const words = apart.flatMap((one) => {
    const said = saidOf(one.fill);
    if (said === null) return [];
    const isOfFill = !isApart(said, one.price, one.price, times);
    const isOfMarket = !isApart(said, one.least, one.most, times);
    return isOfFill === isOfMarket ? [] : [isOfFill];
  });
  const forFills = words.filter(Boolean).length;
  if (forFills * 2 < words.length) return false;
  return forFills > 0 || new Set(apart.map(({ at }) => Math.floor(at / 60_000))).size > 1;
}

/** What else says at what a fill was: the entry or exit of its position's row, or else its order's average. */
function otherWord({ orders, positions }: Sources): OtherWord {
  const orderOf = orderFinder(orders.ok ? orders.rows : []);
  const byId = rowsById(positions.ok ? positions.rows : [], ({ id }) => id);
  return (fill) => {
    const order = orderOf(fill);
    const [row] = byId(fill.position_id ?? order?.position_id ?? null);
    const side = sideOf(fill.side);
    const ofRow =
      row === undefined || side === 'unknown'
        ? null
        : side === sideOf(row.side)
          ? row.entry_price
          : row.exit_price;
    return positiveOrNull(ofRow) ?? positiveOrNull(order?.average_price ?? null);
  };
}
