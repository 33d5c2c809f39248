import { known, missing, type Missing, type Value } from '../../audit/value.ts';
import type { Closed, Result } from '../shared/facts/closed-results.ts';
import { limitOf, type Limit } from '../shared/facts/limits.ts';
import { noLimit } from '../shared/vocabulary/unread-words.ts';
import { dayOf, earlierToday, worstDay, worstFall, type DayLoss, type EarlierToday } from './day-loss.ts';
import type { Input } from './input.ts';

/** What the UTC days lost until the window's end, held against the daily limit. */
export interface LimitUse {
  readonly limit: Limit | null;
  readonly earlier: EarlierToday;
  /** Of closed positions; null where their results are not known. */
  readonly day: DayLoss | null;
  /** Of equity; null where equity or transfers are not known. */
  readonly fall: DayLoss | null;
  /** The deeper of both. */
  readonly deepest: DayLoss | null;
  readonly byEquity: boolean;
  /** Used share of the limit in percent; without a limit nobody can say. */
  readonly used: Value<number>;
  /** Results of the deepest day. */
  readonly results: readonly Result[];
  /** Positions that were opened on that day after its loss had passed the limit. */
  readonly openedAfter: number;
}

export function limitUse(closed: Closed, input: Input): LimitUse {
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
    used: used(),
    results: all.filter(({ closedAt }) => isOfDay(closedAt)),
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
