import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startStack } from '../../local/stack.ts';
import { createAuthority } from '../support/certificates.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { temporalEnvironment } from '../support/temporal.ts';
import { startTlsProxy } from '../support/tls-proxy.ts';

test('on a Temporal server that others use, behind TLS, a stack polls the queue that it announces and no other', async () => {
  const server = await temporalEnvironment();
  const authority = createAuthority('Authority of the test');
  const client = authority.issue(['worker.test']);
  const guarded = await startTlsProxy({
    upstream: server.address,
    server: authority.issue(['127.0.0.1']),
    clientAuthority: authority.certificate,
    apiKey: 'key-of-the-test',
  });
  const stateDirectory = scratchDirectory('stack');
  const configPath = join(stateDirectory, 'audit.config.yaml');
  writeFileSync(
    configPath,
    'bots:\n  demo: { environment: paper, sources: { database: none } }\ntemporal: { taskQueue: shared-by-all }\n',
  );
  const stack = await startStack({
    environment: {
      ...process.env,
      TEMPORAL_ADDRESS: guarded.address,
      TEMPORAL_API_KEY: 'key-of-the-test',
      TEMPORAL_TLS_SERVER_CA_CERT_DATA: authority.certificate,
      TEMPORAL_TLS_CLIENT_CERT_DATA: client.certificate,
      TEMPORAL_TLS_CLIENT_KEY_DATA: client.key,
    },
    owner: 'this-process',
    configPath,
    now: new Date('2026-11-20T09:00:00Z'),
    stateDirectory,
  });
  /** Of workflow tasks, which is what the server takes a queue without a type for. */
  const pollers = async (name: string): Promise<number> => {
    const found = await server.connection.workflowService.describeTaskQueue({
      namespace: 'default',
      taskQueue: { name },
    });
    return found.pollers.length;
  };
  try {
    expect(stack.connection.taskQueue).toMatch(/^audits-/);
    expect(await pollers(stack.connection.taskQueue)).toBeGreaterThan(0);
    expect(await pollers('shared-by-all')).toBe(0);
    expect([...guarded.seen]).toEqual(['Bearer key-of-the-test']);
  } finally {
    await stack.stop();
    await guarded.stop();
    await server.teardown();
  }
}, 120_000);
