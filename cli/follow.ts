import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { kindMeant } from '../audit/kinds.ts';
import { scopedKind, scopeOf } from '../audit/scope.ts';
import { windowStamp } from '../audit/time.ts';
import { windowShort } from '../audit/window-title.ts';
import type { AuditInput, AuditProgress, AuditResult } from '../workflows/types.ts';
import { CommandError, InterruptedError } from './errors.ts';

export interface FollowOptions {
  readonly client: Client;
  readonly taskQueue: string;
  readonly input: AuditInput;
  readonly workflowId?: string;
  readonly onProgress?: (progress: AuditProgress) => void;
  /** Called once when the run has started. */
  readonly onStarted?: (run: StartedRun) => void;
  /** Called once when nobody answers for a while: there is no worker, or it is busy. */
  readonly onWaiting?: (message: string) => void;
  readonly signal?: AbortSignal;
}

export interface StartedRun {
  readonly workflowId: string;
  readonly runId: string;
}

const POLL_MS = 250;
const QUERY_DEADLINE_MS = 3_000;
const WAITING_AFTER_MS = 10_000;
/** How long a Temporal server that starts, restarts or is busy may leave a call without an answer. */
const LOST_PATIENCE_MS = 60_000;
/** How long a cancelled run may take before it is left to its worker. */
const CANCEL_PATIENCE_MS = 8_000;
/** gRPC's codes of a server that is away (UNAVAILABLE) or does not answer in time (DEADLINE_EXCEEDED). */
const NO_ANSWER: readonly unknown[] = [14, 4];

/** Starts `productionAudit` without following it. A server that does not answer is tried again for a minute. */
export async function startAudit(
  options: FollowOptions,
): Promise<StartedRun & { readonly handle: WorkflowHandle }> {
  const { client, taskQueue, input, signal } = options;
  const workflowId = options.workflowId ?? handStartedId(input);
  const deadline = Date.now() + LOST_PATIENCE_MS;
  for (;;) {
    throwIfInterrupted(signal);
    try {
      const handle = await client.workflow.start('productionAudit', {
        taskQueue,
        workflowId,
        args: [input],
        staticSummary: summaryOf(input),
        // A start that was accepted although its answer was lost is the same run, not a failure.
        workflowIdConflictPolicy: 'USE_EXISTING',
      });
      const run = { workflowId, runId: handle.firstExecutionRunId };
      options.onStarted?.(run);
      return { ...run, handle };
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      if (Date.now() > deadline)
        throw new CommandError(
          `Temporal has not answered for a minute; the run ${workflowId} may have been started all the same.`,
        );
      await sleep(POLL_MS);
    }
  }
}

/**
 * Starts `productionAudit` and follows it until its result.
 * @throws InterruptedError when `signal` aborts; the workflow's failure when it ends without a report
 */
export async function startAndFollow(options: FollowOptions): Promise<AuditResult> {
  const { handle } = await startAudit(options);
  return followAudit(handle, options);
}

/**
 * Follows a run through the query `progress` until its result. A query that nobody answers (no worker yet, a worker
 * that restarts) is asked again. When `signal` aborts, the run is asked to stop.
 */
export async function followAudit(handle: WorkflowHandle, options: FollowOptions): Promise<AuditResult> {
  const { client, signal } = options;
  // A call that is still asked when its connection closes is tried again by the SDK, and throws where nobody can catch it.
  const asking = new AbortController();
  const outcome: Promise<Outcome> = client
    .withAbortSignal(asking.signal, () => resultOf(handle))
    .then(
      (result) => ({ ok: true, result }),
      (error: unknown) => ({ ok: false, error }),
    );
  const stopped = aborted(signal).then(() => null);
  try {
    return await followUntil(handle, { ...options, outcome, stopped });
  } finally {
    asking.abort();
  }
}

