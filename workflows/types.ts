import type { Window } from '../audit/evidence.ts';
import type { Verdict, Colour } from '../audit/report.ts';
import type { Scope } from '../audit/scope.ts';

/** What a person types into the Web UI, all optional; unknown keys are refused with an example. */
export interface AuditInput {
  readonly bot?: string;
  readonly kind?: string;
  /** `8h`, `24h`: ends now (or at the bot's `asOf`). */
  readonly last?: string;
  readonly shift?: 'latest';
  /** ISO 8601 with zone. */
  readonly from?: string;
  readonly to?: string;
  /** `2026-11-20`: the whole UTC day, of whatever kind. */
  readonly date?: string;
  /** `2026-11-20`: the daily report of it. */
  readonly day?: string;
  /** `2026-W47`: an ISO week, Monday 00:00 UTC to Monday 00:00 UTC. */
  readonly week?: string;
  /** `2026-11`. */
  readonly month?: string;
  /** `2026-Q4`. */
  readonly quarter?: string;
  /** The last so many hours, as `last`. */
  readonly sinceHours?: number;
  /** Only what this strategy did. */
  readonly strategy?: string;
  /** Only these symbols: a list, or one text with commas. */
  readonly symbols?: string | readonly string[];
  /** Mail it; off by default for runs started by hand. */
  readonly deliver?: boolean;
  /** Deliver it to these groups of the configuration only; never addresses. */
  readonly groups?: readonly string[];
}

/** The normalised input, echoed in the current details and in the result. */
export interface ResolvedAudit {
  readonly bot: string;
  readonly kind: string;
  readonly window: Window;
  readonly deliver: boolean;
  /** What it is limited to; its kind says so too. */
  readonly scope?: Scope;
  /** Absent: every group that wants such a report. */
  readonly groups?: readonly string[];
}

export interface StageProgress {
  readonly stage: 'resolve' | 'collect' | 'evaluate' | 'assemble' | 'render' | 'archive' | 'deliver';
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'skipped';
  /** "31 queries, 61,204 rows". */
  readonly detail: string;
  readonly done: number;
  readonly total: number;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** Answer of the query `progress`. */
export interface AuditProgress {
  readonly input: ResolvedAudit | null;
  readonly stages: readonly StageProgress[];
  readonly result: AuditResult | null;
}

export interface TopFinding {
  readonly severity: string;
  readonly rule: string;
  readonly title: string;
  readonly recurrence: string;
}

/** The workflow's result: references and small summaries only. */
export interface AuditResult {
  readonly bot: string;
  readonly kind: string;
  readonly window: Window;
  readonly verdict: Verdict;
  readonly colour: Colour;
  readonly overall: number | null;
  readonly scores: Readonly<Record<string, number | null>>;
  readonly coverage: number | null;
  readonly topFindings: readonly TopFinding[];
  readonly findings: number;
  /** What to do now, at most three; absent in results of older runs. */
  readonly actions?: readonly string[];
  readonly revision: number;
  readonly reportHash: string;
  readonly evidenceHash: string;
  /** Format -> URL on the worker's report server. */
  readonly urls: Readonly<Record<string, string>>;
  /** What failed without costing the report: "pdf: browser crashed twice". */
  readonly degraded: readonly string[];
  readonly mails: { readonly sent: number; readonly failed: number; readonly skipped: string | null };
}
