import type pg from 'pg';
import { REPORT_COLUMNS, toReport, type ReportRow, type StoredReport } from './report-row.ts';

/** Rows of a bot and kind that are looked at; windows with many revisions may cost the oldest of the list. */
const ROWS_A_WINDOW = 4;

/**
 * All revisions of the newest windows of every bot and kind, the newest window first and of a window the one confirmed last.
 * Each bot and kind is found by the index, so that an archive of years costs what its bots cost.
 */
export async function newestReports(pool: pg.Pool, windows: number): Promise<readonly StoredReport[]> {
  const { rows } = await pool.query<ReportRow>(
    `with recursive pair as (
       (select bot, kind from audit.report order by bot, kind limit 1)
       union all
       select next.* from pair, lateral (select r.bot, r.kind from audit.report r
         where (r.bot, r.kind) > (pair.bot, pair.kind) order by r.bot, r.kind limit 1) next)
     select ${REPORT_COLUMNS} from (select newest.* from pair, lateral (
       select ranked.* from (
         select r.*, dense_rank() over (order by window_to desc, window_from desc) as place from (
           select * from audit.report r where r.bot = pair.bot and r.kind = pair.kind
           order by window_to desc limit $1) r) ranked
       where place <= $2) newest) listed
     order by bot, kind, window_to desc, window_from desc, confirmed_at desc, revision desc`,
    [windows * ROWS_A_WINDOW, windows],
  );
  return rows.map(toReport);
}
