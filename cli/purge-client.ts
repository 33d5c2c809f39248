import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { PurgeProgress, PurgeResult } from '../workflows/purge-types.ts';
import type { PlanFate } from '../store/retention/purges.ts';
import type { BotPurgeResult } from '../workflows/bot-purge.ts';
import type { BotPurgeInput, PurgeInput } from '../workflows/schedule-input.ts';
import { CommandError, InterruptedError } from './errors.ts';

const POLL_MS = 250;
const QUERY_DEADLINE_MS = 3_000;
/** A worker that is there answers in less. */
const PATIENCE_MS = 60_000;

export interface Following<Progress> {
  readonly client: Client;
  readonly taskQueue: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Starts a purge by hand. */
export async function startPurge(
  client: Client,
  taskQueue: string,
  input: PurgeInput,
): Promise<WorkflowHandle> {
  return client.workflow.start('retentionPurge', {
    taskQueue,
    workflowId: `purge/by-hand/${randomBytes(3).toString('hex')}`,
    args: [input],
    staticSummary: input.dryRun === true ? 'retention, dry run by hand' : 'retention, by hand',
  });
}

/** Starts a purge of a bot's own audit tables by hand; without `execute` it only counts. */
export async function startBotPurge(
  client: Client,
  taskQueue: string,
  input: BotPurgeInput,
): Promise<WorkflowHandle> {
  const what = input.execute === true ? 'rows past their period' : 'rows past their period, only counted';
  return client.workflow.start('botPurge', {
    taskQueue,
    workflowId: `bot-purge/by-hand/${randomBytes(3).toString('hex')}`,
    args: [input],
    staticSummary: input.bot === undefined ? what : `${input.bot}, ${what}`,
  });
}

/** Approves the plan that waits and begins with these characters. @throws CommandError with those that wait, or its fate */
export async function approvePlan(
  client: Client,
  { plan, by, fate }: { readonly plan: string; readonly by: string; fate(): Promise<PlanFate | null> },
): Promise<WorkflowHandle> {
  const waiting: string[] = [];
  const query = `ExecutionStatus = 'Running' AND WorkflowType = 'retentionPurge'`;
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    const handle = client.workflow.getHandle(workflowId, runId);
    const progress = await progressOf<PurgeProgress>(client, handle);
    if (progress?.stage !== 'waiting' || progress.plan === null) continue;
    if (!progress.plan.planHash.startsWith(plan.toLowerCase())) {
      waiting.push(progress.plan.planHash.slice(0, 12));
      continue;
    }
    await handle.executeUpdate<string, [unknown]>('approve', { args: [{ plan, by }] });
    return handle;
  }
  const became = fateText(await fate());
  throw new CommandError(
    `No purge waits for the approval of plan ${plan}${became}.` +
      (waiting.length === 0
        ? ' None waits at all; `production-audit purge` makes a plan.'
        : ` Those that wait: ${waiting.join(', ')}.`),
  );
}

/** Who types an approval a second time, or late, learns why nobody waits for it. */
function fateText(fate: PlanFate | null): string {
  if (fate === null) return '';
  const { approvedBy, approvedAt, outcome, endedAt } = fate;
  const approved = approvedBy === null ? '' : `, which ${approvedBy} approved at ${minuteOf(approvedAt)}`;
  if (outcome === null) return approved === '' ? '' : `${approved}; its purge is not over yet`;
  const end = outcome === 'notApproved' ? 'nobody approved it in its time' : `its purge ended: ${outcome}`;
  return `${approved}: ${end} (${minuteOf(endedAt)})`;
}

function minuteOf(time: string | null): string {
  return `${(time ?? '').slice(0, 16).replace('T', ' ')} UTC`;
}

/** Follows a purge until its plan waits for approval, or until its end. @throws the failure it ends with */
export async function followPurge(
  handle: WorkflowHandle,
  following: Following<PurgeProgress>,
  until: 'waiting' | 'ended',
): Promise<PurgeProgress | PurgeResult> {
  return follow<PurgeProgress, PurgeResult>(
    handle,
    following,
    ({ stage }) => until === 'waiting' && stage === 'waiting',
  );
}

/** Follows a purge of a bot's tables until its end. @throws the failure it ends with */
export async function followBotPurge(
  handle: WorkflowHandle,
  following: Following<BotPurgeResult>,
): Promise<BotPurgeResult> {
  return follow<BotPurgeResult, BotPurgeResult>(handle, following, () => false);
}

async function follow<Progress, Result>(
  handle: WorkflowHandle,
  { client, taskQueue, signal, onProgress }: Following<Progress>,
  isEnough: (progress: Progress) => boolean,
): Promise<Progress | Result> {
  const ended = handle.result().then(
    (result) => ({ result: result as Result }),
    (error: unknown) => ({ error }),
  );
  let answeredAt = Date.now();
  for (;;) {
    if (signal.aborted)
      throw new InterruptedError(
        `Interrupted. The purge ${handle.workflowId} goes on; cancel it in the Web UI.`,
      );
    const end = await Promise.race([ended, sleep(POLL_MS, null)]);
    if (end !== null) {
      if ('error' in end) throw end.error;
      return end.result;
    }
    const progress = await progressOf<Progress>(client, handle);
    if (progress !== null) {
      answeredAt = Date.now();
      onProgress?.(progress);
      if (isEnough(progress)) return progress;
    } else if (Date.now() - answeredAt > PATIENCE_MS) {
      throw new CommandError(
        `No worker answers on the task queue ${taskQueue}. The purge ${handle.workflowId} waits in Temporal for one.`,
      );
    }
  }
}

/** Null: no worker answered, or the run has nothing to tell yet. */
async function progressOf<Progress>(client: Client, handle: WorkflowHandle): Promise<Progress | null> {
  try {
    return await client.withDeadline(Date.now() + QUERY_DEADLINE_MS, () =>
      handle.query<Progress>('progress'),
    );
  } catch {
    return null;
  }
}
