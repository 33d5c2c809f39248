import type { Money } from '../../audit/decimal.ts';
import type { Market } from '../shared/facts/market.ts';
import type { Level } from '../shared/facts/order-history.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { ProtectedPosition, Span } from '../shared/facts/protection.ts';
import { moveOf, positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';

/** What is known of the side of a stop; null where it cannot be told, and where a stop is wrong, from when. */
export interface StopSide {
  readonly isWrong: boolean | null;
  readonly level: Level | null;
}

/** A trigger while it stood, for a stop that was amended in place one of several. */
interface Stretch extends Span {
  readonly level: Level;
  /** The stop ended in the window with this trigger, which its row then still had. */
  readonly isLast: boolean;
}

/**
 * Same direction as the position; or one of the triggers that it had in the window on the wrong side. The last value of a
 * rewritten row says nothing of the ones before: they come from recorded changes, or are not known.
 */
export function stopSide(
  stop: StopOrder,
  position: ProtectedPosition,
  window: Span,
  market: Market,
  tolerancePct: number,
): StopSide {
  const { ackAt, triggers, end, trigger } = stop;
  if (position.fact.side === 'unknown') return { isWrong: null, level: null };
  if (stop.side === position.fact.side) return { isWrong: true, level: null };
  if (ackAt === null || end === 'filled' || trigger === null) return { isWrong: false, level: null };
  const until = Math.min(stop.endedAt ?? Infinity, position.fact.closedAt ?? Infinity, window.to);
  const isFirst = position.stops.find((other) => other.ackAt !== null) === stop;
  const judged = triggers.flatMap((level, index) => {
    const from = Math.max(level.from, ackAt);
    const to = Math.min(triggers[index + 1]?.from ?? Infinity, until);
    if (to <= from || to <= window.from) return [];
    const isLast = to === until && (stop.endedAt ?? Infinity) <= window.to;
    const stretch = { level, from, to, isLast };
    const isWrong =
      isFirst && from === ackAt
        ? isWrongAtFirst(stretch, position, market)
        : isWrongLater(stop, stretch, position, window, market, tolerancePct);
    return [{ isWrong, level }];
  });
  return (
    judged.find(({ isWrong }) => isWrong === true) ??
    judged.find(({ isWrong }) => isWrong === null) ?? { isWrong: false, level: null }
  );
}

/** So long after the opening, the entry tells what the market was. */
const NEAR_ENTRY_MS = 10 * 60_000;

/**
 * Past the entry and the price of its time; where the trigger of then is presumed, past that of its end too. A stop without
 * a known price of its time that came long after the entry may be one that followed the market.
 */
function isWrongAtFirst(
  { level: { value, basis }, from, to, isLast }: Stretch,
  { fact }: ProtectedPosition,
  market: Market,
): boolean | null {
  const { venue, symbol, side, entryPrice, exitPrice } = fact;
  if (value === null) return null;
  if (!passed(value, entryPrice, side)) return false;
  const price =
    market.priceAt(venue, symbol, from) ?? (from - fact.openedAt <= NEAR_ENTRY_MS ? entryPrice : null);
  if (price === null) return null;
  if (!passed(value, price, side)) return false;
  if (basis === 'recorded') return true;
  const last = market.priceAt(venue, symbol, to) ?? exitPrice;
  return isLast && last !== null && passed(value, last, side) ? true : null;
}

/**
 * It stood without firing while every price of the instrument was past it by more than the tolerance. Null where no price
 * of its time is known and those before and after it, the entry and the exit among them, speak against it.
 */
function isWrongLater(
  stop: StopOrder,
  { level: { value, basis }, from, to, isLast }: Stretch,
  { fact }: ProtectedPosition,
  window: Span,
  market: Market,
  tolerancePct: number,
): boolean | null {
  // What such an order carries may be the price that activates it, which lies on the other side by design.
  if (stop.type === 'trailing_stop') return false;
  if (value === null) return null;
  const { venue, symbol, side, entryPrice, exitPrice } = fact;
  const prices = market.pricesIn(
    venue,
    symbol,
    fact.openedAt,
    Math.min(fact.closedAt ?? Infinity, window.to),
  );
  const isPast = (price: Money): boolean =>
    side !== 'unknown' && moveOf(side, price, value).greaterThan(price.times(tolerancePct).div(100));
  const during = prices.filter(({ at }) => at > from && at < to);
  if (during.length > 0) {
    if (!during.every((price) => isPast(price.value))) return false;
    return basis === 'recorded' || isLast ? true : null;
  }
  const before = prices.findLast(({ at }) => at <= from)?.value ?? entryPrice;
  const after = prices.find(({ at }) => at >= to)?.value ?? exitPrice ?? before;
  return isPast(before) && isPast(after) ? null : false;
}

/**
 * A stop price in a row, as it was when the row was last written: past the entry, and past the market of that time, since
 * one that was moved into profit lies past the entry as well. Null where no price of that time is known, and for a row that
 * is closed: it was written when its stop may just have fired.
 */
export function wrongSideRow({ fact }: ProtectedPosition, market: Market): Money | null {
  const { row, side, entryPrice, venue, symbol } = fact;
  const price = positiveOrNull(row.stop_loss_price);
  const writtenAt = timeOrNull(row.updated_at);
  if (price === null || row.status === 'closed' || !passed(price, entryPrice, side)) return null;
  const seen = writtenAt === null ? null : market.priceAt(venue, symbol, writtenAt);
  const last = seen ?? positiveOrNull(row.current_price);
  return last !== null && passed(price, last, side) ? price : null;
}

/** Whether a stop at `trigger` would fire at once when the market is at `price`. */
export function passed(trigger: Money, price: Money, side: PositionFact['side']): boolean {
  return side !== 'unknown' && moveOf(side, price, trigger).greaterThanOrEqualTo(0);
}
