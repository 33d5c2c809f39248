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
