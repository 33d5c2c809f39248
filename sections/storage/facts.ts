import { theilSen } from '../../audit/statistics.ts';
import { ms } from '../../audit/time.ts';
import type { Missing, Reason } from '../../audit/value.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import { RETENTION_DAYS } from './queries.ts';

export type Facts = ReturnType<typeof factsOf>;
export type Kept = ReturnType<typeof keptOf>[number];

const DAY_MS = 86_400_000;
/** A table that is not there has no old rows; one that could not be read may have. */
const FAILURES: readonly Reason[] = ['source_failed', 'truncated'];
export const GB = 1e9;
/** Figure of the whole size, which later reports of storage compare with. */
export const TOTAL = 'storage_bytes';

export function factsOf(input: Input) {
  const { rows, settings } = input;
  const tables = rowsOf(rows.tables);
  const total = tables.reduce((all, { bytes }) => all + bytes, 0);
  const payloads = tables.filter(({ name }) => name.includes(settings.payloadTables));
  const sizes = sizesOf(total, input);
  const perDay = sizes.length < settings.slopeReports ? null : theilSen(sizes);
  const { diskGb } = settings;
  const kept = keptOf(input);
  return {
    /** Why nothing can be said about sizes; null where they were read. */
    unseen: reasonOf(rows.tables),
    tables,
    total,
    payloads,
    payloadBytes: payloads.reduce((all, { bytes }) => all + bytes, 0),
    reports: sizes.length,
    /** Bytes a day over the reports; null with too few of them. */
    perDay,
    /** Until the limit at that growth; null where there is no limit or no growth. */
    daysLeft:
      diskGb === null || perDay === null || perDay <= 0 ? null : Math.max(0, diskGb * GB - total) / perDay,
    kept,
    unseenAge: unseenAge(input),
    missed: kept.filter(({ overdueDays }) => overdueDays > settings.purgeGraceDays),
  };
}

/** Sizes by the end of each report's window in days, this one last. */
function sizesOf(
  total: number,
  { history, window }: Input,
): readonly (readonly [day: number, bytes: number])[] {
  const earlier = history.flatMap(({ window: { to }, figures }) => {
    const bytes = figures[TOTAL];
    return typeof bytes === 'number' ? [[ms(to) / DAY_MS, bytes] as const] : [];
  });
  return [...earlier.reverse(), [ms(window.to) / DAY_MS, total] as const];
}

/** Tables that have a period. */
function retained({ rows }: Input) {
  return { decisions: rows.decision, executions: rows.execution, 'API calls': rows.call, events: rows.event };
}

/** Why rows past their period cannot be counted: one of the tables failed, or there is none; null where they can. */
function unseenAge(input: Input): Missing | null {
  const reasons = Object.values(retained(input)).map(reasonOf);
  const failed = reasons.find((reason) => reason !== null && FAILURES.includes(reason.reason));
  return failed ?? (reasons.includes(null) ? null : (reasons[0] ?? null));
}

/** The oldest row of each table that has a period, and for how long it should be gone. */
function keptOf(input: Input) {
  const { window } = input;
  return Object.entries(retained(input)).flatMap(([name, read]) => {
    const [row] = rowsOf(read);
    if (row === undefined) return [];
    const oldestAt = timeOrNull(row.oldest_at);
    const ageDays = oldestAt === null ? 0 : (ms(window.to) - oldestAt) / DAY_MS;
    return [{ name, oldestAt, ageDays, past: row.past, overdueDays: ageDays - RETENTION_DAYS }];
  });
}
