import type { Market } from './market.ts';
import { MINUTE_MS } from './shifts.ts';
import { DECISIVE_BPS, TAKE_PROFIT_BPS, type Style } from './strategies.ts';
import type { Side } from './trade.ts';

export interface StopMove {
  /** When the bot asks for the new trigger. */
  readonly at: number;
  readonly trigger: number;
}

/** What the market does to a position that is opened at a time and managed in a style. */
export interface Course {
  readonly initialStop: number;
  readonly target: number;
  readonly moves: readonly StopMove[];
  readonly trailingActivatedAt: number | null;
  /** Null: still open when the market's path ends. */
  readonly exit: { readonly at: number; readonly reason: string; readonly trigger: number | null } | null;
}

/** A stop move is decided on the minute and asked for a few seconds later; by then the exchange has it well before the next one. */
const MOVE_DELAY_MS = 9_350;

/**
 * Walks the price path minute by minute: stop and target are hit where the line between two minutes crosses them, the
 * stop trails behind the best minute, a signal or the timeout closes on a minute.
 */
export function followCourse(
  market: Market,
  position: { symbol: string; side: Side; at: number; price: number; style: Style },
): Course {
  const { symbol, side, at, price, style } = position;
  const direction = side === 'long' ? 1 : -1;
  const away = (bps: number): number => price * (1 + (direction * bps) / 10_000);
  const initialStop = away(-style.stopBps);
  const target = away(style.targetBps);
  const moves: StopMove[] = [];
  let stop = initialStop;
  let activatedAt: number | null = null;
  let from = at;
  while (from < market.to) {
    const to = Math.min((Math.floor(from / MINUTE_MS) + 1) * MINUTE_MS, market.to);
    const [left, right] = [market.markAt(symbol, from), market.markAt(symbol, to)];
    const crossing = firstCrossing({ from, to, left, right, direction, stop, target });
    if (crossing) {
      const byTarget = crossing.level === target;
      const reason = byTarget ? 'take_profit' : moves.length > 0 ? 'trailing' : 'stop';
      const exit = { at: crossing.at, reason, trigger: crossing.level };
      return { initialStop, target, moves, trailingActivatedAt: activatedAt, exit };
    }
    if (to >= market.to) break;
    const movedBps = (direction * (right - price) * 10_000) / price;
    const minutes = (to - at) / MINUTE_MS;
    const reason = closingReason(style, minutes, movedBps);
    if (reason !== null) {
      const exit = { at: to + 2_000 + (Math.round(minutes * 37) % 6_000), reason, trigger: null };
      return { initialStop, target, moves, trailingActivatedAt: activatedAt, exit };
    }
    const { trail } = style;
    if (trail && movedBps >= trail.activateBps) {
      const candidate = right * (1 - (direction * trail.distanceBps) / 10_000);
      const step = (direction * (candidate - stop) * 10_000) / price;
      if (step >= trail.stepBps) {
        activatedAt ??= to + 4_120;
        moves.push({ at: to + MOVE_DELAY_MS, trigger: candidate });
        stop = candidate;
      }
    }
    from = to;
  }
  return { initialStop, target, moves, trailingActivatedAt: activatedAt, exit: null };
}

/** A signal takes a good profit or cuts a small loss; the timeout takes what there is. */
function closingReason(style: Style, minutes: number, movedBps: number): string | null {
  if (Math.abs(movedBps) < DECISIVE_BPS) return null;
  if (minutes >= style.timeoutMin) return 'timeout';
  if (minutes < style.signalAfterMin) return null;
  return movedBps >= TAKE_PROFIT_BPS || movedBps < 0 ? 'signal' : null;
}

/** Where the line from `left` to `right` first touches the stop or the target. */
function firstCrossing(segment: {
  from: number;
  to: number;
  left: number;
  right: number;
  direction: number;
  stop: number;
  target: number;
}): { at: number; level: number } | null {
  const { from, to, left, right, direction, stop, target } = segment;
  const hitsStop = direction * (right - stop) <= 0;
  const hitsTarget = direction * (right - target) >= 0;
  if (!hitsStop && !hitsTarget) return null;
  const level = hitsStop ? stop : target;
  const share = left === right ? 1 : Math.min(1, Math.max(0, (level - left) / (right - left)));
  // A stop that was moved at the start of this minute is at the venue only after the move.
  const earliest = from + 16_000;
  const at = Math.max(from + Math.round(share * (to - from)), Math.min(earliest, to - 1_700));
  return { at: Math.min(at, to - 1_700), level };
}
