import { known, missing, type Missing, type Value } from '../../audit/value.ts';
import type { Closed } from '../shared/facts/closed-results.ts';
import { limitOf } from '../shared/facts/limits.ts';
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
