import type { NativeConnection, Worker } from '@temporalio/worker';
import type pg from 'pg';

const PATIENCE_MS = 3_000;

/** Each thing that the worker needs, by name: what is wrong with it, or null. */
export async function readiness(
  worker: Worker | null,
  connection: NativeConnection,
  pool: pg.Pool,
): Promise<Readonly<Record<string, string | null>>> {
  const [temporal, store] = await Promise.all([
    problem(connection.workflowService.getSystemInfo({})),
    problem(pool.query('select 1')),
  ]);
  return { worker: workerProblem(worker), temporal, store };
}

/** Polling is what makes a worker a worker; it is running a moment before that. */
export function workerProblem(worker: Worker | null): string | null {
  if (worker === null) return 'starting';
  const { runState, workflowPollerState, activityPollerState } = worker.getStatus();
  if (runState !== 'RUNNING') return `state ${runState}`;
  const polling = workflowPollerState === 'POLLING' && activityPollerState === 'POLLING';
  return polling ? null : 'not polling yet';
}

async function problem(check: Promise<unknown>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer in ${String(PATIENCE_MS / 1000)} s`));
    }, PATIENCE_MS);
  });
  try {
    await Promise.race([check, late]);
    return null;
  } catch (error) {
    // What exactly failed is for the log; this page may be read by others.
    return error instanceof Error && error.message.startsWith('no answer')
      ? error.message
      : 'does not answer';
  } finally {
    clearTimeout(timer);
  }
}
