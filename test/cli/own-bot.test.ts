import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { againLines, examplePeriod } from '../../cli/run.ts';
import { changeWord } from '../../cli/schedules.ts';
import { sha256 } from '../../audit/hash.ts';
import { loadConfig } from '../../config.ts';
import { expectedEnvironment } from '../../local/worker-environment.ts';
import { DEFAULT_PORTS } from '../../local/ports.ts';
import { ownIdentity } from '../../local/process.ts';
import { DEMO_CONFIG, stateDirectory } from '../../local/paths.ts';
import { writeState } from '../../local/state.ts';

const CLI = new URL('../../cli.ts', import.meta.url).pathname;
let folder = '';
let state = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-own-bot-'));
});
beforeEach(async () => {
  await rm(folder, { recursive: true });
  state = stateDirectory(bare());
  await mkdir(state, { recursive: true });
  expect(await audit('init')).toMatchObject({ code: 0, stderr: '' });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

function bare(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    AUDIT_STATE_DIRECTORY: join(folder, 'state'),
    AUDIT_CACHE_DIRECTORY: join(folder, 'cache'),
    MY_BOT_DB_PASSWORD: 'a-password',
  };
}

async function audit(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  try {
    const options = { cwd: folder, env: bare(), timeout: 60_000 };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [CLI, ...args], options);
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** A stack of the demo that runs as far as its state says: its only process is this one. */
function pretendDemo(configHash?: string): void {
  const environment = {
    AUDIT_DATABASE_URL: 'postgres://audit@127.0.0.1:1/audit',
    DEMO_BOT_DATABASE_URL: 'postgres://demo_reader@127.0.0.1:1/demo_bot',
    DEMO_AS_OF: '2026-11-20T08:00:00.000Z',
    DEMO_TASK_QUEUE: 'audits',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    SMTP_URL: 'smtp://127.0.0.1:1',
  };
  writeState(state, {
    schemaVersion: 1,
    clone: 'test',
    startedAt: '2026-11-20T08:00:00.000Z',
    owner: ownIdentity(),
    processes: {},
    ports: DEFAULT_PORTS,
    connection: {
      temporalAddress: '127.0.0.1:1',
      temporalUiUrl: null,
      taskQueue: 'audits',
      auditDatabaseUrl: environment.AUDIT_DATABASE_URL,
      smtpUrl: environment.SMTP_URL,
      mailUiUrl: null,
      reportUrl: 'http://127.0.0.1:1',
      metricsUrl: 'http://127.0.0.1:1/metrics',
      configPath: DEMO_CONFIG,
      ...(configHash !== undefined && { configHash }),
      artifactDirectory: join(state, 'artifacts'),
      environment,
    },
  });
}

describe('the port that a stack chose', () => {
  test('wins over the file, for the worker and for the links', async () => {
    const path = join(folder, 'ports.yaml');
    await writeFile(
      path,
      'bots:\n  s:\n    environment: live\n    sources: { database: none, snapshots: required }\n' +
        'server: { host: 10.0.0.9, port: 1234 }\nmetrics: { port: 1235 }\n',
    );
    const stack = expectedEnvironment({ environment: bare(), configPath: path, now: new Date() });
    expect(await loadConfig(stack.path, stack.environment)).toMatchObject({
      server: { host: '127.0.0.1', port: DEFAULT_PORTS.report },
      metrics: { port: DEFAULT_PORTS.metrics },
      reportBaseUrl: `http://127.0.0.1:${String(DEFAULT_PORTS.report)}`,
    });
    const alone = await loadConfig(path, { AUDIT_DATABASE_URL: 'postgres://a@h/d', AUDIT_REPORT_PORT: '9' });
    expect(alone).toMatchObject({ server: { host: '10.0.0.9', port: 1234 }, metrics: { port: 1235 } });
  });
});

describe('a store that only the local stack has', () => {
  test('list and show say how to look again', async () => {
    expect((await audit('list')).stderr).toContain('`npm run -s audit -- up` starts a local stack');
    await mkdir(join(state, 'postgres'));
    for (const args of [['list'], ['show', 'latest']]) {
      const { code, stderr } = await audit(...args);
      expect(stderr).toContain(
        'it is stopped: `npm run -s audit -- up`, then `npm run -s audit -- show latest`.',
      );
      expect(code).toBe(3);
    }
  });

  test('config prints the rest in the shape that the loader takes', async () => {
    const { code, stdout, stderr } = await audit('config');
    expect(stderr).toContain('use the store of the local stack');
    expect(code).toBe(0);
    const path = join(folder, 'printed.yaml');
    const shown = parse(stdout) as { bots: { 'my-bot': { database: string } } };
    expect(shown.bots['my-bot'].database).toBe('<redacted>');
    shown.bots['my-bot'].database = 'postgres://reader@127.0.0.1:5432/my_bot';
    await writeFile(path, stringify(shown));
    const again = await loadConfig(path, { AUDIT_DATABASE_URL: 'postgres://a@h/d' });
    expect(again.bots[0]?.facts).toMatchObject({ name: 'my-bot', limits: { dailyLoss: '500' } });
  });

  test('the end of a run with a stack of its own says so too', () => {
    expect(againLines({ config: 'x.yaml' }).join('\n')).toContain(
      'production-audit up --config x.yaml, then production-audit show latest --config x.yaml',
    );
  });
});

test.each([
  ['changed', 'of another text', true],
  ['did not change', sha256(readFileSync(DEMO_CONFIG)), false],
])('a configuration that %s since the stack started', async (_what, hash, isSaid) => {
  pretendDemo(hash);
  const { stderr } = await audit('config');
  expect(stderr.includes(`${DEMO_CONFIG} has changed since this clone's stack started`)).toBe(isSaid);
  expect(stderr.includes('then `npm run -s audit -- up`')).toBe(isSaid);
});

test('a file without a store beside a running stack is told which file that runs with, not that it is stopped', async () => {
  await mkdir(join(state, 'postgres'), { recursive: true });
  pretendDemo();
  const { code, stderr } = await audit('list', '--config', 'audit.config.yaml');
  expect(code).toBe(3);
  expect(stderr).toContain(`This clone's stack runs with ${DEMO_CONFIG}. End it`);
  expect(stderr).not.toContain('stopped');
});

describe('a file of the folder that is not the one in use', () => {
  test.each([['config'], ['run', '--bot', 'my-bot', '--last', '8h']])('%s %s', async (...args) => {
    pretendDemo();
    const { stderr } = await audit(...args);
    expect(stderr).toContain(`Using ${DEMO_CONFIG}. ${join(folder, 'audit.config.yaml')} is not in use`);
    expect(stderr).toContain('end the stack first (Ctrl-C in its terminal, or `npm run -s audit -- down`)');
    if (args[0] === 'run') expect(stderr).toMatch(/no bot "my-bot" in .*demo\.config\.yaml.* is not in use/);
  });

  test('is not mentioned when the file is named', async () => {
    expect((await audit('config', '--config', 'audit.config.yaml')).stderr).not.toContain('not in use');
  });
});

test.each([
  [['run', '--last', '8h', '--out', '/proc/x/y']],
  [['run', '--last', '8h', '--out', 'audit.config.yaml/x']],
])('an --out that cannot be used is refused before anything starts: %j', async (args) => {
  const { code, stderr } = await audit(...args);
  expect(stderr).toMatch(/^The folder .* cannot be used: .*\. Name another with --out\.\n$/);
  expect(code).toBe(3);
  expect(await readdir(state)).toEqual([]);
});

test('the remedy for a password in the file can be read', async () => {
  const path = join(folder, 'plain.yaml');
  await writeFile(
    path,
    'bots:\n  a:\n    mapping: native\n    environment: live\n    database: postgres://u:plain-pw@h/d\n',
  );
  const { stderr } = await audit('config', '--config', path);
  expect(stderr).toContain('for example postgres://reader:${BOT_DB_PASSWORD}@host:5432/bot.');
  expect(stderr).not.toContain('plain-pw');
  expect((await audit('config', '--config', folder)).stderr).toContain(
    'this is a folder. Name the file in it',
  );
});

test('words', () => {
  const now = new Date('2026-11-21T12:00:00Z');
  const months = ['2026-10', '2026-11', '2026-13', '2025-02', undefined];
  expect(months.map((month) => examplePeriod('month', month, now))).toEqual([
    '2026-10',
    '2026-10',
    '2026-10',
    '2025-02',
    '2026-10',
  ]);
  expect(examplePeriod('week', undefined, now)).toBe('2026-W46');
  expect([changeWord('created', true), changeWord('created', false)]).toEqual(['would create', 'created']);
});
