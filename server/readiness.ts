import type { NativeConnection, Worker } from '@temporalio/worker';
import type pg from 'pg';
import type { ArtifactPlace } from '../store/artifact-place.ts';
import type { TakenRole } from '../audit/task-queues.ts';
import { withDeadline } from '../store/file-turns.ts';

const PATIENCE_MS = 3_000;

/** Each thing that the worker needs, by name: what is wrong with it, or null. */
export async function readiness(
  workers: readonly RoleWorker[],
  connection: NativeConnection,
  pool: pg.Pool,
  artifacts: Pick<ArtifactPlace, 'probe'>,
): Promise<Readonly<Record<string, string | null>>> {
  const [temporal, store, folder] = await Promise.all([
    problem(connection.workflowService.getSystemInfo({})),
    problem(pool.query('select 1')),
    problem(artifacts.probe()),
  ]);
  return { worker: workersProblem(workers), temporal, store, artifacts: folder };
}

/** What is wrong with the first of them that is not at work, or null. Polling is what makes a worker a worker. */
export function workersProblem(workers: readonly RoleWorker[]): string | null {
  if (workers.length === 0) return 'starting';
  for (const { role, worker } of workers) {
    const { runState, workflowPollerState, activityPollerState } = worker.getStatus();
    if (runState !== 'RUNNING') return `state ${runState}`;
    const runsWorkflows = role !== 'main' || workflowPollerState === 'POLLING';
    if (!runsWorkflows || activityPollerState !== 'POLLING') return 'not polling yet';
  }
  return null;
}

/** A poller of one task queue, of all that a process has. */
export interface RoleWorker extends TakenRole {
  readonly worker: Worker;
}

async function problem(check: Promise<unknown>): Promise<string | null> {
  try {
    await withDeadline(check, PATIENCE_MS, () => new Late(`no answer in ${String(PATIENCE_MS / 1000)} s`));
    return null;
  } catch (error) {
    // What exactly failed is for the log; this page may be read by others.
    return error instanceof Late ? error.message : 'does not answer';
  }
}

class Late extends Error {}
