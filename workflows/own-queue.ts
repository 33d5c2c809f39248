import type { ResolvedRun } from '../activities/types.ts';
import type { ActivityRole } from '../audit/task-queues.ts';

/** Where a run's activities of a role go: nothing means the run's own task queue. */
export function ownQueue(queues: ResolvedRun['queues'], role: ActivityRole): { readonly taskQueue?: string } {
  return queues === undefined ? {} : { taskQueue: queues[role] };
}
