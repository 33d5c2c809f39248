import { ApplicationFailure } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  defineQuery,
  defineUpdate,
  isCancellation,
  patched,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import type { PurgePlanned } from '../activities/upkeep-types.ts';
import { isEmptyPlan, planLines } from '../audit/retention-text.ts';
import { PURGE_CLASSES } from '../audit/retention.ts';
import type { PurgeOutcome, Removed } from '../store/retention/purges.ts';
import { light, mailing, purging } from './activity-proxies.ts';
import { withoutStack } from './input.ts';
import { purgeDetails } from './purge-details.ts';
import type { PurgeProgress, PurgeResult } from './purge-types.ts';
import { failureText, forgetInherited, inOwnWords, isScheduled } from './run-facts.ts';
import { parseApproveInput, parsePurgeInput, type ApproveInput, type PurgeInput } from './schedule-input.ts';
import { SCHEDULE_PREFIX } from './schedule-prefix.ts';
import { counted } from './words.ts';

export const purgeProgressQuery = defineQuery<PurgeProgress>('progress');
export const approveUpdate = defineUpdate<string, [ApproveInput?]>('approve');

/** Shorter ones could be meant for another plan. */
const SHORTEST_PLAN = 8;
const ITSELF = 'the schedule (retention.selfApprove)';

/**
 * Removes from our own store what is past its period: plan, approval, exactly that plan, tombstone. The first purge of a
 * store is a dry run. Whoever cancels it loses nothing but the rest of the plan.
 */
export async function retentionPurge(input?: PurgeInput, ...more: readonly unknown[]): Promise<PurgeResult> {
  let now: PurgeProgress = { stage: 'planning', plan: null, approvedBy: null, left: {}, result: null };
  const show = (change: Partial<PurgeProgress>): void => {
    now = { ...now, ...change };
    setCurrentDetails(purgeDetails(now));
  };
  setHandler(purgeProgressQuery, () => now, { description: 'The plan, who approved it, and what is left.' });
  setHandler(
    approveUpdate,
    (approval?: ApproveInput, ...more: readonly unknown[]) => {
      const by = parseApproveInput(approval, more).by ?? 'somebody with access to Temporal';
      show({ approvedBy: by });
      return `Approved by ${by}.`;
    },
    {
      validator: (approval?: ApproveInput, ...more: readonly unknown[]) => {
        refuseApproval(now, parseApproveInput(approval, more));
      },
      description: 'Approves the plan: {"plan": "beginning of its hash", "by": "your name"}.',
    },
  );
  return inOwnWords(async () => {
    forgetInherited();
    const request = parsePurgeInput(input, more);
    const scheduled = isScheduled(`${SCHEDULE_PREFIX}purge`);
    show({});
    const plan = await purging.planPurge({ purge: workflowInfo().runId, input: request, scheduled });
    show({ plan });
    // A person who asked for it looks at it; everybody else is told.
    const asked = request.dryRun === true || (plan.approval === 'person' && !scheduled);
    const isIdle = isEmptyPlan(plan) && plan.approval !== 'dryRun' && patched('empty-plan');
    const mails = asked
      ? Promise.resolve('not mailed, since a person asked for this plan')
      : isIdle && plan.notes.length + plan.tripped.length === 0
        ? Promise.resolve('not mailed, since nothing is past its period')
        : mailPlan(plan);
    const outcome = await settled(plan, () => carryOut(plan, isIdle, () => now, show));
    const result: PurgeResult = {
      purge: plan.purge,
      plan: plan.planHash,
      ...outcome,
      approvedBy: now.approvedBy,
      planned: planLines(plan),
      mails: await mails,
    };
    show({ stage: 'ended', result });
    if (result.outcome === 'refused') throw refusal(plan);
    return result;
  });
}

setWorkflowOptions({ failureExceptionTypes: [Error] }, retentionPurge);

