import { activityInfo } from '@temporalio/activity';
import type { AuditConfig } from '../audit/configuration.ts';

/** Where a workflow is shown in the Web UI; null when nobody knows where that is. */
export function runUrlOf({ uiUrl, namespace }: AuditConfig['temporal'], workflowId: string): string | null {
  if (uiUrl === null) return null;
  return `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
}

/** Page of the run that this activity belongs to; null when nobody knows where that is. */
export function ownRunUrl({ temporal }: AuditConfig): string | null {
  const { workflowExecution: run } = activityInfo();
  const page = run === undefined ? null : runUrlOf(temporal, run.workflowId);
  return page === null || run === undefined ? null : `${page}/${encodeURIComponent(run.runId)}`;
}
