import { known, missing, type Missing, type Value } from '../../audit/value.ts';
import type { Closed, Result } from '../shared/facts/closed-results.ts';
import { limitOf, type Limit } from '../shared/facts/limits.ts';
import { plannedLoss } from '../shared/facts/planned-loss.ts';
import { noLimit } from '../shared/vocabulary/unread-words.ts';
import { dayOf, earlierToday, worstDay, worstFall } from './day-loss.ts';
import type { Input } from './input.ts';

export type LimitUse = ReturnType<typeof limitUse>;

/** What the UTC days lost until the window's end, held against the daily limit. */
export function limitUse(closed: Closed, input: Input) {
  const source = input.shared.positions;
  const limit = limitOf('daily_loss', input);
  const earlier = earlierToday(closed, input);
  const all = earlier.ok ? [...earlier.results, ...closed.results] : closed.results;
  const day = closed.gap === null && earlier.ok ? worstDay(all, limit?.value ?? null) : null;
  const seen = worstFall(input, limit?.value ?? null);
  const doubt = transferDoubt(input);
  const fall = doubt === null ? seen : null;
  const byEquity = fall?.loss.greaterThan(day?.loss ?? 0) === true;
  const deepest = byEquity ? fall : day;
  const used = (): Value<number> => {
    const reason = source.ok ? (closed.gap ?? (earlier.ok ? null : earlier)) : source;
    if (reason) return reason;
    if (!limit) return missing('no_data', noLimit('no daily loss limit is configured', input));
    const warning = limit.value.times(input.settings.lossWarnPercent / 100);
    if (doubt && seen?.loss.greaterThan(warning) === true) return doubt;
    return known(deepest ? deepest.loss.div(limit.value).times(100).toNumber() : 0);
  };
  const isOfDay = (at: number): boolean => dayOf(at) === deepest?.day;
  const positions = [earlier, source].flatMap((one) => (one.ok ? one.positions : []));
  const openings = new Map(positions.map(({ id, openedAt }) => [id, openedAt]));
  const breachedAt = deepest?.breachedAt ?? Infinity;
  return {
    limit,
    earlier,
    day,
    fall,
    deepest,
    byEquity,
    /** Used share of the limit in percent; without a limit nobody can say. */
    used: used(),
    /** Of the deepest day. */
    results: all.filter(({ closedAt }) => isOfDay(closedAt)),
    /** Positions that were opened on that day after its loss had passed the limit. */
    openedAfter: [...openings.values()].filter((at) => at > breachedAt && isOfDay(at)).length,
  };
}

/** Why a fall of equity may be a withdrawal; null when transfers are known, or when the table of them is empty. */
function transferDoubt({ rows: { transfers } }: Input): Missing | null {
  if (transfers.ok || transfers.reason === 'no_data') return null;
  return missing(
    transfers.reason,
    `equity fell by a large part of the limit, and whether money was withdrawn is not known: ${transfers.detail ?? transfers.reason}`,
  );
}

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
