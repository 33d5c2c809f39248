import { money, ZERO, type Money } from '../../audit/decimal.ts';
import { isKnown } from '../../audit/value.ts';
import type { FillRow } from '../shared/queries/trading-rows.ts';
import { dealOf, meanPrice } from '../shared/facts/ledger.ts';
import { plannedLoss } from '../shared/facts/planned-loss.ts';
import type { ProtectedPosition, Span } from '../shared/facts/protection.ts';
import { groupBy, moveOf } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';

/** A stop that fired in the window. */
export interface Triggered {
  readonly position: ProtectedPosition;
  readonly stop: StopOrder;
  readonly at: number;
  /** `partial`: filled in part, and the rest was closed in time another way or may still be filled. */
  readonly outcome: 'filled' | 'partial' | 'failed';
  readonly fillPrice: Money | null;
  /** dir x (trigger - fill) / trigger x 10,000, cost positive; null without both prices (SL9). */
  readonly slippageBps: number | null;
  /** Slippage in quote currency, cost positive. */
  readonly slippageCost: Money | null;
  /** Loss at the exit / loss planned by entry and initial stop; null where no loss was planned or made (SL10). */
  readonly lossOverPlan: number | null;
  /** The position outlived the failed trigger. */
  readonly remained: boolean;
}

/** Stops that fired in the window, with what they cost. */
export function triggeredStops(
  positions: readonly ProtectedPosition[],
  fills: readonly FillRow[],
  window: Span,
  fillWithinMs: number,
): readonly Triggered[] {
  const byOrder = groupBy(fills, ({ order_id: order }) => order ?? '');
  return positions.flatMap((position) =>
    position.stops.flatMap((stop): Triggered[] => {
      const at = stop.triggeredAt ?? (stop.end === 'filled' ? stop.filledAt : null);
      if (at === null || at < window.from || at >= window.to) return [];
      return [triggeredOf(position, stop, at, byOrder.get(stop.id) ?? [], window, fillWithinMs)];
    }),
  );
}

function triggeredOf(
  position: ProtectedPosition,
  stop: StopOrder,
  at: number,
  fills: readonly FillRow[],
  window: Span,
  fillWithinMs: number,
): Triggered {
  const { fact } = position;
  const remained = fact.closedAt === null || fact.closedAt > at + fillWithinMs;
  const outcome = outcomeOf(stop, at, fills, window.to - at <= fillWithinMs, remained, fillWithinMs);
  const fillPrice = meanPrice(fills.flatMap((fill) => dealOf(fill) ?? [])) ?? stop.averagePrice;
  const cost = costOf(fact.side, stop.trigger, fillPrice);
  const quantity = stop.filled ?? stop.quantity ?? fact.quantity;
  return {
    position,
    stop,
    at,
    outcome,
    fillPrice,
    slippageBps:
      cost === null || stop.trigger === null ? null : cost.div(stop.trigger).times(10_000).toNumber(),
    slippageCost: cost?.times(quantity) ?? null,
    lossOverPlan: stop.end === 'filled' ? lossOverPlan(position) : null,
    remained: outcome === 'failed' && remained,
  };
}

/**
 * A part that stayed open behind its stop is a failure, not half a success. A trigger in the last seconds of the window
 * may still be filled after it.
 */
function outcomeOf(
  stop: StopOrder,
  at: number,
  fills: readonly FillRow[],
  tooFresh: boolean,
  remained: boolean,
  fillWithinMs: number,
): Triggered['outcome'] {
  if (stop.end === 'filled' && (stop.filledAt === null || stop.filledAt - at <= fillWithinMs))
    return 'filled';
  const pending = stop.end === null && tooFresh;
  if (stop.end !== 'filled' && (stop.filled !== null || fills.length > 0))
    return pending || !remained ? 'partial' : 'failed';
  return pending ? 'filled' : 'failed';
}

/** What a stop left in the market: all of the position, or what its partial fill did not close. */
export function leftOpen({ position: { fact }, stop }: Triggered): Money {
  if (stop.end === 'filled' || stop.filled === null) return fact.notional;
  const rest = fact.quantity.minus(stop.filled);
  return rest.isPositive() ? rest.times(fact.entryPrice) : ZERO;
}

/** Per unit: how much worse than the trigger it was filled. */
function costOf(side: 'long' | 'short' | 'unknown', trigger: Money | null, fill: Money | null): Money | null {
  if (trigger === null || fill === null || side === 'unknown') return null;
  return moveOf(side, fill, trigger);
}

function lossOverPlan(position: ProtectedPosition): number | null {
  const { gross } = position.fact;
  const planned = plannedLoss(position);
  if (planned === null || !isKnown(gross)) return null;
  const loss = money(gross.value).negated();
  return loss.greaterThan(0) ? loss.div(planned).toNumber() : null;
}
