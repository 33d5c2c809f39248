import { ZERO, type Money } from '../../audit/decimal.ts';
import type { Market } from '../facts/market.ts';
import type { PositionFact } from '../facts/position-facts.ts';
import type { ProtectedPosition, Span } from '../facts/protection.ts';
import { positiveOrNull } from '../facts/row-values.ts';
import type { StopOrder } from '../facts/stop-orders.ts';

export type CoverageFault = 'quantity' | 'wrong-side' | 'not-reduce-only' | 'beyond-liquidation';

/** A position whose stop does not do what a stop must. */
export interface Uncovered {
  readonly position: ProtectedPosition;
  readonly fault: CoverageFault;
  /** Covered share of the quantity at the worst time, percent. */
  readonly coveragePct: number;
  readonly stopQuantity: Money | null;
  readonly heldQuantity: Money;
  readonly trigger: Money | null;
  /** Quantity without a stop x milliseconds over all of the position's life in the window; null for other faults. */
  readonly bareQuantityMs: Money | null;
  readonly from: number;
  readonly to: number;
}

interface Moment {
  readonly from: number;
  readonly to: number;
  readonly held: Money;
  readonly covering: readonly StopOrder[];
}

export interface Coverage {
  /** Worst covered share while at least one stop stood; null when none did or none could be judged (SL8). */
  readonly worst: Uncovered | null;
  /** For some time it hung on stops that may be none. */
  readonly inDoubt: boolean;
}

/** How much of the position its stops covered, by those that certainly stood. */
export function coverageOf(position: ProtectedPosition, window: Span, graceMs: number): Coverage {
  let worst: Uncovered | null = null;
  let bare = ZERO;
  let inDoubt = false;
  for (const moment of momentsOf(position, window)) {
    if (moment.covering.length === 0 || moment.to - moment.from <= graceMs) continue;
    // What even the doubtful ones leave open is certain; what only they cover is not known.
    const covered = quantityOf(moment.covering, moment.held);
    const sure = quantityOf(
      moment.covering.filter(({ doubt }) => doubt === null),
      moment.held,
    );
    const rest = moment.held.minus(covered);
    if (rest.greaterThan(0)) bare = bare.plus(rest.times(moment.to - moment.from));
    else if (sure.lessThan(moment.held)) {
      inDoubt = true;
      continue;
    }
    const share = covered.greaterThan(moment.held) ? 100 : covered.div(moment.held).times(100).toNumber();
    if (worst === null || share < worst.coveragePct) {
      worst = {
        position,
        fault: 'quantity',
        coveragePct: share,
        stopQuantity: moment.covering.some(({ quantity }) => quantity === null) ? null : covered,
        heldQuantity: moment.held,
        trigger: moment.covering[0]?.trigger ?? null,
        bareQuantityMs: null,
        from: moment.from,
        to: moment.to,
      };
    }
  }
  return { worst: worst === null ? null : { ...worst, bareQuantityMs: bare }, inDoubt };
}

/** What stops close together; one without a quantity closes the whole position. */
function quantityOf(stops: readonly StopOrder[], held: Money): Money {
  return stops.reduce<Money>((sum, { quantity }) => sum.plus(quantity ?? held), ZERO);
}

/** Stretches of the position's life in the window with the same quantity and the same stops. */
function momentsOf({ fact, stops }: ProtectedPosition, window: Span): readonly Moment[] {
  const start = Math.max(fact.openedAt, window.from);
  const end = Math.min(fact.closedAt ?? window.to, window.to);
  const edges = [
    start,
    end,
    ...fact.steps.map(({ at }) => at),
    ...stops.flatMap(({ ackAt, endedAt }) => [ackAt ?? start, endedAt ?? end]),
  ].filter((at) => at >= start && at <= end);
  const times = [...new Set(edges)].sort((a, b) => a - b);
  return times.slice(0, -1).flatMap((from, index) => {
    const to = times[index + 1] ?? end;
    const held = fact.steps.findLast(({ at }) => at <= from)?.quantity ?? fact.quantity;
    if (held.isZero()) return [];
    const covering = stops.filter(
      ({ ackAt, endedAt }) => ackAt !== null && ackAt <= from && (endedAt ?? Infinity) >= to,
    );
    return [{ from, to, held, covering }];
  });
}

