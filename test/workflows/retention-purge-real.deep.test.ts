import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import pg from 'pg';
import type { WorkflowHandle } from '@temporalio/client';
import { oldestOpenRun } from '../../activities/open-runs.ts';
import { sha256 } from '../../audit/hash.ts';
import { main } from '../../cli/main.ts';
import { waitFor } from '../../local/process.ts';
import { brokenTombstone } from '../../store/retention/purges.ts';
import { findReports } from '../../store/reports.ts';
import type { PurgeProgress, PurgeResult } from '../../workflows/purge-types.ts';
import { decodedMail } from '../secrets/haystack.ts';
import { serverUrl } from '../support/postgres.ts';
import { startStage, type Stage } from './stage.ts';
import { startWorkerProcess } from './worker-process.ts';

/** Enough for a worker to be killed among them. */
const ORPHANS = 1_500;
let stage: Stage;

beforeAll(async () => {
  stage = await startStage('purge', {
    bots: `  trail:
    environment: paper
    sources: { database: none, snapshots: required }
    retention: { database: "\${DEMO_BOT_DATABASE_URL}", tables: [{ table: trail.calls }] }
`,
  });
  await stage.withWorker(() =>
    stage.client.workflow.execute('productionAudit', {
      taskQueue: stage.taskQueue,
      workflowId: 'purge-audit',
      args: [{ last: '8h' }],
    }),
  );
  for (let index = 0; index < ORPHANS; index += 1) await leaveBehind(`left by a run, ${String(index)}`);
}, 180_000);

/** A file of three months ago to which nothing points. */
async function leaveBehind(text: string): Promise<void> {
  const old = new Date(Date.now() - 90 * 86_400_000);
  const folder = join(stage.config.artifactDirectory, sha256(text).slice(0, 2));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, sha256(text)), text);
  await utimes(join(folder, sha256(text)), old, old);
}

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
  const again = await audit('purge', '--approve', plan);
  const nothing = await audit('purge');
  await second.kill('SIGTERM');
  expect(ended).toMatchObject({ code: 0 });
  expect(again.err).toMatch(/which \S+ approved at .* UTC: its purge ended: done/);
  expect(nothing.out).toContain('Nothing is past its period, so nothing waits for an approval');
  expect(ended.out).toContain(`files nothing points at: ${String(ORPHANS)}, `);
  expect(await brokenTombstone(stage.pool)).toBeNull();
  const { rows } = await stage.pool.query(
    `select outcome, removed->'artifacts'->'items' as items, removed->'artifacts'->'skipped' as skipped from audit.purge order by ended_at`,
  );
  expect(rows).toEqual([
    { outcome: 'dryRun', items: null, skipped: null },
    { outcome: 'done', items: ORPHANS, skipped: 0 },
    { outcome: 'done', items: null, skipped: null },
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
  await leaveBehind('one more');
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

test("a bot's own old rows: first only counted, cancelled among them, then removed from the terminal", async () => {
  const url = new URL(stage.environment['DEMO_BOT_DATABASE_URL'] ?? '');
  const reader = pg.escapeIdentifier(url.username);
  const admin = new pg.Client({
    connectionString: Object.assign(new URL(await serverUrl()), { pathname: url.pathname }).href,
  });
  await admin.connect();
  await admin.query(`create schema trail; grant usage on schema trail to ${reader};
    create table trail.calls (id bigint primary key, created_at timestamptz not null);
    create index on trail.calls (created_at);
    insert into trail.calls select i, now() - interval '800 days' - i * interval '1 second' from generate_series(1, 100000) i;
    insert into trail.calls values (0, now()); grant select, delete on trail.calls to ${reader}`);
  const left = async (): Promise<number> =>
    Number((await admin.query<{ n: string }>('select count(*) as n from trail.calls')).rows[0]?.n);
  try {
    await stage.withWorker(async () => {
      const counted = await audit('purge-bot', '--bot', 'trail', '--execute');
      expect(counted.out).toContain('trail.calls: 100,000 rows past their period\n');
      expect(counted.out).toContain('more than three times the usual 5000');
      expect(counted.out).toContain('The first run of a bot only counts.');
      // Each batch takes its time, so that there is one to cancel among.
      await admin.query(`create function trail.slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.2); return null; end';
        create trigger slow after delete on trail.calls execute function trail.slow()`);
      const handle = await stage.client.workflow.start('botPurge', {
        taskQueue: stage.taskQueue,
        workflowId: 'purge-trail',
        args: [{ bot: 'trail', execute: true }],
      });
      await waitFor(async () => (await left()) < 100_001, 60_000);
      await handle.cancel();
      await expect(handle.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) as unknown });
      await admin.query('drop trigger slow on trail.calls');
      const atCancel = await left();
      expect(atCancel).toBeGreaterThan(1);
      const rest = await audit('purge-bot', '--bot', 'trail', '--execute');
      expect(rest.code).toBe(0);
      expect(rest.out).toContain(
        `: ${(atCancel - 1).toLocaleString('en')} of ${(atCancel - 1).toLocaleString('en')} removed`,
      );
    });
    expect(await left()).toBe(1);
    const { rows } = await stage.pool.query(
      `select outcome from audit.bot_purge where bot = 'trail' order by planned_at`,
    );
    expect(rows.map(({ outcome }: { outcome?: unknown }) => outcome)).toEqual([
      'dryRun',
      'cancelled',
      'done',
    ]);
  } finally {
    await admin.end();
  }
}, 180_000);
