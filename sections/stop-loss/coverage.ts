import { ZERO, type Money } from '../../audit/decimal.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { ProtectedPosition, Span } from '../shared/facts/protection.ts';
import { positiveOrNull } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';
import type { Scope } from './cases.ts';

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
  readonly uncoveredQuantityMs: Money | null;
  readonly from: number;
  readonly to: number;
}

/**
 * How much of the position its stops covered, by those that certainly stood. `worst`: while at least one stop stood; null
 * when none did or none could be judged (SL8). `inDoubt`: for some time it hung on stops that may be none.
 */
function coverageOf(position: ProtectedPosition, window: Span, graceMs: number) {
  let worst: Uncovered | null = null;
  let uncovered = ZERO;
  let inDoubt = false;
  for (const { from, to, held, covering } of momentsOf(position, window)) {
    if (covering.length === 0 || to - from <= graceMs) continue;
    // What even the doubtful ones leave open is certain; what only they cover is not known.
    const covered = quantityOf(covering, held);
    const sure = quantityOf(
      covering.filter(({ doubt }) => doubt === null),
      held,
    );
    const rest = held.minus(covered);
    if (rest.greaterThan(0)) uncovered = uncovered.plus(rest.times(to - from));
    else if (sure.lessThan(held)) {
      inDoubt = true;
      continue;
    }
    const share = covered.greaterThan(held) ? 100 : covered.div(held).times(100).toNumber();
    if (worst !== null && share >= worst.coveragePct) continue;
    worst = {
      position,
      fault: 'quantity',
      coveragePct: share,
      stopQuantity: covering.some(({ quantity }) => quantity === null) ? null : covered,
      heldQuantity: held,
      trigger: covering[0]?.trigger ?? null,
      uncoveredQuantityMs: null,
      from,
      to,
    };
  }
  return { worst: worst === null ? null : { ...worst, uncoveredQuantityMs: uncovered }, inDoubt };
}

/** What stops close together; one without a quantity closes the whole position. */
function quantityOf(stops: readonly StopOrder[], held: Money): Money {
  return stops.reduce<Money>((sum, { quantity }) => sum.plus(quantity ?? held), ZERO);
}

/** Stretches of the position's life in the window with the same quantity and the same stops. */
function momentsOf({ fact, stops }: ProtectedPosition, window: Span) {
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
    const held = heldAt(fact, from);
    const covering = stops.filter(
      ({ ackAt, endedAt }) => (ackAt ?? Infinity) <= from && (endedAt ?? Infinity) >= to,
    );
    return held.isZero() ? [] : [{ from, to, held, covering }];
  });
}

/** What the position held at a time, base units. */
export function heldAt({ steps, quantity }: PositionFact, at: number): Money {
  return steps.findLast((step) => step.at <= at)?.quantity ?? quantity;
}

/** The steps with which the position grew after it was opened. */
export function growthsOf({ steps }: PositionFact) {
  return steps.filter(({ quantity }, index) => {
    const before = steps[index - 1]?.quantity;
    return before !== undefined && quantity.greaterThan(before);
  });
}

/** Whether the stops do what a stop must; on the bot's rung only the row's stop price can be judged. */
export function coverageFacts(scope: Scope) {
  const { required, window } = scope;
  if (!scope.byOrders)
    return {
      coverage: [],
      coverageInDoubt: 0,
      faults: required.flatMap((position) => rowFault(position, window)),
    };
  const judged = required.map((position) => {
    const stops = position.stops
      .filter(
        ({ ackAt, endedAt }) => ackAt !== null && ackAt < window.to && (endedAt ?? Infinity) > window.from,
      )
      .map((stop) => ({ stop, isWrong: isWrongSide(stop, position, scope) }));
    return {
      ...coverageOf(position, window, scope.graceMs),
      faults: stops.flatMap(({ stop, isWrong }) => faultsOf(stop, position, isWrong === true, window)),
      sideInDoubt: stops.some(({ isWrong }) => isWrong === null),
    };
  });
  return {
    /** Of each position whose stops could be judged the worst covered share. */
    coverage: judged.flatMap(({ worst }) => worst ?? []),
    /** Positions with stops that may not cover them, or whose side no price can tell. */
    coverageInDoubt: judged.filter(({ inDoubt, sideInDoubt }) => inDoubt || sideInDoubt).length,
    faults: judged.flatMap(({ faults }) => faults),
  };
}

