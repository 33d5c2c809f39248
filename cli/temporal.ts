import { Client, Connection } from '@temporalio/client';
import type { AuditConfig } from '../audit/configuration.ts';
import { CommandError } from './errors.ts';

/** A connection to the configured Temporal service. @throws CommandError that says what to do when nothing answers */
export async function connectTemporal(
  temporal: AuditConfig['temporal'],
): Promise<{ readonly client: Client; close(): Promise<void> }> {
  try {
    const connection = await Connection.connect({ address: temporal.address, connectTimeout: '10s' });
    return {
      client: new Client({ connection, namespace: temporal.namespace }),
      close: () => connection.close(),
    };
  } catch (error) {
    throw new CommandError(
      `Temporal does not answer at ${temporal.address}. Start it with \`production-audit up\`, or set TEMPORAL_ADDRESS.`,
      { cause: error },
    );
  }
}

/** Page of a run in the Web UI, or null when the UI's address is not known. */
export function runUrl(temporal: AuditConfig['temporal'], workflowId: string, runId: string): string | null {
  if (temporal.uiUrl === null) return null;
  return `${temporal.uiUrl}/namespaces/${temporal.namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}`;
}
