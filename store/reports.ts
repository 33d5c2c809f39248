import type pg from 'pg';
import type { Window } from '../audit/evidence.ts';
import { said } from './chain.ts';
import {
  REPORT_COLUMNS,
  toReport,
  type NewReport,
  type ReportFiles,
  type ReportKey,
  type ReportRow,
  type StoredReport,
} from './report-row.ts';

export { historyBefore } from './report-history.ts';
export type { NewReport, ReportFiles, ReportKey, StoredReport } from './report-row.ts';

export interface Recorded {
  readonly revision: number;
  /** False: this very report was recorded before. */
  readonly created: boolean;
  readonly reportedAt: string;
}

const KEY = 'bot = $1 and kind = $2 and window_from = $3 and window_to = $4 and scope_hash = $5';

/**
 * The report where it needed no change. Locked: a statement that waited for a purge still sees what the purge deleted, and
 * would answer that a report is recorded which is gone.
 */
function standing(columns: string): string {
  return `select ${columns} from (select * from audit.report where ${KEY} and report_hash = $6 for key share) standing`;
}

/**
 * Records a report under the next revision of its key, or confirms it when this very report is there already: it is the
 * newest again. Two runs at once agree on one row when their reports agree, and get two revisions when they do not.
 */
export async function recordReport(pool: pg.Pool, report: NewReport): Promise<Recorded> {
  const key = keyValues(report);
  for (;;) {
    const row =
      (await confirm(pool, [...key, report.reportHash, report.reportedAt, ...runValues(report)])) ??
      (await insert(pool, key, report));
    if (row !== null) return row;
    // Another run took the revision or recorded the same report in between: look again.
  }
}

/** The report when it is there already; the chain says so when that makes it the newest again. */
async function confirm(pool: pg.Pool, values: readonly (string | null)[]): Promise<Recorded | null> {
  const { rows } = await pool.query<Told>(
    // A retry comes with the time of its first attempt, so it confirms nothing that was not said then.
    // Its evidence was stored again before, whatever a purge had taken.
    `with confirmed as (
       update audit.report r set confirmed_at = greatest(confirmed_at, $7::timestamptz), evidence_purged_at = null,
         workflow_id = coalesce($8, workflow_id), run_id = coalesce($9, run_id)
       where ${KEY} and report_hash = $6 and (confirmed_at < $7::timestamptz or evidence_purged_at is not null) returning r)
     select (r).revision, (r).reported_at, ${said('report confirmed', 'r')} from confirmed
     union all
     ${standing('revision, reported_at, null')} limit 1`,
    [...values],
  );
  const [row] = rows;
  return row === undefined ? null : { revision: row.revision, created: false, reportedAt: row.reported_at };
}

async function insert(pool: pg.Pool, key: readonly string[], report: NewReport): Promise<Recorded | null> {
  const { rows } = await pool.query<Told>(
    `with stored as (
       insert into audit.report as r (bot, kind, window_from, window_to, scope_hash, revision, report_hash, evidence_hash,
         verdict, colour, overall, reported_at, confirmed_at, summary, workflow_id, run_id)
       select $1, $2, $3, $4, $5, coalesce(max(revision), 0) + 1, $6, $7, $8, $9, $10, $11::timestamptz, $11::timestamptz, $12::jsonb, $13, $14
       from audit.report where ${KEY}
       on conflict do nothing returning r)
     select (r).revision, (r).reported_at, ${said('report stored', 'r')} from stored`,
    [
      ...key,
      report.reportHash,
      report.evidenceHash,
      report.verdict,
      report.colour,
      report.overall,
      report.reportedAt,
      JSON.stringify(report.summary),
      ...runValues(report),
    ],
  );
  const [row] = rows;
  return row === undefined ? null : { revision: row.revision, created: true, reportedAt: row.reported_at };
}

interface Told {
  readonly revision: number;
  readonly reported_at: string;
}

/** Adds the files of rendered formats to a report's own; a format that is there is replaced. */
export async function attachFiles(
  pool: pg.Pool,
  key: ReportKey & { readonly reportHash: string },
  files: ReportFiles,
): Promise<void> {
  const result = await pool.query(
    `with attached as (
       update audit.report r set files = files || $7::jsonb
       where ${KEY} and report_hash = $6 and not files @> $7::jsonb returning r)
     select ${said('files attached', 'r')} from attached
     union all
     ${standing('null')} limit 1`,
    [...keyValues(key), key.reportHash, JSON.stringify(files)],
  );
  if (result.rowCount === 0) throw new Error(`report ${key.reportHash} of bot ${key.bot} is not recorded`);
}

export interface ReportFilter {
  readonly bot?: string;
  readonly kind?: string;
  readonly window?: Window;
  /** Beginning of a report hash. */
  readonly hashPrefix?: string;
  readonly limit?: number;
}

/** Reports, the newest window first and of a window the one confirmed last first. */
export async function findReports(
  pool: pg.Pool,
  filter: ReportFilter = {},
): Promise<readonly StoredReport[]> {
  const { rows } = await pool.query<ReportRow>(
    `select ${REPORT_COLUMNS} from audit.report
     where ($1::text is null or bot = $1) and ($2::text is null or kind = $2)
       and ($3::timestamptz is null or window_from = $3) and ($4::timestamptz is null or window_to = $4)
       and ($5::text is null or starts_with(report_hash, $5))
     order by window_to desc, window_from desc, bot, kind, confirmed_at desc, revision desc limit $6`,
    [
      filter.bot ?? null,
      filter.kind ?? null,
      filter.window?.from ?? null,
      filter.window?.to ?? null,
      filter.hashPrefix ?? null,
      filter.limit ?? 100,
    ],
  );
  return rows.map(toReport);
}

/** Notes that a run goes on with this report, so that no purge takes it meanwhile; false: it is gone. */
export async function useReport(
  pool: pg.Pool,
  report: ReportKey & { readonly reportHash: string },
): Promise<boolean> {
  const result = await pool.query(
    `update audit.report set used_at = now() where ${KEY} and report_hash = $6`,
    [...keyValues(report), report.reportHash],
  );
  return result.rowCount === 1;
}

/** How many reports of a bot have a window that holds some of these times, ends included. */
export async function countReports(pool: pg.Pool, bot: string, { from, to }: Window): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(
    'select count(*) from audit.report where bot = $1 and window_from <= $3 and window_to > $2',
    [bot, from, to],
  );
  return Number(rows[0]?.count ?? 0);
}

/** Of the newest window that fits the revision confirmed last, or null. */
export async function latestReport(
  pool: pg.Pool,
  filter: Omit<ReportFilter, 'limit'> = {},
): Promise<StoredReport | null> {
  const [report] = await findReports(pool, { ...filter, limit: 1 });
  return report ?? null;
}

function runValues({ run }: NewReport): readonly (string | null)[] {
  return [run?.workflowId ?? null, run?.runId ?? null];
}

function keyValues({ bot, kind, window, scopeHash }: ReportKey): readonly string[] {
  return [bot, kind, window.from, window.to, scopeHash];
}
