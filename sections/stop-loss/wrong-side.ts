import type { Money } from '../../audit/decimal.ts';
import type { Market, Point } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { ProtectedPosition, Span } from '../shared/facts/protection.ts';
import { GRACE_MS, positiveOrNull } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';
import { passed, type KnownPrices } from './known-prices.ts';

/** Mark and last price differ by this share without meaning anything. */
const NEAR_SHARE = 0.005;
/** No market goes this far and comes back unseen between two known prices without a stop firing. */
const FAR_SHARE = 0.05;

/**
 * Same direction as the position; a first stop past both the entry and the market; or a later one past the market. A
 * trailed stop may pass the entry, never the market. Null where no price can tell.
 */
export function isWrongSide(
  stop: StopOrder,
  position: ProtectedPosition,
  window: Span,
  market: Market,
  known: KnownPrices,
): boolean | null {
  const { fact, stops } = position;
  if (fact.side === 'unknown') return false;
  if (stop.side === fact.side) return true;
  if (stop.trigger === null || stop.ackAt === null || stop.end === 'filled') return false;
  if (stops.find(({ ackAt }) => ackAt !== null) === stop) {
    const price = market.priceAt(fact.venue, fact.symbol, stop.ackAt) ?? fact.entryPrice;
    return passed(stop.trigger, fact.entryPrice, fact.side) && passed(stop.trigger, price, fact.side);
  }
  // What such an order carries may be the price that activates it, which lies on the other side by design.
  if (stop.type === 'trailing_stop') return false;
  return isPastMarket(stop, stop.trigger, stop.ackAt, fact, window, known.of(position));
}

/** A stop that stood and did not fire is on the wrong side when every price known before and during its life is past it. */
function isPastMarket(
  stop: StopOrder,
  trigger: Money,
  ackAt: number,
  fact: PositionFact,
  window: Span,
  points: readonly Point[],
): boolean | null {
  const closed = Math.min(fact.closedAt ?? Infinity, window.to);
  const before = points.findLast(({ at }) => at <= ackAt);
  const after = points.filter(({ at }) => at > ackAt && at <= closed);
  if (before === undefined || after.length === 0) {
    const seen = points.some(({ at }) => at > fact.openedAt + GRACE_MS);
    return seen || !passed(trigger, fact.entryPrice, fact.side) ? false : null;
  }
  const during = after.filter(({ at }) => at <= (stop.endedAt ?? Infinity) + GRACE_MS);
  const share = during.length > 0 ? NEAR_SHARE : FAR_SHARE;
  const judged = [before, ...(during.length > 0 ? during : after.slice(0, 1))];
  return judged.every(({ value }) => passed(trigger, value, fact.side, share));
}

/**
 * A stop price in a row, judged against the entry. A trailing stop may have moved past the entry, but never past the
 * market: it is judged against the bot's last price as well, while the position is open.
 */
export function wrongSideRow({ fact }: ProtectedPosition): Money | null {
  const price = positiveOrNull(fact.row.stop_loss_price);
  if (price === null || !passed(price, fact.entryPrice, fact.side)) return null;
  if (fact.row.trailing_activated !== true) return price;
  const last = fact.closedAt === null ? positiveOrNull(fact.row.current_price) : null;
  return last !== null && passed(price, last, fact.side) ? price : null;
}