async function followUntil(
  handle: WorkflowHandle,
  options: FollowOptions & { readonly outcome: Promise<Outcome>; readonly stopped: Promise<null> },
): Promise<AuditResult> {
  const { client, onProgress, onWaiting, signal, outcome, stopped } = options;
  let answeredAt = Date.now();
  let warned = false;
  for (;;) {
    if (signal?.aborted === true) return interrupt(handle, outcome);
    const progress = await queryProgress(client, handle);
    if (progress !== null) {
      answeredAt = Date.now();
      onProgress?.(progress);
    } else if (!warned && Date.now() - answeredAt > WAITING_AFTER_MS) {
      warned = true;
      onWaiting?.(`no worker answers on the task queue ${options.taskQueue} yet; the run waits in Temporal`);
    }
    const end = await Promise.race([sleep(POLL_MS, null), outcome, stopped]);
    if (end === null) continue;
    const last = await queryProgress(client, handle);
    if (last !== null) onProgress?.(last);
    if (end.ok) return end.result;
    throw end.error;
  }
}

/** The workflow's result; a server that restarts meanwhile is asked again for a minute. */
async function resultOf(handle: WorkflowHandle): Promise<AuditResult> {
  let lostAt: number | null = null;
  for (;;) {
    const askedAt = Date.now();
    try {
      return (await handle.result()) as AuditResult;
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      // A wait that lasted was a connection: only time without any counts.
      lostAt = lostAt === null || Date.now() - askedAt > LOST_PATIENCE_MS ? Date.now() : lostAt;
      if (Date.now() - lostAt > LOST_PATIENCE_MS) {
        throw new CommandError(
          `Temporal does not answer any more. The run ${handle.workflowId} goes on when it is back.`,
        );
      }
      await sleep(1_000);
    }
  }
}

type Outcome =
  { readonly ok: true; readonly result: AuditResult } | { readonly ok: false; readonly error: unknown };

/** `audit/demo/production/20261120T0000Z-20261120T0800Z/3f9a1c`: readable in the Web UI's list, unique by its end. */
export function handStartedId(input: AuditInput): string {
  const random = randomBytes(3).toString('hex');
  return [
    'audit',
    input.bot ?? 'default',
    scopedKind(kindMeant(input), scopeOf(input)),
    windowPart(input),
    random,
  ].join('/');
}

function windowPart({
  from,
  to,
  date,
  day,
  week,
  month,
  quarter,
  shift,
  last,
  sinceHours,
}: AuditInput): string {
  if (
    from !== undefined &&
    to !== undefined &&
    !Number.isNaN(Date.parse(from)) &&
    !Number.isNaN(Date.parse(to))
  ) {
    return windowStamp({ from, to });
  }
  return (
    date ??
    day ??
    week ??
    month ??
    quarter ??
    (shift === undefined ? `last-${last ?? `${String(sinceHours ?? 8)}h`}` : `${shift}-shift`)
  );
}

/** What the list of runs in the Web UI says of it: `demo, 20 Nov 00:00-08:00 UTC, started by hand`. */
export function summaryOf(input: AuditInput): string {
  const { from = '', to = '' } = input;
  const isWindow = [from, to].every((time) => !Number.isNaN(Date.parse(time)));
  const window = isWindow ? windowShort({ from, to }) : windowPart(input).replace(/^(last|latest)-/, '$1 ');
  return `${input.bot ?? 'default bot'}, ${window}, started by hand`;
}

async function queryProgress(client: Client, handle: WorkflowHandle): Promise<AuditProgress | null> {
  try {
    return await client.withDeadline(Date.now() + QUERY_DEADLINE_MS, () =>
      handle.query<AuditProgress>('progress'),
    );
  } catch {
    // No worker, not started yet, or the server restarts: the result decides, not the query.
    return null;
  }
}

/** Asks the run to stop and waits a moment for it: a stack that ends with us must not keep it half cancelled. */
async function interrupt(handle: WorkflowHandle, outcome: Promise<Outcome>): Promise<never> {
  const stopped = await handle.cancel().then(
    async () => {
      const end = await Promise.race([outcome, sleep(CANCEL_PATIENCE_MS, null, { ref: false })]);
      return end === null ? 'It was asked to stop.' : 'It was asked to stop. It has ended.';
    },
    () => 'Temporal could not be asked to stop it.',
  );
  throw new InterruptedError(`Interrupted. The run is ${handle.workflowId}. ${stopped}`);
}

function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new InterruptedError('Interrupted before the run started.');
}

/** Resolves when the signal aborts; never when it does not. */
function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      resolve();
    };
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

function isUnanswered(error: unknown): boolean {
  let current: unknown = error;
  while (current instanceof Error) {
    if ('code' in current && NO_ANSWER.includes(current.code)) return true;
    current = current.cause;
  }
  return false;
}
