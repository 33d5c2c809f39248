import type { Money } from '../../audit/decimal.ts';
import type { Result } from '../shared/facts/closed-results.ts';
import type { Limit } from '../shared/facts/limits.ts';
import { positiveOrNull } from '../shared/facts/row-values.ts';
import type { StopChangeRow } from '../shared/queries/trading-rows.ts';
import type { Input } from './input.ts';

export interface LargeLoss {
  readonly result: Result;
  readonly loss: Money;
  /** Multiple of what the initial stop would have cost; null when no first stop is recorded. */
  readonly ofPlan: number | null;
  readonly ofEquityPercent: number | null;
}

/** Losses over the per-trade limit, over a multiple of the plan, or over a share of equity (catalogue PN-03). */
export function largeLosses(
  results: readonly Result[],
  limit: Limit | null,
  { rows, settings, shared }: Input,
): readonly LargeLoss[] {
  const stops = firstStops(rows.stopChanges.ok ? rows.stopChanges.rows : []);
  return results
    .filter(({ net }) => net.isNegative())
    .map((result): LargeLoss => {
      const { id, entryPrice, quantity, venue } = result.fact;
      const loss = result.net.abs();
      const plan = stops.get(id)?.minus(entryPrice).abs().times(quantity);
      const equity = shared.market.equityAt(venue, result.closedAt);
      return {
        result,
        loss,
        ofPlan: plan?.greaterThan(0) === true ? loss.div(plan).toNumber() : null,
        ofEquityPercent: equity?.greaterThan(0) === true ? loss.div(equity).times(100).toNumber() : null,
      };
    })
    .filter(
      ({ loss, ofPlan, ofEquityPercent }) =>
        (limit !== null && loss.greaterThan(limit.value)) ||
        (ofPlan ?? 0) > settings.tradeLossOfPlan ||
        (ofEquityPercent ?? 0) > settings.tradeLossEquityPercent,
    )
    .sort((a, b) => b.loss.comparedTo(a.loss));
}

function firstStops(changes: readonly StopChangeRow[]): ReadonlyMap<string, Money> {
  const first = new Map<string, Money>();
  for (const { position_id: id, kind, new_price: price } of changes) {
    const stop = positiveOrNull(price);
    if (kind === 'placed' && stop && !first.has(id)) first.set(id, stop);
  }
  return first;
}
