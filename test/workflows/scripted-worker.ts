import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type { AuditActivities } from '../../activities/types.ts';
import { scriptedActivities } from './scripted-activities.ts';

/** A worker of the real workflows, whose activities answer at once but for a test's own. */
export function scriptedWorker(
  temporal: TestWorkflowEnvironment,
  workflowBundle: WorkflowBundleOption,
  taskQueue: string,
  own: Partial<AuditActivities>,
): Promise<Worker> {
  return Worker.create({
    connection: temporal.nativeConnection,
    taskQueue,
    workflowBundle,
    activities: scriptedActivities(own),
  });
}
