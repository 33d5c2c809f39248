import { theilSen } from '../../audit/statistics.ts';
import { ms } from '../../audit/time.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import { RETENTION_DAYS } from './queries.ts';

export type Facts = ReturnType<typeof factsOf>;
export type Kept = ReturnType<typeof keptOf>[number];

const DAY_MS = 86_400_000;
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

/** The oldest row of each table that has a period, and for how long it should be gone. */
function keptOf({ rows, window }: Input) {
  const tables = {
    decisions: rows.decision,
    executions: rows.execution,
    'API calls': rows.call,
    events: rows.event,
  };
  return Object.entries(tables).flatMap(([name, read]) => {
    const [row] = rowsOf(read);
    if (row === undefined) return [];
    const oldestAt = timeOrNull(row.oldest_at);
    const ageDays = oldestAt === null ? 0 : (ms(window.to) - oldestAt) / DAY_MS;
    return [{ name, oldestAt, ageDays, past: row.past, overdueDays: ageDays - RETENTION_DAYS }];
  });
}
