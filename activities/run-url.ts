import { activityInfo } from '@temporalio/activity';
import type { AuditConfig } from '../audit/configuration.ts';
import { runPage, type RunReference } from '../audit/run-page.ts';

/** The run that this activity belongs to; null for one that no workflow started. */
export function ownRun(): RunReference | null {
  const { workflowExecution: run } = activityInfo();
  return run === undefined ? null : { workflowId: run.workflowId, runId: run.runId };
}

/** Page of the run that this activity belongs to; null when nobody knows where that is. */
export function ownRunUrl({ temporal }: AuditConfig): string | null {
  const run = ownRun();
  return run === null ? null : runPage(temporal, run);
}
