import { closedAt, notionalOf, openedAt, resultOf, type Side, type Trade } from './trade.ts';
import { followCourse } from './exit-search.ts';
import { INSTRUMENTS, type Venue } from './instruments.ts';
import type { Market } from './market.ts';
import { buildTrade, type Plan } from './open-trade.ts';
import { createPrng, type Prng } from './prng.ts';
import { HOUR_MS, MINUTE_MS, nearBoundary } from './shifts.ts';
import { drawStyle } from './strategies.ts';

/** Entries the bot makes in an hour, and the room it leaves below its limit. */
const ENTRIES_PER_HOUR = 27;
const MOST_AT_ONCE = 34;
/** Of 25 closed positions of a venue this many are meant to win. */
const WINNERS_OF_25 = 14;
/** Symbols tried for one entry, and what a winner must make at least, as a fraction of its notional. */
const ATTEMPTS = 10;
const WORTHWHILE = '0.0026';
/** No position is held longer: nothing of the clean bot is ever aged. */
const LONGEST_HOLD_MS = 6.5 * HOUR_MS;
const COOL_DOWN_MS = 4 * MINUTE_MS;

/**
 * The clean bot's trades from the market's first to its last minute. Of the two sides of an entry it takes the one with
 * the wished outcome: so the prices stay a random walk, and the win rate is that of a plausible bot in every shift.
 */
export function trade(market: Market, seed: string): Trade[] {
  const prng = createPrng(seed, 'trading');
  const symbols = INSTRUMENTS.filter(({ reserved }) => !reserved).map(({ symbol }) => symbol);
  const outcomes = { binance: outcomeStream(prng), bybit: outcomeStream(prng) };
  const trades: Trade[] = [];
  let busy: { venue: Venue; symbol: string; until: number }[] = [];
  for (const at of entryTimes(market, prng)) {
    busy = busy.filter(({ until }) => until + COOL_DOWN_MS > at);
    if (busy.filter(({ until }) => until > at).length >= MOST_AT_ONCE) continue;
    const venue: Venue = prng.chance(0.58) ? 'binance' : 'bybit';
    const free = symbols.filter(
      (symbol) => !busy.some((other) => other.venue === venue && other.symbol === symbol),
    );
    const wish = outcomes[venue];
    const id = `P-${String(trades.length + 1).padStart(5, '0')}`;
    const win = wish.peek();
    let made: Trade | null = null;
    for (const symbol of prng.shuffle(free).slice(0, ATTEMPTS)) {
      made ??= tryEntry(market, { id, venue, symbol, at, win }, prng);
    }
    if (!made) continue;
    wish.take();
    trades.push(made);
    busy.push({ venue, symbol: made.symbol, until: closedAt(made) ?? Infinity });
  }
  return trades;
}

/** Wished outcomes in shuffled packs of 25, so that no stretch of trades is far from the rate. */
function outcomeStream(prng: Prng): { peek(): boolean; take(): void } {
  let pack: boolean[] = [];
  const refill = (): void => {
    if (pack.length === 0)
      pack = prng.shuffle(Array.from({ length: 25 }, (_, index) => index < WINNERS_OF_25));
  };
  return {
    peek() {
      refill();
      return pack[0] ?? true;
    },
    take() {
      refill();
      pack.shift();
    },
  };
}

function entryTimes(market: Market, prng: Prng): readonly number[] {
  const times: number[] = [];
  for (let hour = market.from; hour < market.to; hour += HOUR_MS) {
    const count = ENTRIES_PER_HOUR + prng.integer(-3, 3);
    for (let entry = 0; entry < count; entry += 1) {
      const minute = hour + prng.integer(0, 59) * MINUTE_MS;
      times.push(minute + prng.integer(12, 46) * 1_000 + prng.integer(1, 999));
    }
  }
  return times.filter((at) => !nearBoundary(at, 2 * MINUTE_MS, 2 * MINUTE_MS)).sort((a, b) => a - b);
}

function tryEntry(
  market: Market,
  wish: { id: string; venue: Venue; symbol: string; at: number; win: boolean },
  prng: Prng,
): Trade | null {
  const { id, venue, symbol, at, win } = wish;
  const style = drawStyle(prng);
  const notional = Number(prng.between(1_100, 2_400).toFixed(0));
  const first: Side = prng.chance(0.5) ? 'long' : 'short';
  const sides: readonly Side[] = [first, first === 'long' ? 'short' : 'long'];
  const candidates = sides.flatMap((side) => {
    const plan: Plan = { id, venue, symbol, side, at, notional, leverage: 3, style };
    const course = followCourse(market, { symbol, side, at, price: market.markAt(symbol, at), style });
    if (course.exit && nearBoundary(course.exit.at, MINUTE_MS, MINUTE_MS)) return [];
    const built = buildTrade(market, plan, course, createPrng(id, `orders/${side}`));
    const held = (closedAt(built) ?? market.to) - openedAt(built);
    return held > LONGEST_HOLD_MS ? [] : [built];
  });
  return (
    candidates.find((made) => {
      if (made.exit === null) return true;
      const { net } = resultOf(made, market);
      return win ? net.gt(notionalOf(made).times(WORTHWHILE)) : net.lt(0);
    }) ?? null
  );
}
