import { instrumentOf, type Venue } from '../instruments.ts';
import type { Market } from '../market.ts';
import { newStop } from '../open-trade.ts';
import { cancelOrder } from '../orders.ts';
import { MINUTE_MS, type Shift } from '../shifts.ts';
import { closedAt, directionOf, type Trade } from '../trade.ts';
import type { World } from '../world.ts';
import { livedIn } from './pick.ts';

/** When the bot asks for a new trigger, and what that is. */
export interface Wanted {
  readonly at: number;
  readonly trigger: string;
}

/** How long the venue takes to acknowledge an inserted move, and how much later the old stop goes. */
const ACK_MS = 240;
const CANCEL_MS = 110;

/**
 * Trades of an exchange whose stop trailed and was not what closed them: their stops can be moved otherwise. Those that
 * trailed longest come first.
 */
export function movable(world: World, shift: Shift, venue: Venue): readonly Trade[] {
  const trades = livedIn(world, shift, venue).filter(
    ({ trailingActivatedAt, exit }) => trailingActivatedAt !== null && exit?.order.role !== 'stop',
  );
  return [...trades].sort((a, b) => activeMs(b) - activeMs(a));
}

/** The symbol is moved by this trade alone in the shift, at its exchange. */
export function isAlone(world: World, shift: Shift, trade: Trade): boolean {
  return !world.trades.some(
    (other) =>
      other !== trade &&
      other.venue === trade.venue &&
      other.symbol === trade.symbol &&
      other.trailingActivatedAt !== null &&
      other.trailingActivatedAt < shift.to &&
      (closedAt(other) ?? Infinity) > shift.from,
  );
}

export function activeMs(trade: Trade): number {
  return (closedAt(trade) ?? 0) - (trade.trailingActivatedAt ?? Infinity);
}

export function movesOf(trade: Trade): readonly Wanted[] {
  return trade.stops.slice(1).map(({ createdAt, triggerPrice }) => ({
    at: createdAt,
    trigger: triggerPrice ?? '0',
  }));
}

/** The trigger so many price steps nearer to the price, or farther from it where `steps` is negative. */
export function stepped(trade: Trade, trigger: string, steps: number): string {
  const { priceDecimals } = instrumentOf(trade.symbol);
  return (Number(trigger) + (directionOf(trade) * steps) / 10 ** priceDecimals).toFixed(priceDecimals);
}

/** Whether no price of a time would have fired a stop with this trigger. */
export function isSafe(market: Market, trade: Trade, trigger: string, from: number, to: number): boolean {
  for (let at = from; at <= to; at += MINUTE_MS / 4)
    if (directionOf(trade) * (market.markAt(trade.symbol, at) - Number(trigger)) <= 0) return false;
  return true;
}

/** Replaces all moves of a trade's stop after its first; the last one goes with the position. */
export function moveStops(trade: Trade, moves: readonly Wanted[]): void {
  const [first] = trade.stops;
  const placed = trade.stopChanges.find(({ kind }) => kind === 'placed');
  const removed = trade.stopChanges.find(({ kind }) => kind === 'removed');
  if (!first || !placed || !removed) throw new Error(`${trade.id} has no stop that went with it`);
  const nothing = { unprotectedMs: null, error: null };
  const stops = [first];
  const changes = [placed];
  for (const { at, trigger } of moves) {
    const previous = stops.at(-1) ?? first;
    const stop = newStop(trade, { at, trigger, index: stops.length, quantity: first.quantity });
    stop.venueAt = at + ACK_MS;
    stop.parentId = previous.id;
    cancelOrder(previous, stop.venueAt + CANCEL_MS);
    stops.push(stop);
    const { triggerPrice: oldPrice } = previous;
    const ids = { at: stop.venueAt, oldPrice, newPrice: trigger, orderId: stop.id, durationMs: ACK_MS };
    changes.push({ ...nothing, kind: 'updated', ...ids, unprotectedMs: 0 });
  }
  const last = stops.at(-1) ?? first;
  cancelOrder(last, removed.at);
  trade.stops.splice(0, trade.stops.length, ...stops);
  const gone = { oldPrice: last.triggerPrice, newPrice: null, orderId: last.id };
  trade.stopChanges = [...changes, { ...removed, ...gone }];
}