/** Faults of the stops themselves: on the wrong side, adding instead of reducing, or behind the liquidation price. */
export function stopFaults(position: ProtectedPosition, window: Span, market: Market): readonly Uncovered[] {
  const { fact, stops } = position;
  const inWindow = stops.filter(
    ({ ackAt, endedAt }) => ackAt !== null && ackAt < window.to && (endedAt ?? Infinity) > window.from,
  );
  const liquidation = positiveOrNull(fact.row.liquidation_price);
  return inWindow.flatMap((stop) => {
    const about = {
      position,
      coveragePct: 0,
      stopQuantity: stop.quantity,
      heldQuantity: fact.quantity,
      trigger: stop.trigger,
      bareQuantityMs: null,
      from: Math.max(stop.ackAt ?? window.from, window.from),
      to: Math.min(stop.endedAt ?? window.to, window.to),
    };
    const faults: CoverageFault[] = [];
    if (isWrongSide(stop, stops[0] === stop, fact, market)) faults.push('wrong-side');
    if (stop.reduceOnly === false) faults.push('not-reduce-only');
    if (liquidationHeld(stop, fact) && isBeyond(stop.trigger, liquidation, fact.side))
      faults.push('beyond-liquidation');
    return faults.map((fault) => ({ ...about, fault }));
  });
}

/**
 * Same direction as the position; or a first stop past both the entry and the market. Later stops may have been
 * trailed past the entry, and a price by the minute cannot judge them.
 */
function isWrongSide(stop: StopOrder, first: boolean, fact: PositionFact, market: Market): boolean {
  if (fact.side === 'unknown') return false;
  if (stop.side === fact.side) return true;
  if (!first || stop.trigger === null || stop.ackAt === null || stop.end === 'filled') return false;
  const price = market.priceAt(fact.venue, fact.symbol, stop.ackAt) ?? fact.entryPrice;
  return passed(stop.trigger, fact.entryPrice, fact.side) && passed(stop.trigger, price, fact.side);
}

/**
 * A stop price in a row, judged against the entry. A trailing stop may have moved past the entry, but never past the
 * market: it is judged against the bot's last price as well, while the position is open.
 */
export function wrongSideRow({ fact }: ProtectedPosition): Money | null {
  const price = positiveOrNull(fact.row.stop_loss_price);
  if (price === null || fact.side === 'unknown' || !passed(price, fact.entryPrice, fact.side)) return null;
  if (fact.row.trailing_activated !== true) return price;
  const last = fact.closedAt === null ? positiveOrNull(fact.row.current_price) : null;
  return last !== null && passed(price, last, fact.side) ? price : null;
}

function passed(trigger: Money, reference: Money, side: 'long' | 'short'): boolean {
  return side === 'long' ? trigger.greaterThanOrEqualTo(reference) : trigger.lessThanOrEqualTo(reference);
}

/** The row has the last liquidation price; what was added to the position later moved it, so it judges no older stop. */
function liquidationHeld(stop: StopOrder, { steps }: PositionFact): boolean {
  const grownAt = steps.findLast(
    ({ quantity }, index) => index > 0 && quantity.greaterThan(steps[index - 1]?.quantity ?? 0),
  )?.at;
  return grownAt === undefined || (stop.endedAt ?? Infinity) > grownAt;
}

function isBeyond(trigger: Money | null, liquidation: Money | null, side: PositionFact['side']): boolean {
  if (trigger === null || liquidation === null || side === 'unknown') return false;
  return side === 'long' ? trigger.lessThanOrEqualTo(liquidation) : trigger.greaterThanOrEqualTo(liquidation);
}
