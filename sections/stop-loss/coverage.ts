import { ZERO, type Money } from '../../audit/decimal.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { ProtectedPosition, Span } from '../shared/facts/protection.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';

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
export function coverageOf(position: ProtectedPosition, window: Span, graceMs: number) {
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
