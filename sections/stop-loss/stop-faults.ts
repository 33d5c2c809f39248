import type { Money } from '../../audit/decimal.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { ProtectedPosition, Span } from '../shared/facts/protection.ts';
import { positiveOrNull } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';
import { coverageOf, type CoverageFault, type Uncovered } from './coverage.ts';
import type { Input } from './input.ts';
import { knownPrices, type KnownPrices } from './known-prices.ts';
import { growthsOf } from './quantity-steps.ts';
import { isWrongSide, wrongSideRow } from './wrong-side.ts';

export interface CoverageFacts {
  /** Of each position whose stops could be judged the worst covered share. */
  readonly coverage: readonly Uncovered[];
  /** Positions with stops that may not cover them, or whose side no price can tell. */
  readonly coverageInDoubt: number;
  readonly faults: readonly Uncovered[];
}

/** Whether the stops do what a stop must; on the bot's rung only the row's stop price can be judged. */
export function coverageFacts(
  required: readonly ProtectedPosition[],
  byOrders: boolean,
  market: Market,
  window: Span,
  { rows, settings }: Input,
): CoverageFacts {
  if (!byOrders) {
    const faults = required.flatMap((position) => rowFault(position, window));
    return { coverage: [], coverageInDoubt: 0, faults };
  }
  const prices = knownPrices(rows.prices, rows.fills, required);
  const judged = required.map((position) => ({
    ...coverageOf(position, window, settings.graceMs),
    ...stopFaults(position, window, market, prices),
  }));
  return {
    coverage: judged.flatMap(({ worst }) => worst ?? []),
    coverageInDoubt: judged.filter(({ inDoubt, sideInDoubt }) => inDoubt || sideInDoubt).length,
    faults: judged.flatMap(({ faults }) => faults),
  };
}

function rowFault(position: ProtectedPosition, window: Span): readonly Uncovered[] {
  const { fact, gaps } = position;
  const trigger = gaps === null ? null : wrongSideRow(position);
  if (trigger === null) return [];
  const [from, to] = [fact.openedAt, fact.closedAt];
  return [faultOf(position, 'wrong-side', { trigger, quantity: null, from, to }, window)];
}

interface StopFaults {
  readonly faults: readonly Uncovered[];
  /** A moved stop lies past the entry, and no price says where the market was. */
  readonly sideInDoubt: boolean;
}

/** Faults of the stops themselves: on the wrong side, adding instead of reducing, or behind the liquidation price. */
function stopFaults(
  position: ProtectedPosition,
  window: Span,
  market: Market,
  prices: KnownPrices,
): StopFaults {
  const judged = position.stops
    .filter(
      ({ ackAt, endedAt }) => ackAt !== null && ackAt < window.to && (endedAt ?? Infinity) > window.from,
    )
    .map((stop) => ({ stop, wrongSide: isWrongSide(stop, position, window, market, prices) }));
  return {
    faults: judged.flatMap(({ stop, wrongSide }) => {
      const found: CoverageFault[] = [
        ...(wrongSide === true ? (['wrong-side'] as const) : []),
        ...(stop.reduceOnly === false ? (['not-reduce-only'] as const) : []),
        ...(isBeyondLiquidation(stop, position.fact) ? (['beyond-liquidation'] as const) : []),
      ];
      const { trigger, quantity, ackAt: from, endedAt: to } = stop;
      return found.map((fault) => faultOf(position, fault, { trigger, quantity, from, to }, window));
    }),
    sideInDoubt: judged.some(({ wrongSide }) => wrongSide === null),
  };
}

function faultOf(
  position: ProtectedPosition,
  fault: CoverageFault,
  stop: {
    readonly trigger: Money | null;
    readonly quantity: Money | null;
    readonly from: number | null;
    readonly to: number | null;
  },
  window: Span,
): Uncovered {
  return {
    position,
    fault,
    coveragePct: 0,
    stopQuantity: stop.quantity,
    heldQuantity: position.fact.quantity,
    trigger: stop.trigger,
    uncoveredQuantityMs: null,
    from: Math.max(stop.from ?? window.from, window.from),
    to: Math.min(stop.to ?? window.to, window.to),
  };
}

/** The row has the last liquidation price; what was added to the position later moved it, so it judges no older stop. */
function isBeyondLiquidation({ trigger, endedAt }: StopOrder, fact: PositionFact): boolean {
  const grownAt = growthsOf(fact).at(-1)?.at;
  if (grownAt !== undefined && (endedAt ?? Infinity) <= grownAt) return false;
  const liquidation = positiveOrNull(fact.row.liquidation_price);
  if (trigger === null || liquidation === null || fact.side === 'unknown') return false;
  return fact.side === 'long'
    ? trigger.lessThanOrEqualTo(liquidation)
    : trigger.greaterThanOrEqualTo(liquidation);
}
