import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { ProtectedPosition, Span } from '../shared/facts/protection.ts';
import { positiveOrNull } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';
import { coverageOf, growthsOf, type CoverageFault, type Uncovered } from './coverage.ts';
import type { Input } from './input.ts';
import { isWrongSide, passed, wrongSideRow } from './wrong-side.ts';

/** Whether the stops do what a stop must; on the bot's rung only the row's stop price can be judged. */
export function coverageFacts(
  required: readonly ProtectedPosition[],
  byOrders: boolean,
  window: Span,
  { settings, shared: { market, thresholds } }: Input,
) {
  if (!byOrders) {
    const faults = required.flatMap((position) => rowFault(position, window));
    return { coverage: [], coverageInDoubt: 0, faults };
  }
  const judged = required.map((position) => {
    const stops = position.stops
      .filter(
        ({ ackAt, endedAt }) => ackAt !== null && ackAt < window.to && (endedAt ?? Infinity) > window.from,
      )
      .map((stop) => ({ stop, isWrong: isWrongSide(stop, position, window, market, settings.wrongSidePct) }));
    return {
      ...coverageOf(position, window, thresholds.stopGraceMs),
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
function faultsOf(
  stop: StopOrder,
  position: ProtectedPosition,
  isWrong: boolean,
  window: Span,
): readonly Uncovered[] {
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
