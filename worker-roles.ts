import { Worker, type WorkerOptions } from '@temporalio/worker';
import type { AuditConfig } from './audit/configuration.ts';
import { isMonitored } from './audit/monitored.ts';
import { taskQueueOf } from './audit/task-queues.ts';
import type { RoleWorker } from './server/readiness.ts';

/** Running activities get this long to finish after SIGTERM; what does not is tried again by another worker. */
const GRACE = '30s';
const FORCE = '45s';

/** One poller a role, each with its own limit; workflows run only where the role `main` is. */
export async function createRoleWorkers(
  { taskQueue, namespace, roles }: AuditConfig['temporal'],
  bundle: () => Promise<NonNullable<WorkerOptions['workflowBundle']>>,
  options: Pick<WorkerOptions, 'connection' | 'activities'>,
): Promise<readonly RoleWorker[]> {
  return Promise.all(
    roles.map(async (taken) => ({
      ...taken,
      worker: await Worker.create({
        ...options,
        namespace,
        taskQueue: taskQueueOf(taskQueue, taken.role),
        ...(taken.role === 'main' && { workflowBundle: await bundle(), maxCachedWorkflows: 50 }),
        maxConcurrentActivityTaskExecutions: taken.slots,
        // Cancellations travel back on heartbeats; the default would hold them for most of the heartbeat timeout.
        maxHeartbeatThrottleInterval: '3s',
        shutdownGraceTime: GRACE,
        shutdownForceTime: FORCE,
      }),
    })),
  );
}

/** Says that snapshots will be late for want of places, when bots have the same minute; null: there are enough. */
export function slotsProblem({ bots, temporal }: Pick<AuditConfig, 'bots' | 'temporal'>): string | null {
  const slots = temporal.roles.find(({ role }) => role === 'main')?.slots;
  const monitored = bots.filter(isMonitored).length;
  if (slots === undefined || monitored < slots) return null;
  const remedy = temporal.separateQueues
    ? 'Give main more in AUDIT_ROLES.'
    : 'Set temporal.separateQueues: true, which gives each bot a place of its own.';
  return `${String(monitored)} bots have a snapshot at the same second and this worker does ${String(slots)} things at once: without another worker the rest are late. ${remedy}`;
}

/** Runs all until a signal; when one fails the others end too, and its error is thrown. */
export async function runRoles(workers: readonly RoleWorker[]): Promise<void> {
  const running = workers.map(({ worker }) => worker.run());
  try {
    await Promise.all(running);
  } catch (error) {
    for (const { worker } of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.allSettled(running);
    throw error;
  }
}
