import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { BotConfig } from '../../audit/configuration.ts';
import { applySchedules, listSchedules, pauseSchedule } from '../../cli/schedule-client.ts';
import { triggerSchedule } from '../../cli/schedule-trigger.ts';
import { waitFor } from '../../local/process.ts';
import { whenText } from '../../workflows/schedule-spec.ts';
import { scheduleSpecs } from '../../workflows/schedule-specs.ts';
import { temporalEnvironment } from '../support/temporal.ts';

let temporal: TestWorkflowEnvironment;
let client: Client;
const taskQueue = 'schedules-test';
const apply = (bots: readonly BotConfig[], dryRun = false) =>
  applySchedules(client, scheduleSpecs({ bots }), { taskQueue, dryRun });

function bot(name: string, change: Partial<BotConfig> = {}): BotConfig {
  const sources = {
    database: 'required',
    snapshots: 'required',
    logs: 'none',
    exchange: 'none',
    configuration: 'none',
    code: 'none',
  } as const;
  return {
    facts: {
      name,
      mapping: 'native',
      environment: 'paper',
      exchanges: [],
      timeZone: 'UTC',
      quoteCurrency: 'USDT',
      auditor: '',
      version: null,
      sources,
      notApplicable: {},
      limits: {
        maxPositions: null,
        dailyLoss: null,
        perTradeLoss: null,
        exposure: null,
        leverage: null,
        maxAgeH: null,
      },
      heartbeatIntervalS: 60,
      strategiesWithoutStop: [],
      overrides: [],
    },
    databaseUrl: 'postgresql://reader@db.example.test/bot',
    allowWritableRole: false,
    asOf: null,
    settleDelayS: 120,
    ...change,
  };
}

async function removeAll(): Promise<void> {
  for (const { id } of await listSchedules(client)) await client.schedule.getHandle(id).delete();
}

beforeAll(async () => {
  temporal = await temporalEnvironment();
  ({ client } = temporal);
  await removeAll();
});

afterAll(async () => {
  await removeAll();
  await temporal.teardown();
});

test('the specs are the nightly, the monthly, and a monitor for each bot that has something to monitor', () => {
  const specs = scheduleSpecs({
    bots: [
      bot('live'),
      bot('pinned', { asOf: '2026-11-20T08:00:00Z' }),
      bot('files', { snapshots: 'import' }),
      bot('dump', { databaseUrl: null }),
    ],
  });
  expect(specs.map((spec) => [spec.id, whenText(spec)])).toEqual([
    ['audit-nightly', '00:30 UTC'],
    ['audit-monthly', '01:00 on day 1 UTC'],
    ['audit-purge', '02:00 on Sunday of days 1-7 UTC'],
    ['audit-monitor-live', '00:00, 08:00, 16:00 UTC'],
  ]);
  expect(scheduleSpecs({ bots: [bot('pinned', { asOf: '2026-11-20T08:00:00Z' })] })).toEqual([]);
});

test('a dry run says what it would do and does nothing', async () => {
  expect((await apply([bot('live')], true)).map(({ change }) => change)).toEqual([
    'created',
    'created',
    'created',
    'created',
  ]);
  expect(await listSchedules(client)).toEqual([]);
});

test('apply creates, then leaves alone, then updates what differs', async () => {
  expect((await apply([bot('live')])).map(({ id, change }) => `${id} ${change}`)).toEqual([
    'audit-nightly created',
    'audit-monthly created',
    'audit-purge created',
    'audit-monitor-live created',
  ]);
  expect(new Set((await apply([bot('live')])).map(({ change }) => change))).toEqual(new Set(['unchanged']));

  const changed = scheduleSpecs({ bots: [bot('live')] }).map((spec) =>
    spec.id === 'audit-nightly' ? { ...spec, when: { ...spec.when, minute: 45 } } : spec,
  );
  const changes = await applySchedules(client, changed, { taskQueue, dryRun: false });
  expect(changes.filter(({ change }) => change === 'updated')).toEqual([
    { id: 'audit-nightly', change: 'updated', detail: '00:45 UTC' },
  ]);
  const nightly = (await listSchedules(client)).find(({ id }) => id === 'audit-nightly');
  expect(nightly?.next).toMatch(/T00:45:00\.000Z$/);
  expect(nightly?.note).toContain('the three shifts of the day before');
});

