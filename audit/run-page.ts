import type { AuditConfig } from './configuration.ts';

/** A run of a workflow, as Temporal names it. */
export interface RunReference {
  readonly workflowId: string;
  readonly runId: string;
}

/** Where the Web UI shows a workflow, or one run of it; null when nobody knows where the UI is. */
export function runPage(
  { uiUrl, namespace }: Pick<AuditConfig['temporal'], 'uiUrl' | 'namespace'>,
  { workflowId, runId }: Pick<RunReference, 'workflowId'> & Partial<RunReference>,
): string | null {
  if (uiUrl === null) return null;
  const workflow = `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
  return runId === undefined ? workflow : `${workflow}/${encodeURIComponent(runId)}`;
}