function rowFault(position: ProtectedPosition, window: Span): readonly Uncovered[] {
  const { fact, gaps } = position;
  const trigger = gaps === null ? null : wrongSideRow(position);
  if (trigger === null) return [];
  const uncovered = whileStood(position, fact.openedAt, fact.closedAt, window);
  return [{ ...uncovered, fault: 'wrong-side', trigger, stopQuantity: null }];
}

/** Faults of a stop itself: on the wrong side, adding instead of reducing, or behind the liquidation price. */
function faultsOf(stop: StopOrder, position: ProtectedPosition, isWrong: boolean, window: Span) {
  const found: CoverageFault[] = [];
  if (isWrong) found.push('wrong-side');
  if (stop.reduceOnly === false) found.push('not-reduce-only');
  if (isBeyondLiquidation(stop, position.fact)) found.push('beyond-liquidation');
  const { trigger, quantity: stopQuantity, ackAt, endedAt } = stop;
  const uncovered = whileStood(position, ackAt ?? window.from, endedAt, window);
  return found.map((fault) => ({ ...uncovered, fault, trigger, stopQuantity }));
}

function whileStood(position: ProtectedPosition, from: number, to: number | null, window: Span) {
  return {
    position,
    coveragePct: 0,
    heldQuantity: position.fact.quantity,
    uncoveredQuantityMs: null,
    from: Math.max(from, window.from),
    to: Math.min(to ?? window.to, window.to),
  };
}

/** The row has the last liquidation price; what was added to the position later moved it, so it judges no older stop. */
function isBeyondLiquidation({ trigger, endedAt }: StopOrder, fact: PositionFact): boolean {
  const grownAt = growthsOf(fact).at(-1)?.at;
  if (grownAt !== undefined && (endedAt ?? Infinity) <= grownAt) return false;
  const liquidation = positiveOrNull(fact.row.liquidation_price);
  return trigger !== null && liquidation !== null && passed(liquidation, trigger, fact.side);
}

/**
 * Same direction as the position; a first stop past the entry and the price of its time; or a later one that stood
 * without firing while every price of the instrument was past it by more than the tolerance. Null where no price of its
 * time is known and those before and after it, the entry and the exit among them, speak against it.
 */
function isWrongSide(stop: StopOrder, { fact, stops }: ProtectedPosition, scope: Scope): boolean | null {
  const { window, market, settings } = scope;
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
  const isPast = (price: Money): boolean => passed(trigger, price, side, settings.wrongSidePct / 100);
  if (during.length > 0) return during.every(({ value }) => isPast(value));
  const before = prices.findLast(({ at }) => at <= ackAt)?.value ?? entryPrice;
  const after = prices.find(({ at }) => at >= until)?.value ?? fact.exitPrice ?? before;
  return isPast(before) && isPast(after) ? null : false;
}

/**
 * A stop price in a row, judged against the entry. A trailing stop may have moved past the entry, but never past the
 * market: it is judged against the bot's last price as well, while the position is open.
 */
function wrongSideRow({ fact: { row, side, entryPrice, closedAt } }: ProtectedPosition): Money | null {
  const price = positiveOrNull(row.stop_loss_price);
  if (price === null || !passed(price, entryPrice, side)) return null;
  if (row.trailing_activated !== true) return price;
  const last = closedAt === null ? positiveOrNull(row.current_price) : null;
  return last !== null && passed(price, last, side) ? price : null;
}

/** Whether a stop at `trigger` would fire at once when the market is at `price`, or better by a share of it. */
function passed(trigger: Money, price: Money, side: PositionFact['side'], share = 0): boolean {
  if (side === 'unknown') return false;
  return side === 'long'
    ? trigger.greaterThanOrEqualTo(price.times(1 + share))
    : trigger.lessThanOrEqualTo(price.times(1 - share));
}