test("an operator's pause and its note survive an apply", async () => {
  await pauseSchedule(client, 'audit-monthly', { paused: true, note: 'exchange maintenance' });
  const specs = scheduleSpecs({ bots: [bot('live')] }).map((spec) => ({
    ...spec,
    executionTimeout: '5 hours',
  }));
  await applySchedules(client, specs, { taskQueue, dryRun: false });
  const monthly = (await listSchedules(client)).find(({ id }) => id === 'audit-monthly');
  expect(monthly).toMatchObject({ paused: true, note: 'exchange maintenance' });
  await pauseSchedule(client, 'audit-monthly', { paused: false, note: 'over' });
  expect((await listSchedules(client)).find(({ id }) => id === 'audit-monthly')?.paused).toBe(false);
});

test('a schedule of a bot that is gone is named and left alone', async () => {
  const changes = await apply([bot('other')]);
  expect(changes.find(({ id }) => id === 'audit-monitor-live')?.change).toBe('unknown');
  expect((await listSchedules(client)).map(({ id }) => id)).toContain('audit-monitor-live');
});

test('a triggered run carries its nominal time, from which its window comes', async () => {
  const run = await triggerSchedule(client, 'audit-nightly');
  expect(run).toMatchObject({
    outcome: 'started',
    run: { workflowId: expect.stringMatching(/^audit-nightly-/) },
  });
  const workflows = client.workflow.list({ query: 'WorkflowType = "nightlyAudit"' });
  let nominal: unknown;
  await waitFor(async () => {
    for await (const { typedSearchAttributes, workflowId } of workflows) {
      if (!workflowId.startsWith('audit-nightly-')) continue;
      nominal = typedSearchAttributes
        .getAll()
        .find(({ key }) => key.name === 'TemporalScheduledStartTime')?.value;
    }
    return nominal !== undefined;
  }, 30_000);
  expect(nominal).toBeInstanceOf(Date);
});

test('what is triggered while a run is under way waits for it, and none of it is dropped', async () => {
  const waits: unknown[] = [];
  for (let n = 0; n < 3; n += 1) waits.push(await triggerSchedule(client, 'audit-nightly'));
  const after = { workflowId: expect.stringMatching(/^audit-nightly-/) };
  expect(waits).toMatchObject([1, 2, 3].map((waiting) => ({ outcome: 'waits', waiting, after })));
  const handle = client.schedule.getHandle('audit-nightly');
  const taken = async (): Promise<number> => (await handle.describe()).info.numActionsTaken;
  const before = await taken();
  const endRunning = async (): Promise<void> => {
    for await (const { workflowId } of client.workflow.list({ query: NIGHTS_RUNNING }))
      await client.workflow
        .getHandle(workflowId)
        .terminate('end of the test')
        .catch(() => undefined);
  };
  await waitFor(async () => {
    await endRunning();
    return (await taken()) === before + 3;
  }, 60_000);
  const { info } = await handle.describe();
  expect([info.numActionsTaken, info.numActionsSkippedOverlap]).toEqual([before + 3, 0]);
  await waitFor(async () => {
    await endRunning();
    return (await handle.describe()).info.runningActions.length === 0;
  }, 30_000);
}, 120_000);

test('a schedule whose runs may overlap starts beside the one that is under way', async () => {
  const first = await triggerSchedule(client, 'audit-monitor-live');
  const second = await triggerSchedule(client, 'audit-monitor-live');
  expect([first.outcome, second.outcome]).toEqual(['started', 'started']);
  for await (const { workflowId } of client.workflow.list({ query: 'WorkflowType = "monitorWindow"' }))
    await client.workflow
      .getHandle(workflowId)
      .terminate('end of the test')
      .catch(() => undefined);
});

const NIGHTS_RUNNING = 'WorkflowType = "nightlyAudit" and ExecutionStatus = "Running"';
