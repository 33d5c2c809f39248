import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commandLine, type Ended } from './in-process.ts';

const CLI = new URL('../../cli.ts', import.meta.url).pathname;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-cli-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

function bare(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    AUDIT_STATE_DIRECTORY: folder,
    AUDIT_CACHE_DIRECTORY: folder,
  };
}

/** A command line in this process, with nothing of this machine's stack. */
const audit = (...args: readonly string[]): Promise<Ended> => commandLine(args, bare());

/** cli.ts as a user starts it, in an empty folder. */
async function spawned(...args: readonly string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [CLI, ...args], {
      cwd: folder,
      env: bare(),
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

describe('wrong usage exits 64 with one clear message on stderr', () => {
  test.each<[args: readonly string[], message: string]>([
    [['runn'], "error: unknown command 'runn'\n(Did you mean run?)"],
    [['run', '--bott', 'x'], "error: unknown option '--bott'\n(Did you mean --bot?)"],
    [
      ['run', '--kind', 'yearly'],
      "error: option '--kind <kind>' argument 'yearly' is invalid. Allowed choices are production, daily, weekly, monthly, quarterly, strategy, failures, storage.",
    ],
    [['run', '--last'], "error: option '--last <length>' argument missing"],
    [['run', '--from', '2026-11-20T00:00Z'], '--from and --to belong together; give both.'],
    [
      ['run', '--last', '8h', '--date', '2026-11-20'],
      'The window is given in 2 ways, --last and --date; keep one, for example --last 8h.',
    ],
    [
      ['list', '--limit', '0'],
      "error: option '--limit <count>' argument '0' is invalid. Expected a whole number from 1 to 10000.",
    ],
    [['show'], "error: missing required argument 'report'"],
    [['show', 'a/b/c/d'], '"a/b/c/d" does not name a report. Write latest, demo/latest,'],
    [['show', 'demo/production/2026-11-20'], '"demo/production/2026-11-20" does not name a report.'],
    [['render', '--out', 'x'], "error: required option '--evidence <hash>' not specified"],
    [
      ['render', '--evidence', 'a', '--out', 'x', '--format', 'docx'],
      'Expected some of json,md,html,data,pdf, with commas between.',
    ],
    [
      ['run', '--kind', 'production', '--month', '2026-09'],
      'for a month write --kind monthly --month 2026-09.',
    ],
    [
      ['run', '--since-hours', 'x'],
      "error: option '--since-hours <hours>' argument 'x' is invalid. Expected a whole number from 1 to 9600.",
    ],
    [['run', '--last', '0h'], '--last is "0h", which is no time at all; write --last 8h.'],
    [['run', '--detach', '--out', 'x'], '--out needs the report, and --detach does not wait for it.'],
    [
      ['list', '--kind', 'nightly'],
      "argument 'nightly' is invalid. Allowed choices are production, daily, weekly, monthly, quarterly, strategy, failures, storage.",
    ],
    [['import', 'snapshots', 'f.jsonl'], "error: required option '--bot <name>' not specified"],
    [['mapping', 'check'], "error: required option '--bot <name>' not specified"],
    [['schedules', 'pause'], "error: missing required argument 'id'"],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await audit(...args);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  });
});

describe('what the worker would refuse is refused before a stack starts for it', () => {
  test.each<[args: readonly string[], message: string]>([
    [['--bot', 'nope'], 'The only bot is demo.'],
    [['--bot', 'dmo'], 'Did you mean "demo"? The only bot is demo.'],
    [
      ['--last', '8'],
      '--last is "8", which is not a length; write --last 8h, or minutes "90m" or days "1d".',
    ],
    [['--last', '25h'], 'The window is 25 h long and a production report covers at most 24 h;'],
    [
      ['--from', '2026-11-20T08:00Z', '--to', '2026-11-20T00:00Z'],
      'The window is reversed: --from 2026-11-20T08:00:00.000Z is later than --to 2026-11-20T00:00:00.000Z; swap them.',
    ],
    [
      ['--from', '2026-11-20T00:00', '--to', '2026-11-20T08:00Z'],
      '--from is "2026-11-20T00:00", which has no time zone; for UTC write --from 2026-11-20T00:00Z.',
    ],
    [['--from', '2026-11-20T00:00Z', '--to', '2026-11-20T00:00Z'], '--to must be later than --from.'],
    [['--from', '2199-01-01T00:00Z', '--to', '2199-01-01T08:00Z'], 'is later than the asOf of bot demo, 2'],
    [['--date', '2026-02-30'], '--date is "2026-02-30", which is not a day; write --date 2026-11-20.'],
    [['--month', '2026-13'], '--month is "2026-13", which is not a month; write --month 2026-11.'],
    [['--week', '2026-W54'], '--week is "2026-W54", which is not a week; write --week 2026-W47.'],
  ])('run %j', async (args, message) => {
    const { code, stdout, stderr } = await audit('run', ...args);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    // A start makes the folder of the clone's state first.
    expect(await readdir(folder)).toEqual([]);
  });

  test.each(['run', 'up'])('a configuration with a mistake: %s', async (command) => {
    const inFolder = await mkdtemp(join(tmpdir(), 'audit-cli-config-'));
    const file = join(inFolder, 'audit.config.yaml');
    await writeFile(file, 'bots:\n  mine:\n    mapping: nativ\n    database: ${MY_DSN}\n');
    const { code, stderr } = await audit(command, '--config', file);
    await rm(inFolder, { recursive: true });
    expect(stderr).toContain('the environment variable MY_DSN is not set.');
    expect({ code, files: await readdir(folder) }).toEqual({ code: 3, files: [] });
  });
});

describe('help', () => {
  test.each([
    'run',
    'demo',
    'up',
    'down',
    'list',
    'show',
    'explain',
    'render',
    'schedules',
    'schedules apply',
    'schedules list',
    'schedules pause',
    'schedules trigger',
    'watch',
    'import',
    'import snapshots',
    'import exchange',
    'mapping',
    'mapping check',
    'init',
    'config',
    'doctor',
  ])('%s has examples and exits 0', async (command) => {
    const { code, stdout } = await audit(...command.split(' '), '--help');
    expect(code).toBe(0);
    expect(stdout).toContain(`Examples:\n  $ npm run -s audit -- ${command}`);
  });

  test('of the program names the exit codes', async () => {
    const { code, stdout } = await audit('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('0 PASS (or started, with --detach), 1 FAIL, 2 INCONCLUSIVE, 3 no report');
  });
});

describe('as a process', () => {
  test('wrong usage exits 64', async () => {
    const { code, stdout, stderr } = await spawned('runn');
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain("unknown command 'runn'");
  });

  test.each([
    [
      'output that a full disk does not take is no success',
      '--help > /dev/full',
      3,
      'could not be written: ENOSPC',
    ],
    ['remarks that a full disk does not take change nothing', '--help 2> /dev/full', 0, ''],
    ['a reader that has gone is no failure', '--help | head -1 > /dev/null; exit ${PIPESTATUS[0]}', 0, ''],
    ['nor is an output that was closed', '--help >&-', 0, ''],
  ])('%s', async (_what, line, code, said) => {
    const command = `${process.execPath} --disable-warning=ExperimentalWarning ${CLI} ${line}`;
    const ended = await promisify(execFile)('bash', ['-c', command], { cwd: folder, env: bare() }).then(
      ({ stderr }) => ({ code: 0, stderr }),
      (error: unknown) => error as { code: number; stderr: string },
    );
    expect(ended.stderr).toContain(said);
    expect(ended.stderr).not.toContain('    at ');
    expect(ended.code).toBe(code);
  });

  test('without a configuration it exits 3, never 1, and says how to get one', async () => {
    const { code, stderr } = await spawned('list');
    expect(stderr).toBe(
      'There is no audit.config.yaml here, and nothing of this clone runs. `npm run -s audit -- up` starts the local stack with the demo bot; `npm run -s audit -- init` writes a commented configuration.\n',
    );
    expect(code).toBe(3);
  });

  test('init writes the example once, with the schema reachable from it', async () => {
    expect(await spawned('init')).toMatchObject({ code: 0, stderr: '' });
    const text = await readFile(join(folder, 'audit.config.yaml'), 'utf8');
    const schema = /\$schema=(\S+)/.exec(text)?.[1] ?? '';
    expect(JSON.parse(await readFile(join(folder, schema), 'utf8'))).toHaveProperty('properties.bots');
    const second = await spawned('init');
    expect(second).toMatchObject({
      code: 3,
      stderr:
        'audit.config.yaml was not written: it exists already. Name another file, or move that one away.\n',
    });
    expect(await readFile(join(folder, 'audit.config.yaml'), 'utf8')).toBe(text);
    await rm(join(folder, 'audit.config.yaml'));
    expect((await spawned('init', 'sub/dir/x.yaml')).stderr).toBe(
      `sub/dir/x.yaml was not written: there is no folder ${join(folder, 'sub/dir')}. Make it first, with mkdir -p.\n`,
    );
  });
});

describe('without a report the exit code is 3', () => {
  test('a wrong configuration, told without a stack trace', async () => {
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, 'botts: {}\n');
    const { code, stderr } = await audit('list', '--config', file);
    expect(stderr).toContain('wrong.yaml:1: the file has no key "botts". Did you mean "bots"?');
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(3);
  });

  test('--detach without a Temporal', async () => {
    const { code, stderr } = await audit('run', '--detach');
    expect(stderr).toBe(
      '--detach needs a Temporal that keeps running. Start one with `npm run -s audit -- up`, or set TEMPORAL_ADDRESS.\n',
    );
    expect(code).toBe(3);
  });

  test('--debug adds the stack', async () => {
    const { stderr } = await audit('run', '--detach', '--debug');
    expect(stderr).toContain('CommandError');
    expect(stderr).toContain('    at ');
  });
});

describe('demo', () => {
  test('--list-defects prints each with what it must cause', async () => {
    const { code, stdout } = await audit('demo', '--list-defects');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^stop-missing-at-end +SL-01 CRITICAL +Two stops/m);
  });

  test('--defects refuses a name that no defect has, before anything is started', async () => {
    const { code, stderr } = await audit('demo', '--defects', 'wallet-residual,foo');
    expect({ code, stderr }).toEqual({
      code: 64,
      stderr: expect.stringContaining('No defect is called "foo".'),
    });
  });
});
