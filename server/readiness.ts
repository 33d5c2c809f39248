import type { NativeConnection, Worker } from '@temporalio/worker';
import type pg from 'pg';
import type { ArtifactPlace } from '../store/artifact-place.ts';
import { withDeadline } from '../store/file-turns.ts';

const PATIENCE_MS = 3_000;

/** Each thing that the worker needs, by name: what is wrong with it, or null. */
export async function readiness(
  worker: Worker | null,
  connection: NativeConnection,
  pool: pg.Pool,
  artifacts: Pick<ArtifactPlace, 'probe'>,
): Promise<Readonly<Record<string, string | null>>> {
  const [temporal, store, folder] = await Promise.all([
    problem(connection.workflowService.getSystemInfo({})),
    problem(pool.query('select 1')),
    problem(artifacts.probe()),
  ]);
  return { worker: workerProblem(worker), temporal, store, artifacts: folder };
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
  try {
    await withDeadline(check, PATIENCE_MS, () => new Late(`no answer in ${String(PATIENCE_MS / 1000)} s`));
    return null;
  } catch (error) {
    // What exactly failed is for the log; this page may be read by others.
    return error instanceof Late ? error.message : 'does not answer';
  }
}

class Late extends Error {}
