import type { Result } from '../shared/facts/closed-results.ts';
import type { Limit } from '../shared/facts/limits.ts';
import { plannedLoss } from '../shared/facts/planned-loss.ts';
import type { Input } from './input.ts';

/** Losses over the per-trade limit, over a multiple of the plan, or over a share of equity (catalogue PN-03). */
export function largeLosses(
  results: readonly Result[],
  limit: Limit | null,
  { settings, shared: { market, protection } }: Input,
) {
  const positions = protection.ok ? protection.positions : [];
  const byId = new Map(positions.map((position) => [position.fact.id, position]));
  const isTraced = protection.ok && (protection.evidence === 'orders' || protection.evidence === 'changes');
  return results
    .filter(({ net }) => net.isNegative())
    .map((result) => {
      const { id, venue } = result.fact;
      const loss = result.net.abs();
      const position = byId.get(id);
      const plan = position ? plannedLoss(position) : null;
      const equity = market.equityAt(venue, result.closedAt);
      return {
        result,
        loss,
        /** Multiple of what the first stop would have cost; null where no first stop is known. */
        ofPlan: plan === null ? null : loss.div(plan).toNumber(),
        /** A stop was sent or recorded for it; null where this bot leaves no trace of single stops. */
        hadStop: position && isTraced ? position.stops.length + position.changes.length > 0 : null,
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
