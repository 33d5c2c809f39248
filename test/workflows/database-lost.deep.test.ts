import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { waitFor } from '../../local/process.ts';
import { findReports } from '../../store/reports.ts';
import type { AuditResult } from '../../workflows/types.ts';
import { hang, ownCluster, type OwnCluster } from './own-cluster.ts';
import { startStage, type Stage } from './stage.ts';

let bot: OwnCluster;
let store: OwnCluster;
let stage: Stage;

beforeAll(async () => {
  [bot, store] = await Promise.all([ownCluster('lost-bot'), ownCluster('lost-store')]);
  stage = await startStage('lost', { botUrl: bot.url, storeUrl: store.url });
}, 120_000);

afterAll(async () => {
  await stage.stop();
  await Promise.all([bot.stop(), store.stop()]);
}, 60_000);

const start = (name: string, deliver: boolean, last = '8h'): Promise<WorkflowHandle> =>
  stage.client.workflow.start('productionAudit', {
    taskQueue: stage.taskQueue,
    workflowId: `lost-${name}-${String(process.pid)}`,
    args: [{ last, deliver }],
  });

const reports = () => findReports(stage.pool, { bot: 'demo', limit: 10 });

test('a database that is killed in the middle of collect and comes back costs nothing: the same evidence, one report, one mail', async () => {
  await stage.withWorker(async () => {
    const hung = await hang(bot.url, 'bot', 'access exclusive');
    const handle = await start('comes-back', true);
    expect(await hung.waitUntilHung()).toBe(true);
    await bot.kill();
    await bot.startAgain();
    const result = (await handle.result()) as AuditResult;
    expect(result).toMatchObject({ verdict: 'FAIL', degraded: [], mails: { sent: 1, failed: 0 } });
    const undisturbed = (await (await start('undisturbed', false)).result()) as AuditResult;
    expect(result.evidenceHash).toBe(undisturbed.evidenceHash);
    expect(await reports()).toHaveLength(1);
    expect(stage.smtp.messages).toHaveLength(1);
  });
}, 120_000);

test('a store that is killed while the report is written is waited for: the same report, no second mail', async () => {
  await stage.withWorker(async () => {
    // The report can still be read, for its history, and not be written.
    const hung = await hang(store.url, 'audit', 'exclusive');
    const handle = await start('store', true);
    expect(await hung.waitUntilHung()).toBe(true);
    await store.kill();
    const waits = await waitFor(async () => {
      const { raw } = await handle.describe();
      return (raw.pendingActivities ?? []).some(
        ({ lastFailure }) => lastFailure?.applicationFailureInfo?.type === 'StoreUnavailable',
      );
    }, 60_000);
    await store.startAgain();
    expect(waits).toBe(true);
    const result = (await handle.result()) as AuditResult;
    expect(result).toMatchObject({ verdict: 'FAIL', degraded: [], revision: 1 });
    expect(await reports()).toHaveLength(1);
    expect(stage.smtp.messages).toHaveLength(1);
  });
}, 120_000);

test('a database that never comes back ends in a report that says so, and is never passed', async () => {
  await stage.withWorker(async () => {
    const hung = await hang(bot.url, 'bot', 'access exclusive');
    // A window of which no report has read the database: else that one stays the newest.
    const handle = await start('never', true, '4h');
    expect(await hung.waitUntilHung()).toBe(true);
    await bot.kill();
    const result = (await handle.result()) as AuditResult;
    expect(result.verdict).not.toBe('PASS');
    expect(result.degraded).toEqual([
      expect.stringMatching(/^database: The database of bot demo .*ECONNREFUSED/),
    ]);
    expect(result.mails).toMatchObject({ sent: 1, failed: 0 });
    const [newest] = await reports();
    expect(newest).toMatchObject({ verdict: result.verdict, reportHash: result.reportHash });
    expect(stage.smtp.messages).toHaveLength(2);
  });
  await bot.startAgain();
}, 180_000);
