import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { WorkflowHandle } from '@temporalio/client';
import { oldestOpenRun } from '../../activities/open-runs.ts';
import { sha256 } from '../../audit/hash.ts';
import { main } from '../../cli/main.ts';
import { waitFor } from '../../local/process.ts';
import { brokenTombstone } from '../../store/retention/purges.ts';
import { findReports } from '../../store/reports.ts';
import type { PurgeProgress, PurgeResult } from '../../workflows/purge-types.ts';
import { decodedMail } from '../secrets/haystack.ts';
import { startStage, type Stage } from './stage.ts';
import { startWorkerProcess } from './worker-process.ts';

/** Enough for a worker to be killed among them. */
const ORPHANS = 1_500;
let stage: Stage;

beforeAll(async () => {
  stage = await startStage('purge');
  await stage.withWorker(() =>
    stage.client.workflow.execute('productionAudit', {
      taskQueue: stage.taskQueue,
      workflowId: 'purge-audit',
      args: [{ last: '8h' }],
    }),
  );
  const old = new Date(Date.now() - 90 * 86_400_000);
  for (let index = 0; index < ORPHANS; index += 1) {
    const text = `left by a run, ${String(index)}`;
    const folder = join(stage.config.artifactDirectory, sha256(text).slice(0, 2));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, sha256(text)), text);
    await utimes(join(folder, sha256(text)), old, old);
  }
}, 180_000);

afterAll(async () => {
  await stage.stop();
});

async function audit(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let [code, out, err] = [0, '', ''];
  await main([...args, '--config', stage.configFile], {
    environment: stage.environment,
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    signal: new AbortController().signal,
    secrets: new Set(),
    setExitCode: (value) => {
      code = value;
    },
  });
  return { code, out, err };
}

const start = (workflowId: string, ...args: unknown[]): Promise<WorkflowHandle> =>
  stage.client.workflow.start('retentionPurge', { taskQueue: stage.taskQueue, workflowId, args });

test('the first purge of a store is a dry run that mails its plan; nothing is removed', async () => {
  const before = stage.smtp.messages.length;
  const result = (await stage.withWorker(async (): Promise<unknown> =>
    (await start('purge-first')).result(),
  )) as PurgeResult;
  expect(result).toMatchObject({ outcome: 'dryRun', approvedBy: null, mails: '1 mail sent' });
  expect(result.planned[4]).toMatch(
    new RegExp(`^files nothing points at: ${String(ORPHANS)}, .* freed; of `),
  );
  // What would stand against it is said, and is no failure of a dry run.
  expect(result.planned.at(-1)).toMatch(/^PurgeTooLarge: .*start the purge by hand with/);
  const [mail] = stage.smtp.messages.slice(before);
  const text = decodedMail(mail?.raw ?? '');
  expect(text).toContain('[PURGE dry run]');
  expect(text).toContain('Nothing was removed: this was a dry run');
});

test('approved in the terminal, its worker killed among the files: it goes on, and removes exactly the plan', async () => {
  const first = await startWorkerProcess(stage);
  const made = await audit('purge', '--max-share', '100');
  expect(made.code).toBe(0);
  const [, plan = ''] = /purge --approve ([0-9a-f]{12})/.exec(made.out) ?? [];
  expect((await audit('purge', '--approve', 'ffffffff')).err).toContain(`Those that wait: ${plan}`);
  const approved = audit('purge', '--approve', plan);
  const removedSoFar = async (): Promise<number> => {
    const { rows } = await stage.pool.query<{ n: number }>(
      `select count(*) as n from audit.purge_item where state = 'removed'`,
    );
    return rows[0]?.n ?? 0;
  };
  await waitFor(async () => (await removedSoFar()) > 10, 60_000);
  await first.kill('SIGKILL');
  const atKill = await removedSoFar();
  expect(atKill).toBeLessThan(ORPHANS);
  const second = await startWorkerProcess(stage);
  const ended = await approved;
  await second.kill('SIGTERM');
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.out).toContain(`files nothing points at: ${String(ORPHANS)}, `);
  expect(await brokenTombstone(stage.pool)).toBeNull();
  const { rows } = await stage.pool.query(
    `select outcome, removed->'artifacts'->'items' as items, removed->'artifacts'->'skipped' as skipped from audit.purge order by ended_at`,
  );
  expect(rows).toEqual([
    { outcome: 'dryRun', items: null, skipped: null },
    { outcome: 'done', items: ORPHANS, skipped: 0 },
  ]);
  // The report is as whole as it was.
  const [report] = await findReports(stage.pool, { bot: 'demo' });
  for (const { hash } of Object.values(report?.files ?? {})) await stage.dependencies.artifacts.get(hash);
  await stage.dependencies.artifacts.get(report?.evidenceHash ?? '');
}, 180_000);

test('a run that was terminated is closed by the next purge; open runs bound what may go', async () => {
  const environment = new MockActivityEnvironment({}, { client: stage.client });
  const open = (): Promise<string | null> =>
    environment.run<[string], string | null, typeof oldestOpenRun>(oldestOpenRun, stage.taskQueue);
  const handle = await start('purge-terminated');
  await stage.withWorker(async () => {
    await waitFor(async () => (await handle.query<PurgeProgress>('progress')).stage === 'waiting', 60_000);
    // A purge that waits holds no file.
    expect(await open()).toBeNull();
    await handle.terminate();
    await (await start('purge-after', { dryRun: true })).result();
  });
  const { rows } = await stage.pool.query(
    `select outcome from audit.purge where workflow_id = 'purge-terminated'`,
  );
  expect(rows).toEqual([{ outcome: 'abandoned' }]);
  const audited = await stage.client.workflow.start('productionAudit', {
    taskQueue: stage.taskQueue,
    workflowId: 'purge-open',
    args: [],
  });
  const { startTime } = await audited.describe();
  await waitFor(async () => (await open()) === startTime.toISOString(), 30_000);
  expect(await open()).toBe(startTime.toISOString());
  await audited.terminate();
}, 120_000);
