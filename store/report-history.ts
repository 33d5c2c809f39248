import type pg from 'pg';
import type { HistoryWindow, Window } from '../audit/evidence.ts';
import { spanMs } from '../audit/time.ts';
import { REPORT_COLUMNS, toReport, type ReportRow, type StoredReport } from './report-row.ts';

/** Windows looked at for a chain; ad hoc runs between the shifts are among them and are left out. */
const CANDIDATES = 400;

/**
 * The windows before one of a bot and kind, newest first, each in its newest revision and none overlapping another:
 * where one ends at the edge of the next it is taken, so that ad hoc runs do not break the row of shifts. Of several
 * that end together the one as long as `window` is preferred, so that an ad hoc run takes no shift's place; else the shortest.
 */
export async function historyBefore(
  pool: pg.Pool,
  bot: string,
  kind: string,
  window: Window,
  limit = 14,
): Promise<readonly HistoryWindow[]> {
  const { rows } = await pool.query<ReportRow>(
    `select ${REPORT_COLUMNS} from (
       select distinct on (window_to, window_from) * from audit.report
       where bot = $1 and kind = $2 and window_to <= $3
       order by window_to desc, window_from desc, confirmed_at desc, revision desc limit $4) as latest
     order by window_to desc, window_from desc`,
    [bot, kind, window.from, CANDIDATES],
  );
  return chainBefore(window, rows.map(toReport), limit).map(toHistory);
}

function chainBefore(
  before: Window,
  reports: readonly StoredReport[],
  limit: number,
): readonly StoredReport[] {
  const chain: StoredReport[] = [];
  const lengthMs = spanMs(before);
  let edge = Date.parse(before.from);
  while (chain.length < limit) {
    const newest = reports.find(({ window }) => Date.parse(window.to) <= edge);
    if (!newest) break;
    const together = reports.filter(({ window }) => window.to === newest.window.to);
    const best = together.find(({ window }) => spanMs(window) === lengthMs) ?? newest;
    chain.push(best);
    edge = Date.parse(best.window.from);
  }
  return chain;
}

function toHistory({ window, verdict, overall, reportHash, summary }: StoredReport): HistoryWindow {
  return { ...summary, window: isoWindow(window), verdict, overall, reportHash };
}

/** As windows are written everywhere else, so that edges compare as text. */
function isoWindow({ from, to }: Window): Window {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
