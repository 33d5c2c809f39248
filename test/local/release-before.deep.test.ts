import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { CLONE, stateDirectory } from '../../local/paths.ts';
import { waitFor } from '../../local/process.ts';
import { readState } from '../../local/state.ts';
import { marked } from '../support/marked.ts';
import { scratchDirectory } from '../support/scratch.ts';

/** Minutes, and the project's git history: by hand. AUDIT_TRIAL_OLD names the release before; else the last of an older store. */
const trial = process.env['AUDIT_TRIALS'] === '1' ? describe : describe.skip;

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', CLONE, ...args], { encoding: 'utf8' }).trim();
}

function releaseBefore(): string {
  const named = process.env['AUDIT_TRIAL_OLD'];
  if (named !== undefined) return named;
  const migrated = git('log', '-1', '--diff-filter=A', '--format=%H', '--', 'store/migrations');
  return `${migrated}^`;
}

/** The program as it was, with the packages of today. */
function cloneOf(commit: string): string {
  const folder = join(scratchDirectory('release-before'), 'clone');
  mkdirSync(folder);
  const archive = execFileSync('git', ['-C', CLONE, 'archive', commit], { maxBuffer: 512 * 1024 * 1024 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  symlinkSync(join(CLONE, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

interface Listed {
  readonly reportHash: string;
}

/** Of stacks that nobody owns, when the trial fails among them. */
const ends: (() => Promise<unknown>)[] = [];

trial('trial: a stack of the release before', () => {
  afterEach(async () => {
    for (const end of ends) await end();
  }, 120_000);

  test('goes on with the program of today and its data, and back with its backup', async () => {
    const old = cloneOf(releaseBefore());
    const environment = {
      ...process.env,
      AUDIT_STATE_DIRECTORY: scratchDirectory('release-state'),
      AUDIT_PORTS: 'free',
      NODE_OPTIONS: '',
    };
    const start = (clone: string, ...args: readonly string[]) => {
      const child = spawn(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', join(clone, 'cli.ts'), ...args],
        {
          cwd: old,
          env: environment,
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      let [out, said] = ['', ''];
      child.stdout.on('data', (data: Buffer) => (out += data.toString('utf8')));
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (data: Buffer) => (said += data.toString('utf8')));
      const ended = new Promise<{ code: number | null; out: string; said: string }>((resolve) => {
        child.once('close', (code) => {
          resolve({ code, out, said });
        });
      });
      return { child, ended };
    };
    const cli = (clone: string, ...args: readonly string[]) => start(clone, ...args).ended;
    const expectDone = async (clone: string, ...args: readonly string[]): Promise<void> => {
      const { code, said } = await cli(clone, ...args);
      expect([args, code, code === 0 ? '' : said]).toEqual([args, 0, '']);
    };
    const reports = async (clone: string): Promise<readonly Listed[]> => {
      const { out } = await cli(clone, 'list', '--json');
      return JSON.parse(out) as readonly Listed[];
    };

    for (const clone of [old, CLONE]) ends.push(() => cli(clone, 'down'));
    const [state, ofToday] = [old, CLONE].map((clone) => stateDirectory(environment, clone)) as [
      string,
      string,
    ];
    await expectDone(old, 'up');
    expect((await cli(old, 'run', '--shift', 'latest')).code).toBe(1);
    const before = await reports(old);
    expect(before).toHaveLength(1);

    // A second audit, in whose middle everything of the old program ends.
    const { child } = start(old, 'run', '--last', '4h');
    const { connection, processes } = readState(state) ?? {};
    const openRun = await withTemporal(connection?.temporalAddress, async (client) => {
      let id = '';
      await waitFor(async () => {
        for await (const run of client.workflow.list({
          query: 'ExecutionStatus = "Running" and WorkflowType = "productionAudit"',
        })) {
          const { events } = await client.workflow.getHandle(run.workflowId).fetchHistory();
          if ((events ?? []).some(({ activityTaskCompletedEventAttributes: done }) => done != null))
            id = run.workflowId;
        }
        return id !== '';
      }, 120_000);
      return id;
    });
    process.kill(processes?.['worker']?.pid ?? 0, 'SIGKILL');
    child.kill('SIGKILL');
    await expectDone(old, 'down');
    const backup = `${state}.backup`;
    execFileSync('cp', ['-a', '--', state, backup]);

    renameSync(state, ofToday);
    await expectDone(CLONE, 'up');
    await withTemporal(readState(ofToday)?.connection?.temporalAddress, async (client) => {
      expect(await client.workflow.getHandle(openRun).result()).toMatchObject({
        verdict: expect.any(String),
      });
    });
    const after = await reports(CLONE);
    expect(after).toHaveLength(2);
    expect(after).toEqual(
      expect.arrayContaining(before.map(({ reportHash }) => expect.objectContaining({ reportHash }))),
    );
    await expectDone(CLONE, 'verify');
    expect((await cli(CLONE, 'run', '--shift', 'latest')).code).toBe(1);
    await expectDone(CLONE, 'down');

    renameSync(ofToday, state);
    const refused = await cli(old, 'up');
    expect(refused.code).toBe(3);
    expect(refused.said).toContain('made by a newer program');
    expect(marked(state)).toEqual([]);

    rmSync(state, { recursive: true });
    renameSync(backup, state);
    await expectDone(old, 'up');
    expect((await reports(old)).map(({ reportHash }) => reportHash)).toEqual(
      expect.arrayContaining(before.map(({ reportHash }) => reportHash)),
    );
    await expectDone(old, 'down');
    expect(marked(state)).toEqual([]);
  }, 1_200_000);
});

async function withTemporal<T>(address: string | undefined, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: address ?? '' });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}
