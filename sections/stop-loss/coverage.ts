import { ZERO, type Money } from '../../audit/decimal.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { ProtectedPosition, Span } from '../shared/facts/protection.ts';
import { positiveOrNull } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';
import type { KnownPrices } from './known-prices.ts';
import { isWrongSide } from './wrong-side.ts';

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

export interface StopFaults {
  readonly faults: readonly Uncovered[];
  /** A moved stop lies past the entry, and no price says where the market was. */
  readonly sideInDoubt: boolean;
}

/** Faults of the stops themselves: on the wrong side, adding instead of reducing, or behind the liquidation price. */
export function stopFaults(
  position: ProtectedPosition,
  window: Span,
  market: Market,
  prices: KnownPrices,
): StopFaults {
  let sideInDoubt = false;
  const { fact, stops } = position;
  const inWindow = stops.filter(
    ({ ackAt, endedAt }) => ackAt !== null && ackAt < window.to && (endedAt ?? Infinity) > window.from,
  );
  const liquidation = positiveOrNull(fact.row.liquidation_price);
  const faults = inWindow.flatMap((stop) => {
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
    const own: CoverageFault[] = [];
    const wrongSide = isWrongSide(stop, position, window, market, prices);
    if (wrongSide === true) own.push('wrong-side');
    sideInDoubt ||= wrongSide === null;
    if (stop.reduceOnly === false) own.push('not-reduce-only');
    if (liquidationHeld(stop, fact) && isBeyond(stop.trigger, liquidation, fact.side))
      own.push('beyond-liquidation');
    return own.map((fault) => ({ ...about, fault }));
  });
  return { faults, sideInDoubt };
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
