import type { Notice } from '../audit/alerts/notice.ts';
import type { BotTableCount } from '../audit/bot-retention.ts';
import type { Window } from '../audit/evidence.ts';
import type { Colour, Verdict } from '../audit/report.ts';
import type { PurgeClass } from '../audit/retention.ts';
import type { ActivityRole } from '../audit/task-queues.ts';
import type { MonitorGap } from '../audit/snapshot-gap.ts';
import type { PurgeCursor } from '../sources/bot-retention/remove-rows.ts';
import type { BotPurgeOutcome } from '../store/retention/bot-purges.ts';
import type { PurgeOutcome, Removed } from '../store/retention/purges.ts';
import type { AuditInput, ResolvedAudit, TopFinding } from '../workflows/types.ts';
import type { BotExamined, StoreKept } from '../workflows/maintenance-types.ts';
import type {
  AlertWatchInput,
  BotPurgeInput,
  MonitorInput,
  MonthlyInput,
  NightlyInput,
  PeriodInput,
  PurgeInput,
  RedeliveryInput,
} from '../workflows/schedule-input.ts';
import type {
  AlertWatchPlan,
  AlertWatched,
  BotPurgePlan,
  MonitorPlan,
  PurgePlanned,
  SnapshotRequest,
  SnapshotTaken,
  WatchdogFound,
} from './upkeep-types.ts';

// Everything here travels through Temporal's history: references, counts and short texts only. Never rows, never a
// secret, never an address.

/** A resolved input and what the workflow needs to know of the worker's configuration. */
export interface ResolvedRun {
  readonly audit: ResolvedAudit;
  /** Whether search attributes are registered and may be set. */
  readonly searchAttributes: boolean;
  /** `20261120T0000Z-20261120T0800Z`. */
  readonly period: string;
  /** How long trouble of the bot's database is waited for; absent in runs that an earlier worker resolved. */
  readonly patienceMs?: number;
  /** Task queues of the roles that have their own; absent: all is on the run's. */
  readonly queues?: Readonly<Record<ActivityRole, string>>;
}

export interface SectionReference {
  readonly id: string;
  readonly title: string;
}

export interface Collected {
  readonly evidenceHash: string;
  readonly sections: readonly SectionReference[];
  readonly queries: number;
  readonly failedQueries: number;
  readonly rows: number;
}

export interface EvaluatedSection {
  readonly section: string;
  /** Hash of the stored SectionResult; null when the section could not be evaluated at all. */
  readonly resultHash: string | null;
  readonly error: string | null;
  readonly findings: number;
  readonly figures: number;
}

/** The stored report and its place among the revisions of its key. */
export interface ReportReference {
  readonly bot: string;
  readonly kind: string;
  readonly window: Window;
  readonly evidenceHash: string;
  readonly reportHash: string;
  readonly revision: number;
  readonly reportedAt: string;
}

export interface Assembled {
  readonly report: ReportReference;
  readonly verdict: Verdict;
  readonly colour: Colour;
  readonly overall: number | null;
  readonly scores: Readonly<Record<string, number | null>>;
  readonly coverage: number | null;
  readonly topFindings: readonly TopFinding[];
  readonly findings: number;
  /** What to do now, at most three. */
  readonly actions: readonly string[];
  /** Data files beside the report: name -> reference. */
  readonly dataFiles: FileReferences;
}

export interface FileReference {
  readonly hash: string;
  readonly bytes: number;
}

export interface RenderedText {
  readonly files: FileReferences;
  /** Formats that could not be made, with the reason: "html: ...". */
  readonly failed: readonly string[];
}

/** `html`, `md`, `json`, `pdf` or `data/<name>` -> the stored bytes. */
export type FileReferences = Readonly<Record<string, FileReference>>;

export interface RenderedPdf {
  readonly file: FileReference;
  readonly pages: number;
}

export interface Archived {
  /** Format -> URL on the report server. */
  readonly urls: Readonly<Record<string, string>>;
}

/** Outbox rows to send, or why there is nothing to send. */
export interface DeliveryPlan {
  readonly mails: readonly string[];
  readonly skipped: string | null;
}

export interface Delivered {
  readonly state: 'accepted' | 'already';
  readonly detail: string;
}

/** A report that was to be delivered and could not be made. */
export interface MissingReport {
  readonly bot: string;
  readonly kind: string;
  readonly window: Window;
  readonly reason: string;
}

/** A report that exists and is settled, so that a schedule need not make it again. */
export interface FoundReport {
  readonly report: ReportReference;
  readonly verdict: Verdict;
}

/** A run that somebody else started for the same report. */
export interface OtherRun {
  readonly running: boolean;
  /** Its settled report; null while there is none, or when it ended without. */
  readonly found: FoundReport | null;
}

/** An audit that a schedule wants: made under `workflowId`, or reused. */
export interface PlannedAudit {
  readonly workflowId: string;
  /** "demo, 20 Nov 00:00-08:00 UTC". */
  readonly summary: string;
  readonly input: AuditInput;
  readonly found: FoundReport | null;
  /** A report that lacks what could not be read then: made again, and kept when the source is lost once more. */
  readonly unread?: FoundReport;
}

export interface PeriodPlan {
  readonly audits: readonly PlannedAudit[];
  /** When the last of their windows counts as settled, ISO 8601 UTC; null: they are. */
  readonly settledAt: string | null;
}

