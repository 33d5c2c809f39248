import { levelAt, type Level } from '../shared/facts/order-history.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { ProtectedPosition, Span } from '../shared/facts/protection.ts';
import { liquidationOf } from '../shared/facts/liquidation.ts';
import { positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';
import { coverageOf, growthsOf, type CoverageFault, type Uncovered } from './coverage.ts';
import type { Scope } from './cases.ts';
import { passed, stopSide, wrongSideRow, type StopSide } from './wrong-side.ts';

/** Whether the stops do what a stop must; on the bot's rung only the row's stop price can be judged. */
export function coverageFacts(scope: Scope) {
  const { required, window, market, settings } = scope;
  if (!scope.byOrders) {
    const faults = required.flatMap((position) => rowFault(position, market, window));
    return { coverage: [], coverageInDoubt: 0, rewritten: { positions: 0, at: 0 }, faults };
  }
  const judged = required.map((position) => {
    const stops = position.stops
      .filter(
        ({ ackAt, endedAt }) => ackAt !== null && ackAt < window.to && (endedAt ?? Infinity) > window.from,
      )
      .map((stop) => ({ stop, side: stopSide(stop, position, window, market, settings.wrongSidePct) }));
    const covered = coverageOf(position, window, scope.graceMs);
    const isInDoubt = covered.inDoubt || stops.some(({ side }) => side.isWrong === null);
    return {
      ...covered,
      faults: stops.flatMap(({ stop, side }) => faultsOf(stop, position, side, scope)),
      isInDoubt,
      rewrittenAt: isInDoubt ? stops.flatMap(({ stop }) => stop.rewrittenAt ?? []) : [],
    };
  });
  const rewritten = judged.filter(({ rewrittenAt }) => rewrittenAt.length > 0);
  return {
    /** Of each position whose stops could be judged the worst covered share. */
    coverage: judged.flatMap(({ worst }) => worst ?? []),
    /** Positions with stops that may not cover them, or whose side no price can tell. */
    coverageInDoubt: judged.filter(({ isInDoubt }) => isInDoubt).length,
    /** Those of them whose stop was rewritten without a record of what it was before, and when last. */
    rewritten: {
      positions: rewritten.length,
      at: Math.max(...rewritten.flatMap(({ rewrittenAt }) => rewrittenAt)),
    },
    faults: judged.flatMap(({ faults }) => faults),
  };
}

function rowFault(position: ProtectedPosition, market: Market, window: Span): readonly Uncovered[] {
  const { fact, gaps } = position;
  const trigger = gaps === null ? null : wrongSideRow(position, market);
  if (trigger === null) return [];
  const uncovered = whileStood(position, timeOrNull(fact.row.updated_at) ?? window.from, null, window);
  return [{ ...uncovered, fault: 'wrong-side', stopId: null, trigger, stopQuantity: null }];
}

/** Faults of a stop itself: on the wrong side, adding instead of reducing, or behind the liquidation price. */
function faultsOf(
  stop: StopOrder,
  position: ProtectedPosition,
  side: StopSide,
  { window, market }: Scope,
): readonly Uncovered[] {
  const { trigger, quantity: stopQuantity, ackAt, endedAt } = stop;
  const faultOf = (fault: CoverageFault, level: Level | null): Uncovered => ({
    ...whileStood(position, Math.max(ackAt ?? window.from, level?.from ?? -Infinity), endedAt, window),
    fault,
    stopId: stop.id,
    trigger: level === null ? trigger : level.value,
    stopQuantity,
  });
  const beyond = beyondLiquidation(stop, position.fact, market, window);
  return [
    ...(side.isWrong === true ? [faultOf('wrong-side', side.level)] : []),
    ...(stop.reduceOnly === false ? [faultOf('not-reduce-only', null)] : []),
    ...(beyond === null ? [] : [faultOf('beyond-liquidation', beyond)]),
  ];
}

/** Faults with which a stop protects nothing: it fires at once, never, or after the liquidation. */
const USELESS: readonly CoverageFault[] = ['wrong-side', 'beyond-liquidation'];

/** Of positions open at the end those faults that leave them without a stop that works: no other one stands beside it. */
export function uselessAtEnd(faults: readonly Uncovered[], window: Span): readonly Uncovered[] {
  const standing = faults.filter(
    ({ fault, to, position: { fact } }) =>
      USELESS.includes(fault) && to >= window.to && fact.closedAt === null,
  );
  const useless = new Set(standing.map(({ stopId }) => stopId));
  const works = ({ id, ackAt, endedAt }: StopOrder): boolean =>
    ackAt !== null && ackAt < window.to && (endedAt ?? Infinity) >= window.to && !useless.has(id);
  return standing.filter(({ stopId, position: { stops } }) => stopId === null || !stops.some(works));
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

/**
 * The trigger that lay behind the liquidation price when the row was last written: a liquidation price moves with margin
 * and quantity, so it judges no earlier time, and none at all when it was written after the window.
 */
function beyondLiquidation(
  { triggers, ackAt, endedAt }: StopOrder,
  fact: PositionFact,
  market: Market,
  window: Span,
): Level | null {
  const at = Math.min(fact.closedAt ?? timeOrNull(fact.row.updated_at) ?? window.to - 1, Infinity);
  const price = market.priceAt(fact.venue, fact.symbol, at) ?? positiveOrNull(fact.row.current_price);
  const liquidation = liquidationOf(fact.row, price);
  if (liquidation === null || fact.isWrittenLater || at >= window.to || (ackAt ?? Infinity) > at) return null;
  const grownAt = growthsOf(fact).at(-1)?.at;
  if ((endedAt ?? Infinity) < (grownAt ?? at)) return null;
  const level = levelAt(triggers, Math.min(at, endedAt ?? Infinity));
  const { value } = level;
  return value !== null && passed(liquidation, value, fact.side) ? level : null;
}
