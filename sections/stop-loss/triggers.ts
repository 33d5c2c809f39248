import { amount, money, ZERO, type Money } from '../../audit/decimal.ts';
import type { Occurrence, See } from '../../audit/finding.ts';
import { isKnown } from '../../audit/value.ts';
import { dealOf, meanPrice } from '../shared/facts/ledger.ts';
import { plannedLoss } from '../shared/facts/planned-loss.ts';
import type { ProtectedPosition, Span } from '../shared/facts/protection.ts';
import { groupBy, moveOf } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';
import type { FillRow } from '../shared/queries/trading-rows.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import type { From } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { at, occurrenceOf, perVenue, POSITION_COLUMNS } from './cases.ts';
import type { Input } from './input.ts';

export type Triggered = ReturnType<typeof triggeredStops>[number];

/** Stops that fired in the window, with what they cost. */
export function triggeredStops(
  positions: readonly ProtectedPosition[],
  fills: readonly FillRow[],
  window: Span,
  fillWithinMs: number,
) {
  const byOrder = groupBy(fills, ({ order_id: order }) => order ?? '');
  return positions.flatMap((position) =>
    position.stops.flatMap((stop) => {
      const at = stop.triggeredAt ?? (stop.end === 'filled' ? stop.filledAt : null);
      if (at === null || at < window.from || at >= window.to) return [];
      const { side, closedAt, quantity } = position.fact;
      const { trigger, end } = stop;
      const own = byOrder.get(stop.id) ?? [];
      const isOpen = closedAt === null || closedAt > at + fillWithinMs;
      const isFresh = window.to - at <= fillWithinMs;
      const outcome = outcomeOf(stop, at, own.length > 0, isFresh, isOpen, fillWithinMs);
      const fillPrice = meanPrice(own.flatMap((fill) => dealOf(fill) ?? [])) ?? stop.averagePrice;
      // Per unit: how much worse than the trigger it was filled.
      const cost = trigger && fillPrice && side !== 'unknown' ? moveOf(side, fillPrice, trigger) : null;
      return {
        position,
        stop,
        at,
        outcome,
        fillPrice,
        /** dir x (trigger - fill) / trigger x 10,000, cost positive; null without both prices (SL9). */
        slippageBps: trigger && cost ? cost.div(trigger).times(10_000).toNumber() : null,
        /** Slippage in quote currency, cost positive. */
        slippageCost: cost?.times(stop.filled ?? stop.quantity ?? quantity) ?? null,
        /** Loss at the exit / loss planned by entry and initial stop; null where no loss was planned or made (SL10). */
        lossOverPlan: end === 'filled' ? lossOverPlan(position) : null,
        /** The position outlived the failed trigger. */
        remained: outcome === 'failed' && isOpen,
      };
    }),
  );
}

/**
 * A part that stayed open behind its stop is a failure, not half a success; `partial`: the rest was closed in time
 * another way or may still be filled. A trigger in the last seconds of the window may still be filled after it.
 */
function outcomeOf(
  { end, filledAt, filled }: StopOrder,
  at: number,
  hasFills: boolean,
  isFresh: boolean,
  isOpen: boolean,
  fillWithinMs: number,
): 'filled' | 'partial' | 'failed' {
  if (end === 'filled' && (filledAt === null || filledAt - at <= fillWithinMs)) return 'filled';
  const pending = end === null && isFresh;
  if (end !== 'filled' && (filled !== null || hasFills)) return pending || !isOpen ? 'partial' : 'failed';
  return pending ? 'filled' : 'failed';
}

/** What a stop left in the market: all of the position, or what its partial fill did not close. */
export function leftOpen({ position: { fact }, stop }: Triggered): Money {
  if (stop.end === 'filled' || stop.filled === null) return fact.notional;
  const rest = fact.quantity.minus(stop.filled);
  return rest.isPositive() ? rest.times(fact.entryPrice) : ZERO;
}

function lossOverPlan(position: ProtectedPosition): number | null {
  const { gross } = position.fact;
  const planned = plannedLoss(position);
  if (planned === null || !isKnown(gross)) return null;
  const loss = money(gross.value).negated();
  return loss.greaterThan(0) ? loss.div(planned).toNumber() : null;
}

type Side = 'failed' | 'slipped';

/** What both sides of SL-04 say of stops that fired. */
export const TRIGGER_RULE = {
  id: 'SL-04',
  title: 'Trigger failed or slipped',
  dimension: 'risk',
  condition: ({ triggerFillS, slippageWorstBps, lossBeyondPlan }: Input['settings']) =>
    `triggered and not filled whole within ${String(triggerFillS)} s, slippage above ${String(slippageWorstBps)} bps, or a loss above ${lossBeyondPlan === 2 ? 'twice' : `${String(lossBeyondPlan)} times`} the planned one; CRITICAL when the position remained`,
  effort: 'medium',
  from: ({ from }: { readonly from: From }) => from,
  occurrence: (fired: Triggered): Occurrence => {
    const { filledAt } = fired.stop;
    return occurrenceOf(fired, fired.at, filledAt === null ? undefined : Math.max(fired.at, filledAt));
  },
  see: ({ found }: { readonly found: readonly Triggered[] }): See =>
    seeRows(
      'order',
      'position_id, id, type, status, trigger_price, average_price, triggered_at, filled_at',
      'id',
      found.map(({ stop }) => stop.id),
      'triggered_at',
    ),
} as const;

/** The stops of one side by exchange. */
export const triggersOf = (
  side: Side,
  { venues, triggered }: { readonly venues: readonly string[]; readonly triggered: readonly Triggered[] },
  isOf: (fired: Triggered) => boolean,
) =>
  perVenue(venues, (venue) => at(triggered, venue).filter(isOf)).map((group) => ({
    ...group,
    labels: { cause: side },
  }));

export const triggerEvidence = (side: Side, title: string) => ({
  id: 'stop-loss.triggers',
  suffix: () => side,
  title,
  table: () => TRIGGER_TABLE,
});

const TRIGGER_TABLE = table<Triggered>({
  ...POSITION_COLUMNS,
  type: col.text('Stop', ({ stop }) => stop.type),
  triggered: col.time('Triggered', ({ at }) => at),
  filled: col.time('Filled', ({ stop }) => stop.filledAt),
  trigger: col.price('Trigger', ({ stop }) => stop.trigger),
  fill: col.price('Fill', ({ fillPrice }) => fillPrice && amount(fillPrice.toDecimalPlaces(12))),
  slippage: col.bps('Slippage (bps)', ({ slippageBps }) => slippageBps),
  cost: col.money('Cost', ({ slippageCost }) => slippageCost),
  plan: col.ratio('Loss / plan', ({ lossOverPlan }) => lossOverPlan),
});
