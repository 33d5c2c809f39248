import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sha256 } from '../../audit/hash.ts';

const CLI = new URL('../../cli.ts', import.meta.url).pathname;
const MINUTES = 60_000;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-run-'));
  // As root PostgreSQL runs as another user, which must pass through.
  await chmod(folder, 0o755);
  const { code, stderr } = await audit(['up']);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
}, 5 * MINUTES);
afterAll(async () => {
  await audit(['down']);
  await rm(folder, { recursive: true, force: true });
}, MINUTES);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** cli.ts as a process with a stack of its own; SIGINT is sent when stderr holds the text `interruptAt`. */
function audit(args: readonly string[], interruptAt?: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      AUDIT_STATE_DIRECTORY: folder,
      TEMPORAL_ADDRESS: '',
      AUDIT_DATABASE_URL: '',
      AUDIT_CONFIG: '',
    };
    const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, env });
    let [stdout, stderr] = ['', ''];
    let waitsFor = interruptAt;
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString();
      // Once: a second one ends it at once.
      if (waitsFor === undefined || !stderr.includes(waitsFor)) return;
      waitsFor = undefined;
      child.kill('SIGINT');
    });
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

test(
  'a run of the demo fails, tells so in JSON alone on stdout, exits 1 and copies its files',
  async () => {
    const out = join(folder, 'out');
    const { code, stdout, stderr } = await audit(['run', '--shift', 'latest', '--json', '--out', out]);
    const result = JSON.parse(stdout) as { verdict: string; files: string[]; workflowId: string };
    expect(result.verdict).toBe('FAIL');
    expect(code).toBe(1);
    expect(result.workflowId).toMatch(/^audit\/demo\/production\/latest-shift\//);
    expect(stderr).toMatch(/^ {2}productionAudit demo .*\n {2}collect {6}\d+ queries/);
    expect(await readdir(out)).toEqual(['data', 'report.html', 'report.json', 'report.md', 'report.pdf']);
    expect(result.files).toContain(join(out, 'report.pdf'));
  },
  3 * MINUTES,
);

test(
  'what the run wrote is rendered again byte for byte, the PDF too, and its figures follow',
  async () => {
    const listed = JSON.parse((await audit(['list', '--json'])).stdout) as { evidenceHash: string }[];
    const again = join(folder, 'again');
    const formats = 'json,md,html,data,pdf';
    const hash = listed[0]?.evidenceHash ?? '';
    const rendered = await audit(['render', '--evidence', hash, '--out', again, '--format', formats]);
    expect(rendered.stderr).toContain('the same as in the archive');
    expect(await hashes(again)).toEqual(await hashes(join(folder, 'out')));
    const explained = await audit(['explain', 'demo/latest', 'overall']);
    expect(explained).toMatchObject({ code: 0, stderr: '' });
    expect(explained.stdout).toContain('Evaluated again from the stored evidence: the same value.');
  },
  3 * MINUTES,
);

test(
  'files that cannot be copied at the end do not hide the verdict',
  async () => {
    const out = join(folder, 'taken');
    await mkdir(join(out, 'report.md.part'), { recursive: true });
    const { code, stdout, stderr } = await audit(['run', '--shift', 'latest', '--out', out]);
    expect(stdout).toMatch(/^ {2}FAIL \d\.\d {2}/m);
    expect(stdout).toContain('  name     demo/production/');
    expect(stdout).toContain('  report   http://');
    expect(stderr).toContain('report.md cannot be written: it is a folder, not a file (EISDIR).');
    expect(code).toBe(3);
  },
  3 * MINUTES,
);

test(
  'a wrong window exits 64 with one sentence',
  async () => {
    const { code, stdout, stderr } = await audit([
      'run',
      '--from',
      '2026-11-20T08:00Z',
      '--to',
      '2026-11-20T00:00Z',
    ]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  },
  MINUTES,
);

test(
  'Ctrl-C exits 130 and asks the run to stop',
  async () => {
    const { code, stderr } = await audit(['run', '--shift', 'latest'], 'productionAudit demo');
    expect(code).toBe(130);
    expect(stderr).toContain('It was asked to stop.');
  },
  MINUTES,
);

test(
  '--detach returns at once with exit code 0',
  async () => {
    const { code, stdout } = await audit(['run', '--shift', 'latest', '--detach', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      workflowId: expect.stringMatching(/^audit\/demo\//) as unknown,
    });
  },
  MINUTES,
);

async function hashes(directory: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(
    names.map(async (name) => [name.slice(directory.length), sha256(await readFile(name))] as const),
  );
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}
