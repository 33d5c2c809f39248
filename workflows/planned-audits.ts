import { ApplicationFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  executeChild,
  isCancellation,
  ParentClosePolicy,
  setCurrentDetails,
  sleep,
} from '@temporalio/workflow';
import type { FoundReport, PlannedAudit } from '../activities/types.ts';
import { light } from './activity-proxies.ts';
import { deliverReport } from './deliver-report.ts';
import { plain } from './details.ts';
import { FAILURE } from './failure-types.ts';
import { productionAudit } from './production-audit.ts';
import { failureText } from './run-facts.ts';
import { counted } from './words.ts';

/** What became of one audit of a nightly or monthly run. */
export interface PlannedOutcome {
  readonly audit: string;
  readonly outcome: 'made' | 'reused' | 'failed';
  readonly verdict: string | null;
  readonly detail: string;
}

export interface PeriodResult {
  readonly audits: readonly PlannedOutcome[];
}

/** A pinned bot has one window for ever, which no schedule can make. */
const NOTHING = 'Nothing to do: each bot of this configuration is pinned to a time by asOf.';
const AT_ONCE = 2;
const WAIT_FOR_OTHER_MIN = 60;

/** Makes or reuses every planned audit, two at a time. Fails at the end, with all others done, if one has no report. */
export async function runPlannedAudits(planned: readonly PlannedAudit[]): Promise<PeriodResult> {
  const outcomes: (PlannedOutcome | null)[] = planned.map(() => null);
  let next = 0;
  const show = (): void => {
    setCurrentDetails(planned.map(({ summary }, index) => line(summary, outcomes[index] ?? null)).join('\n'));
  };
  const work = async (): Promise<void> => {
    for (let index = next++; index < planned.length; index = next++) {
      const audit = planned[index];
      if (audit === undefined) return;
      outcomes[index] = await runOne(audit);
      show();
    }
  };
  if (planned.length > 0) show();
  else setCurrentDetails(NOTHING);
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const audits = outcomes.filter((outcome) => outcome !== null);
  const failed = audits.filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0) return { audits };
  const named = failed.map(({ audit, detail }) => `${audit}: ${detail}`).join('; ');
  throw ApplicationFailure.nonRetryable(
    `${String(failed.length)} of ${counted(audits.length, 'audit')} ended without a report. ${named}`.slice(
      0,
      2000,
    ),
    FAILURE.auditsFailed,
    { audits },
  );
}

async function runOne(planned: PlannedAudit): Promise<PlannedOutcome> {
  const { summary, found } = planned;
  try {
    if (found !== null) return await reuse(planned, found);
    return (await make(planned)) ?? (await waitForOther(planned));
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { audit: summary, outcome: 'failed', verdict: null, detail: failureText(error) };
  }
}

/** Null when another run makes this very report. */
async function make({ workflowId, summary, input }: PlannedAudit): Promise<PlannedOutcome | null> {
  try {
    const { verdict, mails } = await executeChild(productionAudit, {
      workflowId,
      args: [input],
      staticSummary: summary,
      parentClosePolicy: ParentClosePolicy.ABANDON,
    });
    return { audit: summary, outcome: 'made', verdict, detail: mails.skipped ?? counted(mails.sent, 'mail') };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
    throw error;
  }
}

async function reuse(
  { summary, input }: PlannedAudit,
  { report, verdict }: FoundReport,
): Promise<PlannedOutcome> {
  if (input.deliver !== true) return { audit: summary, outcome: 'reused', verdict, detail: 'not mailed' };
  const degraded: string[] = [];
  const { sent, skipped } = await deliverReport(report, degraded);
  return {
    audit: summary,
    outcome: 'reused',
    verdict,
    detail: [skipped ?? counted(sent, 'mail'), ...degraded].join('; '),
  };
}

/** Another run makes the same report just now: its report is ours, once it is there. */
async function waitForOther(planned: PlannedAudit): Promise<PlannedOutcome> {
  for (let minute = 0; minute < WAIT_FOR_OTHER_MIN; minute += 1) {
    await sleep('1m', { summary: `waiting for ${planned.workflowId}` });
    const found = await light.findReport({ input: planned.input });
    if (found !== null) return reuse(planned, found);
  }
  const detail = `${planned.workflowId} is running and made no report in ${String(WAIT_FOR_OTHER_MIN)} minutes`;
  return { audit: planned.summary, outcome: 'failed', verdict: null, detail };
}

function line(summary: string, outcome: PlannedOutcome | null): string {
  if (outcome === null) return `- ○ ${plain(summary, 80)}`;
  const mark = outcome.outcome === 'failed' ? '✘' : '✔';
  const verdict = outcome.verdict === null ? '' : ` **${outcome.verdict}**`;
  return `- ${mark} ${plain(summary, 80)}:${verdict} ${outcome.outcome}, ${plain(outcome.detail, 120)}`;
}
