import { Client } from '@temporalio/client';
import type { AuditConfig } from '../audit/configuration.ts';
import { connectTemporal } from '../server/temporal-connection.ts';

/** A client of the configured Temporal service. @throws TemporalUnusable */
export async function temporalClient(
  temporal: AuditConfig['temporal'],
): Promise<{ readonly client: Client; close(): Promise<void> }> {
  const connection = await connectTemporal(temporal);
  return {
    client: new Client({ connection, namespace: temporal.namespace }),
    close: () => connection.close(),
  };
}

/** Page of a run in the Web UI, or null when the UI's address is not known. */
export function runUrl(temporal: AuditConfig['temporal'], workflowId: string, runId: string): string | null {
  if (temporal.uiUrl === null) return null;
  return `${temporal.uiUrl}/namespaces/${temporal.namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}`;
}
