import { ZERO, type Money } from '../../audit/decimal.ts';
import { dustFrom, isTooLittle } from '../shared/facts/dust.ts';
import { levelAt } from '../shared/facts/order-history.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { ProtectedPosition, Span } from '../shared/facts/protection.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';

export type CoverageFault = 'quantity' | 'wrong-side' | 'not-reduce-only' | 'beyond-liquidation';

/** A position whose stop does not do what a stop must. */
export interface Uncovered {
  readonly position: ProtectedPosition;
  readonly fault: CoverageFault;
  /** The stop that has the fault; null where it is of all together, or of the row. */
  readonly stopId: string | null;
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

/** A stop with what it closed at one time; null of an unknown quantity, which may be all of the position. */
interface Covering {
  readonly stop: StopOrder;
  readonly quantity: Money | null;
  /** The quantity of this time is only presumed from a later one. */
  readonly isPresumed: boolean;
  /** Nothing shows that it covered less than everything, or anything. */
  readonly isDoubtful: boolean;
}

/**
 * How much of the position its stops covered, by those that certainly stood. `worst`: while at least one stop stood; null
 * when none did or none could be judged (SL8). `inDoubt`: for some time it hung on stops that may be none.
 */
export function coverageOf(position: ProtectedPosition, window: Span, graceMs: number) {
  let worst: Uncovered | null = null;
  let uncovered = ZERO;
  let inDoubt = false;
  const isHeldOfLater = position.fact.openedBy === 'row' && position.fact.isWrittenLater;
  const moments = momentsOf(position, window);
  const shortAtEnd = new Set(moments.flatMap((moment) => (isCertainlyShort(moment) ? idsOf(moment) : [])));
  for (const moment of moments) {
    const { from, to, held, covering } = moment;
    if (covering.length === 0 || to - from <= graceMs) continue;
    // What even the doubtful ones leave open is certain; what only they cover is not known.
    const covered = quantityOf(covering, held);
    const sure = quantityOf(
      covering.filter(({ isDoubtful }) => !isDoubtful),
      held,
    );
    const rest = openRest(position.fact, held.minus(covered));
    const mayBeMore = isHeldOfLater || position.lost.some((span) => span.from <= from && span.to >= to);
    if (rest.greaterThan(0) && mayBeMore) {
      inDoubt = true;
      continue;
    }
    // A quantity of later is held against the position of before only where it was too small then as well.
    const isBelieved =
      !covering.some(({ isPresumed }) => isPresumed) || idsOf(moment).some((id) => shortAtEnd.has(id));
    if (rest.greaterThan(0) && isBelieved) uncovered = uncovered.plus(rest.times(to - from));
    else if (openRest(position.fact, held.minus(sure)).greaterThan(0)) {
      inDoubt = true;
      continue;
    }
    const share = rest.isZero() ? 100 : covered.div(held).times(100).toNumber();
    if (worst !== null && share >= worst.coveragePct) continue;
    worst = {
      position,
      fault: 'quantity',
      stopId: null,
      coveragePct: share,
      stopQuantity: covering.some(({ quantity }) => quantity === null) ? null : covered,
      heldQuantity: held,
      trigger: covering[0] ? levelAt(covering[0].stop.triggers, from).value : null,
      uncoveredQuantityMs: null,
      from,
      to,
    };
  }
  return { worst: worst === null ? null : { ...worst, uncoveredQuantityMs: uncovered }, inDoubt };
}

/** What is left to cover; what no order can be for is nothing. */
const openRest = (fact: PositionFact, rest: Money): Money =>
  rest.lessThanOrEqualTo(0) || isTooLittle(fact, rest) ? ZERO : rest;

type Moment = ReturnType<typeof momentsOf>[number];

const idsOf = ({ covering }: Pick<Moment, 'covering'>): readonly string[] =>
  covering.map(({ stop }) => stop.id);

function isCertainlyShort({ held, covering }: Moment): boolean {
  return covering.every(({ isPresumed }) => !isPresumed) && quantityOf(covering, held).lessThan(held);
}

/** What stops close together; one without a quantity closes the whole position. */
function quantityOf(stops: readonly Covering[], held: Money): Money {
  return stops.reduce<Money>((sum, { quantity }) => sum.plus(quantity ?? held), ZERO);
}

/** Stretches of the position's life in the window with the same quantity and the same stops. */
function momentsOf({ fact, stops, lost }: ProtectedPosition, window: Span) {
  const start = Math.max(fact.openedAt, window.from);
  const end = Math.min(fact.closedAt ?? window.to, dustFrom(fact) ?? window.to, window.to);
  const edges = [
    start,
    end,
    ...fact.steps.map(({ at }) => at),
    ...lost.flatMap((span) => [span.from, span.to]),
    ...stops.flatMap(({ ackAt, endedAt, quantities }) => [
      ackAt ?? start,
      endedAt ?? end,
      ...quantities.map(({ from }) => from),
    ]),
  ].filter((at) => at >= start && at <= end);
  const times = [...new Set(edges)].sort((a, b) => a - b);
  const spans = times.slice(0, -1).flatMap((from, index) => {
    const to = times[index + 1] ?? end;
    const held = heldAt(fact, from);
    const standing = stops.filter(
      ({ ackAt, endedAt }) => (ackAt ?? Infinity) <= from && (endedAt ?? Infinity) >= to,
    );
    return held.isZero() ? [] : [{ from, to, held, standing }];
  });
  return spans.map(({ standing, ...span }, index) => ({
    ...span,
    covering: standing.map((stop): Covering => {
      const isLast = !spans.slice(index + 1).some((later) => later.standing.includes(stop));
      return coveringBy(stop, span.from, isLast && (stop.endedAt ?? Infinity) <= window.to);
    }),
  }));
}

/** @param isLast its row's last value is that of this moment */
function coveringBy(stop: StopOrder, at: number, isLast: boolean): Covering {
  const { value: quantity, basis } = levelAt(stop.quantities, at);
  const isUnknown = basis === 'unknown';
  return {
    stop,
    quantity,
    isPresumed: basis === 'presumed' && !isLast,
    isDoubtful: stop.doubt !== null || isUnknown,
  };
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
