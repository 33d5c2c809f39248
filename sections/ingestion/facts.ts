import { ms } from '../../audit/time.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import { LOOK_BACK_DAYS, type TaskRow } from './queries.ts';

export type Facts = ReturnType<typeof factsOf>;

export function factsOf(input: Input) {
  const { rows, window } = input;
  const tasks = rowsOf(rows.runs);
  const [last] = rowsOf(rows.last);
  const end = ms(window.to);
  const goodAt = timeOrNull(last?.last_good_at ?? null);
  return {
    /** Why nothing can be said about runs; null where they were read. */
    unseen: reasonOf(rows.runs) ?? reasonOf(rows.last),
    tasks,
    lastAt: timeOrNull(last?.last_at ?? null),
    /** Start of the newest run that did not fail, and how long before the end that is; null: none in the days looked back. */
    goodAt,
    ageH: goodAt === null ? null : (end - goodAt) / 3_600_000,
    failedAt: timeOrNull(last?.last_failed_at ?? null),
    error: last?.error ?? null,
    /** When it began to be too long ago. */
    lookedFrom: end - LOOK_BACK_DAYS * 86_400_000,
    empty: tasks.filter(isEmpty),
    quotas: quotasOf(input),
  };
}

/** A task of which every completed run says that it fetched nothing. */
function isEmpty({ empty, completed }: TaskRow): boolean {
  return completed > 0 && empty === completed;
}

export type Quota = ReturnType<typeof quotasOf>[number];

/** The day with most calls to each source that has a quota. */
function quotasOf({ rows, settings }: Input) {
  const calls = rowsOf(rows.calls);
  return Object.entries(settings.callsPerDay).map(([source, quota]) => {
    const days = calls.filter(({ exchange }) => exchange === source.toLowerCase());
    const most = days.reduce((max, day) => Math.max(max, day.calls), 0);
    return { source: source.toLowerCase(), quota, most, usedPercent: (100 * most) / quota };
  });
}
