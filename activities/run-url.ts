import type { AuditConfig } from '../audit/configuration.ts';

/** Where a workflow is shown in the Web UI; null when nobody knows where that is. */
export function runUrlOf({ uiUrl, namespace }: AuditConfig['temporal'], workflowId: string): string | null {
  if (uiUrl === null) return null;
  return `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
}
