import type { Money } from '../../audit/decimal.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { ProtectedPosition, Span } from '../shared/facts/protection.ts';
import { positiveOrNull } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';

/**
 * Same direction as the position; a first stop past the entry and the price of its time; or a later one that stood
 * without firing while every price of the instrument was past it by more than the tolerance. Null where no price of its
 * time is known and those before and after it, the entry and the exit among them, speak against it.
 */
export function isWrongSide(
  stop: StopOrder,
  { fact, stops }: ProtectedPosition,
  window: Span,
  market: Market,
  tolerancePct: number,
): boolean | null {
  const { trigger, ackAt } = stop;
  const { venue, symbol, side, entryPrice } = fact;
  if (side === 'unknown') return null;
  if (stop.side === side) return true;
  if (trigger === null || ackAt === null || stop.end === 'filled') return false;
  const isPastEntry = passed(trigger, entryPrice, side);
  if (stops.find((other) => other.ackAt !== null) === stop)
    return isPastEntry && passed(trigger, market.priceAt(venue, symbol, ackAt) ?? entryPrice, side);
  // What such an order carries may be the price that activates it, which lies on the other side by design.
  if (stop.type === 'trailing_stop') return false;
  const closedAt = Math.min(fact.closedAt ?? Infinity, window.to);
  const until = Math.min(stop.endedAt ?? Infinity, closedAt);
  const prices = market.pricesIn(venue, symbol, fact.openedAt, closedAt);
  const during = prices.filter(({ at }) => at > ackAt && at < until);
  const isPast = (price: Money): boolean => passed(trigger, price, side, tolerancePct / 100);
  if (during.length > 0) return during.every(({ value }) => isPast(value));
  const before = prices.findLast(({ at }) => at <= ackAt)?.value ?? entryPrice;
  const after = prices.find(({ at }) => at >= until)?.value ?? fact.exitPrice ?? before;
  return isPast(before) && isPast(after) ? null : false;
}

/**
 * A stop price in a row, judged against the entry. A trailing stop may have moved past the entry, but never past the
 * market: it is judged against the bot's last price as well, while the position is open.
 */
export function wrongSideRow({ fact: { row, side, entryPrice, closedAt } }: ProtectedPosition): Money | null {
  const price = positiveOrNull(row.stop_loss_price);
  if (price === null || !passed(price, entryPrice, side)) return null;
  if (row.trailing_activated !== true) return price;
  const last = closedAt === null ? positiveOrNull(row.current_price) : null;
  return last !== null && passed(price, last, side) ? price : null;
}

/** Whether a stop at `trigger` would fire at once when the market is at `price`, or better by a share of it. */
export function passed(trigger: Money, price: Money, side: PositionFact['side'], share = 0): boolean {
  if (side === 'unknown') return false;
  return side === 'long'
    ? trigger.greaterThanOrEqualTo(price.times(1 + share))
    : trigger.lessThanOrEqualTo(price.times(1 - share));
}