/** Writes the tombstone, however the work ends. */
async function settled(
  { purge }: PurgePlanned,
  work: () => Promise<PurgeOutcome>,
): Promise<{ readonly outcome: PurgeOutcome; readonly removed: Removed }> {
  try {
    const outcome = await work();
    return { outcome, ...(await light.finishPurge({ purge, outcome })) };
  } catch (error) {
    const outcome = isCancellation(error) ? 'cancelled' : 'failed';
    await CancellationScope.nonCancellable(() => light.finishPurge({ purge, outcome }));
    throw error;
  }
}

async function carryOut(
  plan: PurgePlanned,
  isIdle: boolean,
  progress: () => PurgeProgress,
  show: (change: Partial<PurgeProgress>) => void,
): Promise<PurgeOutcome> {
  const { purge, approval, approvalHours } = plan;
  if (approval === 'dryRun') return 'dryRun';
  if (plan.tripped.length > 0) return 'refused';
  // Nothing to approve: a night that is asked to would wait for days to remove nothing.
  if (isIdle) return 'done';
  if (approval === 'schedule') show({ approvedBy: ITSELF });
  else {
    show({ stage: 'waiting' });
    const approved = await condition(() => progress().approvedBy !== null, `${approvalHours} hours`);
    if (!approved) return 'notApproved';
  }
  await light.beginPurge({ purge, by: progress().approvedBy ?? ITSELF });
  const left = Object.fromEntries(plan.classes.map(({ name, items }) => [name, items]));
  show({ stage: 'removing', left });
  for (const name of PURGE_CLASSES) {
    while ((left[name] ?? 0) > 0) {
      left[name] = (await purging.purgeBatch.executeWithOptions({ summary: name }, [{ purge, name }])).left;
      show({ left: { ...left } });
    }
  }
  return 'done';
}

/** @throws what the Web UI and the command line show to whoever approves */
function refuseApproval({ stage, plan, approvedBy }: PurgeProgress, { plan: named }: ApproveInput): void {
  if (approvedBy !== null) throw refused(`The plan was approved already, by ${approvedBy}.`);
  if (stage !== 'waiting' || plan === null) throw refused('No plan of this run waits for approval.');
  const short = plan.planHash.slice(0, 12);
  if (named === undefined || named.length < SHORTEST_PLAN || !plan.planHash.startsWith(named.toLowerCase()))
    throw refused(
      `"plan" must be the beginning of this plan's hash, ${String(SHORTEST_PLAN)} characters or more; for example {"plan": "${short}", "by": "your name"}.`,
    );
}

function refused(message: string): ApplicationFailure {
  return withoutStack(ApplicationFailure.nonRetryable(message, 'ApprovalRefused'));
}

function refusal({ tripped }: PurgePlanned): ApplicationFailure {
  const text = tripped.map(({ message }) => message).join(' ');
  return withoutStack(
    ApplicationFailure.nonRetryable(`Nothing was removed. ${text}`.slice(0, 2_000), tripped[0]?.type),
  );
}

/** One mail a recipient; one that is not delivered is named and costs nothing else. */
async function mailPlan(plan: PurgePlanned): Promise<string> {
  try {
    const { workflowId, startTime } = workflowInfo();
    const { mails, skipped } = await light.planPurgeMails({ plan, plannedAt: startTime.toISOString() });
    if (skipped !== null) return `not mailed: ${skipped}`;
    const ends = await Promise.all(
      mails.map((mail) =>
        mailing.deliverPurgeMail({ mail, plan, workflowId }).then(
          () => null,
          (error: unknown) => {
            if (isCancellation(error)) throw error;
            return failureText(error);
          },
        ),
      ),
    );
    const lost = ends.filter((end) => end !== null);
    return [`${counted(ends.length - lost.length, 'mail')} sent`, ...lost].join('; ');
  } catch (error) {
    return `not mailed: ${failureText(error)}`;
  }
}
