import type { HistoryWindow, Window } from '../audit/evidence.ts';
import type { Colour, Verdict } from '../audit/report.ts';
import type { RunReference } from '../audit/run-page.ts';

/** What makes two runs one report: its revisions share this. */
export interface ReportKey {
  readonly bot: string;
  readonly kind: string;
  readonly window: Window;
  readonly scopeHash: string;
}

/** What later windows compare with; the row's other columns say the rest of it. */
export type ReportSummary = Omit<HistoryWindow, 'window' | 'verdict' | 'overall' | 'reportHash'>;

export interface NewReport extends ReportKey {
  readonly reportHash: string;
  readonly evidenceHash: string;
  readonly verdict: Verdict;
  readonly colour: Colour;
  readonly overall: number | null;
  /** ISO 8601 UTC; the run's time, kept when the same report comes again. */
  readonly reportedAt: string;
  readonly summary: ReportSummary;
  /** The run that gives it; left out or null: none of Temporal's. */
  readonly run?: RunReference | null;
}

/** Format or file name -> the artifact that holds it. */
export type ReportFiles = Readonly<Record<string, { readonly hash: string; readonly bytes: number }>>;

export interface StoredReport extends NewReport {
  readonly revision: number;
  readonly files: ReportFiles;
  /** When a run last gave exactly this report: the newest of a key is the one confirmed last. */
  readonly confirmedAt: string;
}

export const REPORT_COLUMNS = `bot, kind, window_from, window_to, scope_hash, revision, report_hash, evidence_hash, verdict, colour,
  overall, reported_at, confirmed_at, files, summary, workflow_id, run_id`;

export interface ReportRow {
  readonly bot: string;
  readonly kind: string;
  readonly window_from: string;
  readonly window_to: string;
  readonly scope_hash: string;
  readonly revision: number;
  readonly report_hash: string;
  readonly evidence_hash: string;
  readonly verdict: Verdict;
  readonly colour: Colour;
  readonly overall: number | null;
  readonly reported_at: string;
  readonly confirmed_at: string;
  readonly files: ReportFiles;
  readonly summary: ReportSummary;
  readonly workflow_id: string | null;
  readonly run_id: string | null;
}

export function toReport(row: ReportRow): StoredReport {
  return {
    bot: row.bot,
    kind: row.kind,
    window: { from: row.window_from, to: row.window_to },
    scopeHash: row.scope_hash,
    revision: row.revision,
    reportHash: row.report_hash,
    evidenceHash: row.evidence_hash,
    verdict: row.verdict,
    colour: row.colour,
    overall: row.overall,
    reportedAt: row.reported_at,
    confirmedAt: row.confirmed_at,
    files: row.files,
    summary: row.summary,
    run:
      row.workflow_id === null || row.run_id === null
        ? null
        : { workflowId: row.workflow_id, runId: row.run_id },
  };
}
