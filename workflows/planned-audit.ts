import {
  ApplicationFailure,
  ChildWorkflowFailure,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import {
  condition,
  isCancellation,
  ParentClosePolicy,
  patched,
  sleep,
  startChild,
} from '@temporalio/workflow';
import type { FoundReport, PlannedAudit } from '../activities/types.ts';
import { light } from './activity-proxies.ts';
import type { Archived, StartedByPlan } from './archived-signal.ts';
import type { Mails } from './audit-result.ts';
import { deliverReport } from './deliver-report.ts';
import { productionAudit } from './production-audit.ts';
import { failureText } from './run-facts.ts';
import { FAILURE } from './failure-types.ts';
import type { Slots } from './slots.ts';
import { tellNoReport } from './tell-no-report.ts';
import type { AuditResult } from './types.ts';
import { counted } from './words.ts';

/** What became of one audit of a nightly or monthly run. */
export interface PlannedOutcome {
  readonly audit: string;
  readonly outcome: 'made' | 'reused' | 'failed';
  readonly verdict: string | null;
  readonly detail: string;
}

/** The outcome once the report is archived or cannot be had, and later the one that tells of its mails. */
export interface PlannedRun {
  readonly outcome: PlannedOutcome;
  readonly mailed: Promise<PlannedOutcome> | null;
}

export interface PlannedContext {
  readonly slots: Slots;
  /** What the audits that were started here have told, by workflow id. */
  readonly archived: ReadonlyMap<string, Archived>;
}

/** An id that is free when the server is asked and taken when the audit starts: somebody starts it again and again. */
const STARTS = 3;
const BEING_SENT = 'mail is being sent';
/** A mail server is asked for about four hours; a run that takes longer for its mails goes on alone. */
const MAILS_WAIT = '6h';
const STARTED_BY_PLAN: StartedByPlan = { tellsArchived: true };

/** Makes or reuses one planned audit; whatever fails is the outcome of this audit alone. */
export async function runPlannedAudit(planned: PlannedAudit, context: PlannedContext): Promise<PlannedRun> {
  try {
    return await obtain(planned, context);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const outcome = {
      ...{ audit: planned.summary, outcome: 'failed', verdict: null, detail: failureText(error) },
    } as const satisfies PlannedOutcome;
    // The audit told so itself as a rule; one that never began, or was terminated, did not.
    return { outcome, mailed: tellMissing(planned, error).then(() => outcome) };
  }
}

async function tellMissing({ input }: PlannedAudit, error: unknown): Promise<void> {
  const { bot, kind, from, to, deliver = false } = input;
  if (bot === undefined || kind === undefined || from === undefined || to === undefined) return;
  await tellNoReport({ bot, kind, window: { from, to }, deliver }, error);
}

async function obtain(planned: PlannedAudit, context: PlannedContext): Promise<PlannedRun> {
  if (planned.found !== null) return reuse(planned, planned.found);
  for (let asked = 0; asked < STARTS; asked += 1) {
    // Waiting for another run costs this worker nothing, so it holds no slot.
    const made = await withSlot(context.slots, () => make(planned, context)).catch((error: unknown) => {
      if (planned.unread === undefined || !isLostInChild(error)) throw error;
      return reuse(planned, planned.unread);
    });
    if (made !== null) return made;
    const found = await whileOtherRuns(planned);
    if (found !== null) return reuse(planned, found);
  }
  throw new Error(`${planned.workflowId} was started elsewhere ${String(STARTS)} times and left no report`);
}

/** Starts the audit and waits for its report, not for its mails. Null when another run has its id just now. */
async function make(
  { workflowId, summary, input, unread }: PlannedAudit,
  { archived }: PlannedContext,
): Promise<PlannedRun | null> {
  const child = await startChild(productionAudit, {
    workflowId,
    args: [input, { ...STARTED_BY_PLAN, ...(unread !== undefined && { keepsWhenLost: true }) }],
    staticSummary: summary,
    parentClosePolicy: ParentClosePolicy.ABANDON,
  }).catch((error: unknown) => {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
    throw error;
  });
  if (child === null) return null;
  const ended = child.result();
  const result = await Promise.race([ended, condition(() => archived.has(workflowId))]);
  const made = (verdict: string | null, detail: string): PlannedOutcome => ({
    audit: summary,
    outcome: 'made',
    verdict,
    detail,
  });
  if (result !== undefined) return alone(made(result.verdict, mailText(result.mails)));
  const verdict = archived.get(workflowId)?.verdict ?? null;
  return {
    outcome: made(verdict, BEING_SENT),
    mailed: mailsOf(ended, workflowId).then((detail) => made(verdict, detail)),
  };
}

/** An audit that takes longer waits, for its bot's database as a rule: others go on meanwhile. */
const SLOT_TIME = '2m';

/** Begins the work in a slot, and gives that back when the work is done or takes too long. */
async function withSlot<T>(slots: Slots, work: () => Promise<T>): Promise<T> {
  const begun: Promise<T>[] = [];
  await slots(async () => {
    let over = false;
    const working = work().finally(() => {
      over = true;
    });
    // Whoever awaits it below hears of its failure.
    working.catch(() => undefined);
    begun.push(working);
    // Runs that began before held their slot to the end.
    if (patched('slot-for-minutes')) await condition(() => over, SLOT_TIME);
    else await working.catch(() => undefined);
  });
  const [working] = begun;
  if (working === undefined) throw new Error('the slot was not used');
  return working;
}

const KEPT = [FAILURE.sourceLost, FAILURE.reportKept];

/** Whether an audit ended because its source was lost once more or gave less, which only one of an earlier report does. */
function isLostInChild(error: unknown): boolean {
  if (!(error instanceof ChildWorkflowFailure)) return false;
  let cause: unknown = error.cause;
  while (cause instanceof Error && !(cause instanceof ApplicationFailure)) cause = cause.cause;
  return cause instanceof ApplicationFailure && KEPT.some((type) => type === cause.type);
}

async function mailsOf(ended: Promise<AuditResult>, workflowId: string): Promise<string> {
  const told: string[] = [];
  ended.then(
    ({ mails }) => told.push(mailText(mails)),
    (error: unknown) => told.push(`not mailed: ${failureText(error)}`),
  );
  await condition(() => told.length > 0, MAILS_WAIT);
  return told[0] ?? `${BEING_SENT} by ${workflowId}`;
}

function reuse({ summary, input }: PlannedAudit, { report, verdict }: FoundReport): PlannedRun {
  const reused = (detail: string): PlannedOutcome => ({ audit: summary, outcome: 'reused', verdict, detail });
  if (input.deliver !== true) return alone(reused('not mailed'));
  return { outcome: reused(BEING_SENT), mailed: delivered(report).then(reused) };
}

async function delivered(report: FoundReport['report']): Promise<string> {
  const degraded: string[] = [];
  try {
    const mails = await deliverReport(report, degraded);
    return [mailText(mails), ...degraded].join('; ');
  } catch (error) {
    if (isCancellation(error)) throw error;
    return `not mailed: ${failureText(error)}`;
  }
}

function mailText({ sent, failed, skipped }: Mails): string {
  const lost = failed === 0 ? '' : `, ${String(failed)} not delivered`;
  return skipped ?? `${counted(sent, 'mail')}${lost}`;
}

function alone(outcome: PlannedOutcome): PlannedRun {
  return { outcome, mailed: null };
}

const MINUTE_MS = 60_000;
/** Every minute at first; a run that has only its mails left may still take hours: five in all. */
const WAITS_MS = [
  ...Array.from({ length: 15 }, () => MINUTE_MS),
  ...Array.from({ length: 57 }, () => 5 * MINUTE_MS),
];

/** Another run makes the same report just now: its settled report, or null when it has ended without one. */
async function whileOtherRuns({ workflowId, input }: PlannedAudit): Promise<FoundReport | null> {
  for (const waitMs of WAITS_MS) {
    const { running, found } = await light.otherRun({ workflowId, input });
    if (found !== null || !running) return found;
    await sleep(waitMs, { summary: `waiting for ${workflowId}` });
  }
  throw new Error(`${workflowId} still runs after five hours and has made no settled report`);
}
