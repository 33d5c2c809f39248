import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commandLine, type Ended } from './in-process.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-json-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A command line with nothing of this machine's stack. */
const audit = (args: readonly string[], more = {}): Promise<Ended> =>
  commandLine(args, { AUDIT_STATE_DIRECTORY: folder, ...more });

describe('with --json, stdout holds one document and nothing else, errors included', () => {
  test.each<[args: readonly string[], exitCode: number, message: string]>([
    [['runn', '--json'], 64, "unknown command 'runn'"],
    [['run', '--json', '--bott', 'x'], 64, "unknown option '--bott'\n(Did you mean --bot?)"],
    [['run', '--json', '--bot', 'dmo'], 64, 'Did you mean "demo"? The only bot is demo.'],
    [['run', '--json', '--last', '25h'], 64, 'The window is 25 h long'],
    [['show', '--json'], 64, "unknown option '--json'"],
    [['ack', 'nope', '--json'], 64, "unknown option '--json'"],
    [['list', '--json', '--limit', '0'], 64, 'Expected a whole number from 1 to 10000.'],
    [['list', '--json'], 3, 'There is no audit.config.yaml here, and nothing of this clone runs.'],
    [['verify', '--json', '--config', '/nowhere.yaml'], 3, '/nowhere.yaml: there is no such file.'],
  ])('%j', async (args, exitCode, message) => {
    const { code, stdout, stderr } = await audit(args);
    expect(JSON.parse(stdout)).toEqual({ error: { exitCode, message: expect.stringContaining(message) } });
    expect(stderr).toContain(message);
    expect(code).toBe(exitCode);
  });

  test('help is no error', async () => {
    const { code, stdout } = await audit(['list', '--json', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
  });
});

test.each([
  [30, 80],
  [72, 72],
  [200, 100],
])('help is as wide as COLUMNS says, within reason: %d', async (columns, most) => {
  const { stdout } = await audit(['list', '--help'], { COLUMNS: String(columns) });
  const options = stdout.slice(stdout.indexOf('Options:'), stdout.indexOf('Examples:')).split('\n');
  const widest = Math.max(...options.map(({ length }) => length));
  expect(widest).toBeLessThanOrEqual(most);
  expect(widest).toBeGreaterThan(most - 30);
});
