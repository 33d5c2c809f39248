import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection, ScheduleOverlapPolicy } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { AuditActivities } from '../../activities/types.ts';
import { freePort } from '../../local/ports.ts';
import { stopProcess, waitFor } from '../../local/process.ts';
import { startTemporalServer, type RunningTemporal } from '../../local/temporal-server.ts';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import type { AuditResult } from '../../workflows/types.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { scriptedActivities } from './scripted-activities.ts';

let start: () => Promise<RunningTemporal>;
let server: RunningTemporal;
let connection: Connection;
let native: NativeConnection;
let client: Client;

beforeAll(async () => {
  const folder = scratchDirectory('temporal-lost');
  const port = await freePort(process.env);
  start = () =>
    startTemporalServer({
      environment: process.env,
      logFile: join(folder, 'temporal.log'),
      port,
      uiPort: null,
      databaseFile: join(folder, 'temporal.sqlite'),
    });
  server = await start();
  connection = await Connection.connect({ address: server.address });
  native = await NativeConnection.connect({ address: server.address });
  client = new Client({ connection });
}, 60_000);

afterAll(async () => {
  await connection.close();
  await native.close();
  await server.stop();
}, 60_000);

const kill = () => stopProcess(server.process, { signal: 'SIGKILL', graceMs: 10_000 });

async function scripted(taskQueue: string, own: Partial<AuditActivities>): Promise<Worker> {
  return Worker.create({
    connection: native,
    taskQueue,
    workflowBundle: await sharedWorkflows(),
    activities: scriptedActivities(own),
  });
}

test('a Temporal server that is killed while an audit collects and comes back: the same worker ends the run, one report, one mail', async () => {
  const done: string[] = [];
  const collecting = Promise.withResolvers<undefined>();
  const back = Promise.withResolvers<undefined>();
  const plain = scriptedActivities();
  const worker = await scripted('killed', {
    collectEvidence: async (request) => {
      collecting.resolve(undefined);
      await back.promise;
      return plain.collectEvidence(request);
    },
    archiveReport: (request) => {
      done.push('archived');
      return plain.archiveReport(request);
    },
    deliverMail: (request) => {
      done.push('mailed');
      return plain.deliverMail(request);
    },
  });
  const result = await worker.runUntil(async () => {
    const handle = await client.workflow.start('productionAudit', {
      taskQueue: 'killed',
      workflowId: 'killed',
      args: [{ deliver: true }],
    });
    await collecting.promise;
    await kill();
    // It ends while nobody can be told.
    back.resolve(undefined);
    server = await start();
    return (await handle.result()) as AuditResult;
  });
  expect(result).toMatchObject({ verdict: 'PASS', degraded: [], mails: { sent: 1, failed: 0 } });
  expect(done).toEqual(['archived', 'mailed']);
}, 120_000);

test('nights that fell due while the server was away are each made once, late, in order', async () => {
  const nights: number[] = [];
  const worker = await scripted('nights', {
    planNightly: ({ now }) => {
      nights.push(Date.parse(now) / 1_000);
      return Promise.resolve([]);
    },
  });
  await worker.runUntil(async () => {
    const handle = await client.schedule.create({
      scheduleId: 'nights',
      // As every night has them, a second long.
      spec: { intervals: [{ every: '1s' }] },
      policies: { overlap: ScheduleOverlapPolicy.BUFFER_ALL, catchupWindow: '12 hours' },
      action: { type: 'startWorkflow', workflowType: 'nightlyAudit', taskQueue: 'nights', args: [] },
    });
    expect(await waitFor(() => nights.length >= 2, 30_000)).toBe(true);
    await kill();
    const seen = nights.length;
    const downSince = Date.now() / 1_000;
    await waitFor(() => Date.now() / 1_000 > downSince + 3, 10_000);
    server = await start();
    expect(await waitFor(() => (nights.at(-1) ?? 0) > downSince + 3, 60_000)).toBe(true);
    await handle.delete();
    expect(nights.length).toBeGreaterThan(seen + 3);
  });
  const first = nights[0] ?? 0;
  const each = [...new Set(nights)];
  expect(each.map((night) => Math.round(night - first))).toEqual(each.map((_, index) => index));
  // But for the one whose end the killed server was not told.
  expect(nights.length - each.length).toBeLessThanOrEqual(1);
}, 180_000);
