import { setTimeout as sleep } from 'node:timers/promises';
import { ScheduleOverlapPolicy, type Client, type ScheduleDescription } from '@temporalio/client';

const POLL_MS = 250;
const POLLS = 40;
const SECOND_MS = 1_000;

/** A run that a schedule has started. */
export interface ScheduledRun {
  readonly workflowId: string;
  readonly runId: string;
}

/** What became of a trigger, as the server tells it. */
export type Triggered =
  | { readonly outcome: 'started'; readonly run: ScheduledRun }
  /** It is started after the run that is under way and those that waited before. */
  | { readonly outcome: 'waits'; readonly after: ScheduledRun; readonly waiting: number }
  /** The server dropped it, because a run was under way. */
  | { readonly outcome: 'skipped'; readonly after: ScheduledRun | null }
  /** The server has taken the trigger, and nothing of it is seen yet. */
  | { readonly outcome: 'unseen' };

/**
 * Runs a schedule's workflow now, whose nominal time is this moment, and looks what the server made of it. A schedule
 * whose runs may overlap starts it at once; any other has it wait for the runs before it, and drops none of them.
 * Throws ScheduleNotFoundError.
 */
export async function triggerSchedule(client: Client, id: string): Promise<Triggered> {
  const handle = client.schedule.getHandle(id);
  const before = await handle.describe();
  await sleep(restOfSecond(before));
  const overlaps = before.policies.overlap === ScheduleOverlapPolicy.ALLOW_ALL;
  await handle.trigger(overlaps ? ScheduleOverlapPolicy.ALLOW_ALL : ScheduleOverlapPolicy.BUFFER_ALL);
  for (let poll = 0; poll < POLLS; poll += 1) {
    const seen = outcomeOf(before, await handle.describe());
    if (seen !== null) return seen;
    await sleep(POLL_MS);
  }
  return { outcome: 'unseen' };
}

/**
 * How long the second of the trigger before this one may last, in milliseconds. The server names a run by its second:
 * two of one second would have one name, and the later one is dropped. Of a run that waits it does not tell the second.
 */
function restOfSecond(before: ScheduleDescription): number {
  if (bufferOf(before) > 0) return SECOND_MS;
  const last = before.info.recentActions.at(-1)?.scheduledAt.getTime() ?? 0;
  return Math.min(SECOND_MS, Math.max(0, last + SECOND_MS - Date.now()));
}

function outcomeOf(before: ScheduleDescription, now: ScheduleDescription): Triggered | null {
  const under = runOf(now.info.runningActions.at(-1));
  const waiting = bufferOf(now);
  // Who waited before this one is started before it.
  if (waiting > 0 && under !== null && waiting >= bufferOf(before))
    return { outcome: 'waits', after: under, waiting };
  if (now.info.numActionsTaken > before.info.numActionsTaken && bufferOf(before) === 0) {
    const run = runOf(now.info.recentActions.at(-1)?.action);
    if (run !== null) return { outcome: 'started', run };
  }
  return now.info.numActionsSkippedOverlap > before.info.numActionsSkippedOverlap
    ? { outcome: 'skipped', after: under }
    : null;
}

/** How many runs wait for the one that is under way; the SDK shows it only in the server's own answer. */
function bufferOf({ raw }: ScheduleDescription): number {
  return Number(raw.info?.bufferSize ?? 0);
}

type Action = ScheduleDescription['info']['runningActions'][number];

function runOf(action: Action | undefined): ScheduledRun | null {
  if (action?.type !== 'startWorkflow') return null;
  const { workflowId, firstExecutionRunId } = action.workflow;
  return { workflowId, runId: firstExecutionRunId };
}
