import { describe, expect, test } from '@jest/globals';
import { stillSpans } from '../../sections/shared/facts/still-prices.ts';
import { tradedPrices, trustedFills, trustedPrices } from '../../sections/shared/facts/traded-prices.ts';
import type { orderRow } from '../../sections/shared/queries/trading-rows.ts';
import { fillRow, positionRow, priceRow, type PriceRow } from '../../sections/shared/queries/trading-rows.ts';
import { money } from '../../audit/decimal.ts';
import { at, BOT, WINDOW } from './support.ts';
import { fill, later, many, position } from './trading-rows.ts';

const LIMITS = { priceStaleMin: 30, fillFarTimes: 5, priceStillMin: 30, feeFarTimes: 100 };
const nulls = (schema: { shape: object }) =>
  Object.fromEntries(Object.keys(schema.shape).map((key) => [key, null]));
const price = (minute: number, value: number, symbol = 'BTCUSDT'): PriceRow =>
  priceRow.parse({
    ...nulls(priceRow),
    exchange: 'binance',
    symbol,
    bucket: later(WINDOW.from, minute * 60_000),
    at: later(WINDOW.from, minute * 60_000),
    price: String(value),
  });
/** A price a minute for an hour, around 100. */
const MARKET = many(60, (minute) => price(minute, 100 + (minute % 3) / 10));
const deal = (id: string, clock: string, of: string, more: object = {}) =>
  fillRow.parse({ ...nulls(fillRow), ...fill('p', 'long', at(clock), { id, price: of, ...more }) });
const row = (entry: string) =>
  positionRow.parse({ ...nulls(positionRow), exit_kind: null, ...position('p', { entry_price: entry }) });

interface Scene {
  readonly prices?: readonly PriceRow[];
  readonly fills: readonly ReturnType<typeof deal>[];
  readonly entry?: string;
}
const judged = ({ prices = MARKET, fills, entry }: Scene) =>
  tradedPrices(
    {
      prices: { ok: true, rows: prices },
      fills: { ok: true, rows: fills },
      orders: { ok: true, rows: [] as ReturnType<typeof orderRow.parse>[] },
      positions: { ok: true, rows: entry === undefined ? [] : [row(entry)] },
    },
    BOT,
    LIMITS,
  );

describe('fills against the market of their moment', () => {
  test.each<[string, Scene, readonly string[], readonly string[]]>([
    ['all at the market', { fills: [deal('a', '00:10', '100'), deal('b', '00:20', '490')] }, [], []],
    [
      'all off it, at two moments',
      { fills: [deal('a', '00:10', '1300'), deal('b', '00:20', '1310')] },
      ['binance BTCUSDT'],
      [],
    ],
    [
      'one off it, and nothing beside: which of the two is right nobody knows',
      { fills: [deal('a', '00:10', '1300')] },
      [],
      ['a'],
    ],
    [
      'one off it, and its row says the same',
      { fills: [deal('a', '00:10', '1300')], entry: '1300' },
      ['binance BTCUSDT'],
      [],
    ],
    [
      'one off it by far, and its row says the market',
      { fills: [deal('a', '00:10', '10000')], entry: '100' },
      [],
      ['a'],
    ],
    [
      'one of three off it by far',
      { fills: [deal('a', '00:10', '1'), deal('b', '00:20', '100'), deal('c', '00:30', '100')] },
      [],
      ['a'],
    ],
    [
      'a bad execution among others, which is believed',
      { fills: [deal('a', '00:10', '140'), deal('b', '00:20', '100'), deal('c', '00:30', '100')] },
      [],
      [],
    ],
    [
      'all off it by far, and their rows say the market',
      { fills: [deal('a', '00:10', '10000'), deal('b', '00:20', '10000')], entry: '100' },
      [],
      ['a', 'b'],
    ],
    [
      'long after the last price',
      { fills: [deal('a', '02:00', '1300'), deal('b', '02:20', '1310')] },
      [],
      [],
    ],
  ])('%s', (_name, scene, off, far) => {
    const found = judged(scene);
    expect([...found.off.keys()]).toEqual(off);
    expect([...found.far.keys()]).toEqual(far);
  });

  test('what is not believed is gone, and said', () => {
    const scene = { fills: [deal('a', '00:10', '1300'), deal('b', '00:20', '1310')] };
    const other = price(5, 7, 'ETHUSDT');
    const kept = trustedPrices({ ok: true, rows: [...MARKET, other] }, judged(scene));
    expect(kept).toEqual({ ok: true, rows: [other] });
    const fills = [deal('a', '00:10', '10000')];
    const trusted = trustedFills({ ok: true, rows: fills }, judged({ fills, entry: '100' }));
    expect(trusted).toMatchObject({ ok: true, rows: [{ id: 'a', price: null, saidPrice: '10000' }] });
  });
});

describe('a price that stands still', () => {
  const points = (...values: readonly number[]) =>
    values.map((value, minute) => ({ at: minute * 60_000, value: money(value) }));
  const moving = many(30, (n) => 100 + (n % 2));
  const flat = many(31, () => 105);
  test.each<[string, ReturnType<typeof points>, number, number?]>([
    ['moves', points(...moving), 0],
    ['stands for half an hour', points(...moving, ...flat), 1],
    ['stands for less', points(...moving, ...flat.slice(1)), 0],
    ['stands from the first row on', points(...flat, ...moving), 1],
    ['is one that never moves', points(...flat), 0],
    [
      'changes when something is traded, and not otherwise',
      points(...many(310, (n) => (n < 10 ? n : 10))),
      0,
    ],
    ['stands as long as it usually does', points(...many(310, (n) => Math.floor(n / 31))), 0],
    ['moves with each trade', points(...many(30, (n) => 100 + (n % 2)), ...flat), 0, 30],
    ['is written once an hour', [0, 1, 2].map((hour) => ({ at: hour * 3_600_000, value: money(1) })), 0],
  ])('%s', (_name, all, spans, trades = 0) => {
    expect(stillSpans(all, 30 * 60_000, trades)).toHaveLength(spans);
  });

  /** The same prices of several instruments. */
  const inMany = (symbols: number, rows: readonly PriceRow[]): readonly PriceRow[] =>
    many(symbols, (n) => rows.map((one) => ({ ...one, symbol: `S${String(n)}USDT` }))).flat();
  const moves = many(30, (n) => price(n, 100 + (n % 2)));
  const stands = many(40, (n) => price(30 + n, 105));
  const left = (rows: readonly PriceRow[]) => {
    const kept = trustedPrices({ ok: true, rows }, judged({ prices: rows, fills: [] }));
    return kept.ok ? kept.rows.length : null;
  };

  test('of a whole exchange: its rows after the first are not believed, and no row where it stood from the first on', () => {
    expect(left(inMany(3, [...moves, ...stands]))).toBe(3 * 31);
    const since = many(30, (n) => price(70 + n, 100 + (n % 2)));
    expect(left(inMany(3, [...stands, ...since]))).toBe(3 * 30);
  });

  test('of one instrument, of two, or of half of them it is a market in which nobody trades', () => {
    const still = [...moves, ...stands];
    expect(left(inMany(2, still))).toBe(2 * 70);
    const others = many(70, (n) => price(n, 100 + (n % 2)));
    const half = [...inMany(3, still), ...inMany(6, others).slice(3 * 70)];
    expect(left(half)).toBe(half.length);
    const stable = still.map((one) => ({ ...one, symbol: 'USDTUSDT' }));
    expect(left([...inMany(2, still), ...stable])).toBe(3 * 70);
  });
});
