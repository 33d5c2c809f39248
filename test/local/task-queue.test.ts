import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadConfig } from '../../config.ts';
import { ownIdentity } from '../../local/process.ts';
import { DEFAULT_PORTS } from '../../local/ports.ts';
import { DEMO_CONFIG, stateDirectory } from '../../local/paths.ts';
import { ownTaskQueue, prepareStateDirectory, writeState } from '../../local/state.ts';
import { workerEnvironment } from '../../local/worker-environment.ts';
import type { CliContext } from '../../cli/context.ts';
import { findSetup } from '../../cli/session.ts';
import { scratchDirectory } from '../support/scratch.ts';

const BOT = 'bots:\n  demo: { environment: paper, sources: { database: none } }\n';

function given(configPath: string): Readonly<Record<string, string>> {
  return workerEnvironment({
    configPath,
    storeUrl: 'postgres://audit@127.0.0.1:1/audit',
    artifactDirectory: '/artifacts',
    ports: DEFAULT_PORTS,
    temporal: { address: '127.0.0.1:7', uiUrl: null, taskQueue: 'audits-own', variables: {} },
    smtpUrl: 'smtp://127.0.0.1:1',
    chromium: { executablePath: 'chromium', environment: {} },
    demo:
      configPath === DEMO_CONFIG
        ? { readerUrl: 'postgres://r@127.0.0.1:1/bot', asOf: '2026-11-20T08:00:00Z' }
        : null,
  });
}

function userFile(more: string): string {
  const path = join(scratchDirectory('queue'), 'audit.config.yaml');
  writeFileSync(path, BOT + more);
  return path;
}

test.each([
  ['the demo', () => DEMO_CONFIG],
  ['a user', () => userFile('')],
  ['a user who names a queue', () => userFile('temporal: { taskQueue: audits }\n')],
])(
  "a stack's worker polls the queue that its stack announces, with the configuration of %s",
  async (_whose, path) => {
    const { temporal } = await loadConfig(path(), given(path()));
    expect(temporal.taskQueue).toBe('audits-own');
  },
);

test('without a stack the queue is that of the file', async () => {
  const environment = { AUDIT_DATABASE_URL: 'postgres://audit@127.0.0.1:1/audit' };
  const { temporal } = await loadConfig(userFile('temporal: { taskQueue: mine }\n'), environment);
  expect(temporal.taskQueue).toBe('mine');
});

test("a state folder's own queue stays, and is no other folder's", () => {
  const [one, two] = [scratchDirectory('queue'), scratchDirectory('queue')];
  expect(ownTaskQueue(one)).toMatch(/^audits-[0-9a-f]{12}$/);
  expect(ownTaskQueue(one)).toBe(ownTaskQueue(one));
  expect(ownTaskQueue(one)).not.toBe(ownTaskQueue(two));
});

test('a command on the server of the running stack uses its queue, one on another server does not', async () => {
  const path = userFile('');
  const environment = { AUDIT_STATE_DIRECTORY: scratchDirectory('state'), AUDIT_CONFIG: path };
  const folder = stateDirectory(environment);
  prepareStateDirectory(folder);
  writeState(folder, {
    schemaVersion: 1,
    clone: '/clone',
    startedAt: '2026-11-20T00:00:00.000Z',
    owner: null,
    processes: { worker: ownIdentity() },
    ports: DEFAULT_PORTS,
    connection: {
      temporalAddress: '127.0.0.1:7',
      temporalUiUrl: null,
      taskQueue: 'audits-own',
      auditDatabaseUrl: 'postgres://audit@127.0.0.1:1/audit',
      smtpUrl: 'smtp://127.0.0.1:1',
      mailUiUrl: null,
      reportUrl: 'http://127.0.0.1:1',
      metricsUrl: 'http://127.0.0.1:1/metrics',
      configPath: path,
      artifactDirectory: '/artifacts',
      environment: given(path),
    },
  });
  const queueOn = async (address: string): Promise<string> => {
    const context = { environment: { ...environment, TEMPORAL_ADDRESS: address } } as unknown as CliContext;
    const setup = await findSetup(context, {});
    const own = { AUDIT_DATABASE_URL: 'postgres://audit@127.0.0.1:1/audit', ...setup.environment };
    return (await loadConfig(setup.path ?? undefined, own)).temporal.taskQueue;
  };
  expect(await queueOn('127.0.0.1:7')).toBe('audits-own');
  expect(await queueOn('')).toBe('audits-own');
  expect(await queueOn('127.0.0.1:8')).toBe('audits');
});
