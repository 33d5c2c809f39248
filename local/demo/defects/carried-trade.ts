import type { Venue } from '../instruments.ts';
import { buildTrade } from '../open-trade.ts';
import { createPrng } from '../prng.ts';
import { HOUR_MS, MINUTE_MS, type Shift } from '../shifts.ts';
import type { Side, Trade } from '../trade.ts';
import type { World } from '../world.ts';

/** A position on a reserved symbol, held over the shift's end. */
export interface CarriedWish {
  readonly id: string;
  /** Reserved symbols, the preferred one first; the first with a fitting price path is taken. */
  readonly symbols: readonly string[];
  readonly venue: Venue;
  /** When it may have been opened, hours before the shift's end; the first time that fits is taken. */
  readonly ageH: readonly [number, number];
  /** Where the price must stand at the shift's end, in its favour, basis points. */
  readonly movedBps: readonly [number, number];
}

/** Puts it into the world with a stop wide enough to survive, and closes it an hour after the shift when time goes on. */
export function carryTrade(world: World, shift: Shift, wish: CarriedWish): Trade {
  const { market } = world;
  const { at, side, symbol } = findEntry(world, shift, wish);
  const price = market.markAt(symbol, at);
  const closing = shift.to + HOUR_MS + 9_410;
  const { worstBps, bestBps } = excursion(world, symbol, side, at, Math.min(closing, market.to));
  const direction = side === 'long' ? 1 : -1;
  const course = {
    initialStop: price * (1 + (direction * (worstBps - 70)) / 10_000),
    target: price * (1 + (direction * (bestBps + 150)) / 10_000),
    moves: [],
    trailingActivatedAt: null,
    exit: closing < market.to ? { at: closing, reason: 'signal', trigger: null } : null,
  };
  const style = {
    strategy: 'trend',
    stopBps: -worstBps,
    targetBps: bestBps,
    trail: null,
    signalAfterMin: 0,
    timeoutMin: 0,
  };
  const plan = { id: wish.id, venue: wish.venue, symbol, side, at, notional: 1_500, leverage: 3, style };
  const trade = buildTrade(market, plan, course, createPrng(wish.id, 'carried'));
  world.trades.push(trade);
  return trade;
}

function findEntry(
  world: World,
  shift: Shift,
  wish: CarriedWish,
): { at: number; side: Side; symbol: string } {
  const { market } = world;
  const [youngest, oldest] = wish.ageH.map((hours) => shift.to - hours * HOUR_MS) as [number, number];
  for (const symbol of wish.symbols) {
    const end = market.markAt(symbol, shift.to);
    for (let minute = youngest; minute >= oldest; minute -= MINUTE_MS) {
      const at = minute + 23_470;
      const movedBps = (end / market.markAt(symbol, at) - 1) * 10_000;
      for (const side of ['long', 'short'] as const) {
        const favourBps = side === 'long' ? movedBps : -movedBps;
        if (favourBps >= wish.movedBps[0] && favourBps <= wish.movedBps[1]) return { at, side, symbol };
      }
    }
  }
  throw new Error(
    `no entry of ${wish.symbols.join(', ')} moves by ${wish.movedBps.join(' to ')} bps until the shift's end`,
  );
}

/** How far the price went against the position and in its favour, basis points. */
function excursion(
  world: World,
  symbol: string,
  side: Side,
  from: number,
  to: number,
): { worstBps: number; bestBps: number } {
  const entry = world.market.markAt(symbol, from);
  let [worstBps, bestBps] = [0, 0];
  for (let at = from; at <= to; at += MINUTE_MS) {
    const bps = (world.market.markAt(symbol, at) / entry - 1) * 10_000 * (side === 'long' ? 1 : -1);
    worstBps = Math.min(worstBps, bps);
    bestBps = Math.max(bestBps, bps);
  }
  return { worstBps, bestBps };
}