/** Names and signatures under which the worker registers activities. */
export interface AuditActivities {
  resolveAudit(request: { readonly input: AuditInput; readonly now: string }): Promise<ResolvedRun>;
  /** `patient`: what passes, such as a locked table, ends the attempt instead of costing its query. */
  collectEvidence(request: { readonly audit: ResolvedAudit; readonly patient?: boolean }): Promise<Collected>;
  /** After the database was lost for good: the report says so instead of not existing. */
  collectWithoutDatabase(request: {
    readonly audit: ResolvedAudit;
    readonly error: string;
  }): Promise<Collected>;
  evaluateSection(request: {
    readonly evidenceHash: string;
    readonly section: string;
  }): Promise<EvaluatedSection>;
  assembleReport(request: {
    readonly evidenceHash: string;
    readonly sections: readonly EvaluatedSection[];
  }): Promise<Assembled>;
  renderText(request: { readonly report: ReportReference }): Promise<RenderedText>;
  renderPdf(request: { readonly report: ReportReference }): Promise<RenderedPdf>;
  archiveReport(request: {
    readonly report: ReportReference;
    readonly files: FileReferences;
  }): Promise<Archived>;
  /** `groups`: only these; absent: every group that wants such a report. */
  planDelivery(request: {
    readonly report: ReportReference;
    readonly groups?: readonly string[];
  }): Promise<DeliveryPlan>;
  deliverMail(request: { readonly mail: string; readonly report: ReportReference }): Promise<Delivered>;
  planNoReport(request: {
    readonly missing: MissingReport;
    readonly groups?: readonly string[];
  }): Promise<DeliveryPlan>;
  deliverNoReport(request: { readonly mail: string; readonly missing: MissingReport }): Promise<Delivered>;
  /** Puts a delivery that failed back to be sent; refuses with a sentence what must not be. */
  reopenDelivery(request: RedeliveryInput): Promise<{
    readonly mail: string;
    readonly report: ReportReference;
    readonly was: string;
  }>;
  planNightly(request: {
    readonly input: NightlyInput;
    readonly now: string;
  }): Promise<readonly PlannedAudit[]>;
  planMonthly(request: {
    readonly input: MonthlyInput;
    readonly now: string;
  }): Promise<readonly PlannedAudit[]>;
  planPeriod(request: { readonly input: PeriodInput; readonly now: string }): Promise<PeriodPlan>;
  /** Partitions ahead, leftovers of killed workers, sizes. */
  keepStore(): Promise<StoreKept>;
  botNames(): Promise<readonly string[]>;
  /** Reads no row of the bot; fails when it cannot be reached, or with a role that is refused. */
  examineBot(request: { readonly bot: string }): Promise<BotExamined>;
  /** What became of another run that has the id of a planned audit. */
  otherRun(request: { readonly workflowId: string; readonly input: AuditInput }): Promise<OtherRun>;
  planMonitor(request: { readonly input: MonitorInput; readonly now: string }): Promise<MonitorPlan>;
  planPurge(request: {
    readonly purge: string;
    readonly input: PurgeInput;
    readonly scheduled: boolean;
  }): Promise<PurgePlanned>;
  /** Notes the approval; refuses a plan that was changed since. */
  beginPurge(request: { readonly purge: string; readonly by: string }): Promise<void>;
  /** Removes some planned items of a class and says how many are left. */
  purgeBatch(request: {
    readonly purge: string;
    readonly name: PurgeClass;
  }): Promise<{ readonly left: number }>;
  /** Writes the tombstone. */
  finishPurge(request: {
    readonly purge: string;
    readonly outcome: PurgeOutcome;
  }): Promise<{ readonly removed: Removed }>;
  planPurgeMails(request: { readonly plan: PurgePlanned; readonly plannedAt: string }): Promise<DeliveryPlan>;
  deliverPurgeMail(request: {
    readonly mail: string;
    readonly plan: PurgePlanned;
    readonly workflowId: string;
  }): Promise<Delivered>;
  planBotPurge(request: { readonly purge: string; readonly input: BotPurgeInput }): Promise<BotPurgePlan>;
  /** Some seconds of batches of one table, from the cursor on; a null cursor at the end: the table is done. */
  removeBotRows(request: {
    readonly bot: string;
    readonly table: string;
    readonly cutoff: string;
    readonly cursor: PurgeCursor | null;
  }): Promise<{ readonly seen: number; readonly removed: number; readonly cursor: PurgeCursor | null }>;
  closeBotPurge(request: {
    readonly purge: string;
    readonly outcome: BotPurgeOutcome;
    readonly tables: readonly BotTableCount[];
  }): Promise<void>;
  planAlertWatch(request: { readonly input: AlertWatchInput }): Promise<AlertWatchPlan>;
  /** Looks at all rules of a bot and tells its `alerts/<bot>` workflow, which is started when it does not run. */
  watchAlerts(request: { readonly bot: string; readonly at: string }): Promise<AlertWatched>;
  /** Writes what a notice owes to whom; one that was written before owes what was not sent. */
  planNotice(request: { readonly notice: Notice }): Promise<DeliveryPlan>;
  deliverNotice(request: { readonly mail: string; readonly notice: Notice }): Promise<Delivered>;
  /** While our own store is away: to each once, without a record; what failed is named. */
  sendUnrecorded(request: {
    readonly notice: Notice;
  }): Promise<{ readonly sent: number; readonly failed: readonly string[] }>;
  /** Looks for missing reports, unsettled deliveries and schedules that did not run. */
  checkReports(request: { readonly at: string }): Promise<WatchdogFound>;
  reportsTold(request: { readonly ids: readonly string[]; readonly at: string }): Promise<void>;
  takeSnapshot(request: SnapshotRequest): Promise<SnapshotTaken>;
  /** Notes why minutes have no snapshot; minutes that have one after all are answered instead. */
  noteGaps(request: {
    readonly bot: string;
    readonly gaps: readonly MonitorGap[];
  }): Promise<{ readonly present: readonly string[] }>;
}
