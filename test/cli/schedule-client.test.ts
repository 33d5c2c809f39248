import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { MockActivityEnvironment, type TestWorkflowEnvironment } from '@temporalio/testing';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { createGuarding } from '../../activities/watchdog.ts';
import type { BotConfig } from '../../audit/configuration.ts';
import { applySchedules, listSchedules, pauseSchedule } from '../../cli/schedule-client.ts';
import { changeLines } from '../../cli/schedules.ts';
import { triggerSchedule } from '../../cli/schedule-trigger.ts';
import { waitFor } from '../../local/process.ts';
import type { ScheduleSpec } from '../../workflows/schedule-spec.ts';
import { scheduleSpecs } from '../../workflows/schedule-specs.ts';
import type { WatchdogFound } from '../../activities/upkeep-types.ts';
import { freshStore } from '../sources/support.ts';
import { temporalEnvironment } from '../support/temporal.ts';
import { scheduledBot as bot } from './scheduled-bot.ts';

let temporal: TestWorkflowEnvironment;
let client: Client;
const taskQueue = 'schedules-test';
const apply = (bots: readonly BotConfig[], dryRun = false) =>
  applySchedules(client, scheduleSpecs({ bots }), { taskQueue, dryRun });

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

test('a dry run says what it would do and does nothing', async () => {
  expect(new Set((await apply([bot('live')], true)).map(({ change }) => change))).toEqual(
    new Set(['created']),
  );
  expect(await listSchedules(client)).toEqual([]);
});

test('apply creates, then has nothing to do, then updates what differs', async () => {
  expect((await apply([bot('live')])).map(({ id, change }) => `${id} ${change}`)).toEqual(
    scheduleSpecs({ bots: [bot('live')] }).map(({ id }) => `${id} created`),
  );
  const again = await apply([bot('live')]);
  expect(new Set(again.map(({ change }) => change))).toEqual(new Set(['unchanged']));
  expect(changeLines(again, false)).toEqual([
    `Nothing to do: ${String(again.length)} schedules are as the configuration says.`,
  ]);

  const changes = await applySchedules(client, nightlyAt45(), { taskQueue, dryRun: false });
  expect(changes.filter(({ change }) => change === 'updated')).toEqual([
    { id: 'audit-nightly', change: 'updated', detail: '00:45 UTC (was 00:30 UTC)' },
  ]);
  const nightly = (await listSchedules(client)).find(({ id }) => id === 'audit-nightly');
  expect(nightly?.next).toMatch(/T00:45:00\.000Z$/);
  expect(nightly?.note).toContain('the three shifts of the day before');
});

test('every form of time that a definition has is read back as it was written', async () => {
  const [row] = scheduleSpecs({ bots: [bot('live')] });
  if (row === undefined) throw new Error('no schedule');
  const forms: readonly ScheduleSpec['when'][] = [
    { everyMinutes: 5 },
    { everyMinutes: 1 },
    { hour: [9], minute: 0, dayOfMonth: null },
    { hour: [1], minute: 15, dayOfMonth: null, dayOfWeek: 'MONDAY' },
    { hour: [1], minute: 30, dayOfMonth: 1, month: ['JANUARY', 'APRIL', 'JULY', 'OCTOBER'] },
    { hour: [2, 3, 7], minute: 0, dayOfMonth: [29, 31], dayOfWeek: 'SATURDAY' },
  ];
  const specs = forms.map((when, index): ScheduleSpec => ({
    ...row,
    id: `audit-form-${String(index)}`,
    when,
    zone: index % 2 === 0 ? 'UTC' : 'Europe/Berlin',
    jitter: index === 3 ? '2 minutes' : '0 seconds',
  }));
  const options = { taskQueue: 'forms', dryRun: false };
  expect((await applySchedules(client, specs, options)).slice(0, 6).map(({ change }) => change)).toEqual(
    forms.map(() => 'created'),
  );
  const again = await applySchedules(client, specs, options);
  expect(again.slice(0, 6).map(({ detail, change }) => `${change} ${detail}`)).toEqual(
    forms.map(() => 'unchanged '),
  );
  // Those of the other task queue are not this one's to remove.
  expect(new Set(again.slice(6).map(({ change }) => change))).toEqual(new Set(['unknown']));
  const gone = await applySchedules(client, [], { ...options, dryRun: true });
  expect(gone.filter(({ change }) => change === 'removed')).toHaveLength(6);
  await applySchedules(client, [], options);
  expect((await listSchedules(client)).map(({ id }) => id).filter((id) => id.includes('form'))).toEqual([]);
});

test('what somebody changed in the Web UI is put back and said, a pause and its words stay', async () => {
  await client.schedule.getHandle('audit-nightly').update(({ spec, action, policies }) => ({
    spec: { calendars: [{ hour: 5, minute: [0, 30] }], timezone: 'Asia/Tokyo', jitter: spec.jitter ?? 0 },
    action: { ...action, args: [{ bot: 'live' }], workflowRunTimeout: '1 hour', memo: { by: 'hand' } },
    policies: { ...policies, overlap: 'SKIP' },
    state: { paused: true, note: 'exchange maintenance' },
  }));
  const detail =
    '00:45 UTC (was times of another form), overlap BUFFER_ALL (was SKIP), input {} (was {"bot":"live"}), ' +
    'its purpose in the note, no memo, no other timeout';
  const dry = await applySchedules(client, nightlyAt45(), { taskQueue, dryRun: true });
  expect(changeLines(dry, true)).toEqual([
    `  would update audit-nightly                ${detail}`,
    `  ${String(dry.length - 1)} others unchanged`,
  ]);
  const [change] = await applySchedules(client, nightlyAt45(), { taskQueue, dryRun: false });
  expect(change).toEqual({ id: 'audit-nightly', change: 'updated', detail });
  const nightly = (await listSchedules(client)).find(({ id }) => id === 'audit-nightly');
  expect(nightly?.paused).toBe(true);
  expect(nightly?.note).toMatch(/^Every night: .*\nNote: exchange maintenance$/);
  expect((await applySchedules(client, nightlyAt45(), { taskQueue, dryRun: false }))[0]?.change).toBe(
    'unchanged',
  );
  await pauseSchedule(client, 'audit-nightly', { paused: false, words: '' });
  const resumed = (await listSchedules(client)).find(({ id }) => id === 'audit-nightly');
  expect([resumed?.paused, resumed?.note.includes('Note')]).toEqual([false, false]);
});

test("an operator's pause and its note survive an apply", async () => {
  await pauseSchedule(client, 'audit-monthly', { paused: true, words: 'exchange maintenance' });
  const specs = scheduleSpecs({ bots: [bot('live')] }).map((spec): ScheduleSpec => ({
    ...spec,
    executionTimeout: '5 hours',
    note: `${spec.note} And more.`,
  }));
  const changes = await applySchedules(client, specs, { taskQueue, dryRun: false });
  expect(changes.find(({ id }) => id === 'audit-monthly')?.detail).toBe(
    'timeout 5 hours (was 7 days), its purpose in the note',
  );
  const monthly = (await listSchedules(client)).find(({ id }) => id === 'audit-monthly');
  expect(monthly).toMatchObject({
    paused: true,
    note: expect.stringMatching(/^On the first.* And more\.\nNote: exchange maintenance$/),
  });
  await pauseSchedule(client, 'audit-monthly', { paused: false, words: 'over' });
  expect((await listSchedules(client)).find(({ id }) => id === 'audit-monthly')?.paused).toBe(false);
});

test('a schedule of a bot that is gone is removed; one that a person made stays', async () => {
  await client.schedule.create({
    scheduleId: 'audit-by-hand',
    spec: { intervals: [{ every: '1 day' }] },
    action: { type: 'startWorkflow', workflowType: 'productionAudit', taskQueue, args: [{}] },
  });
  await waitFor(async () => (await listSchedules(client)).some(({ id }) => id === 'audit-by-hand'), 30_000);
  // An earlier release made this one: its signature in place of the memo, which an update keeps.
  await client.schedule.create({
    scheduleId: 'audit-daily-earlier',
    spec: { calendars: [{ hour: 9, comment: '09:00 UTC [0123456789ab]' }] },
    action: { type: 'startWorkflow', workflowType: 'periodAudit', taskQueue, args: [{}] },
  });
  await apply([bot('live'), bot('earlier')]);
  const changes = await apply([bot('other')]);
  expect(changes.filter(({ change }) => change === 'removed' || change === 'unknown')).toEqual([
    { id: 'audit-by-hand', change: 'unknown', detail: expect.stringContaining('it stays') },
    { id: 'audit-daily-earlier', change: 'removed', detail: 'the configuration has no use for it' },
    { id: 'audit-daily-live', change: 'removed', detail: 'the configuration has no use for it' },
    { id: 'audit-monitor-earlier', change: 'removed', detail: 'the configuration has no use for it' },
    { id: 'audit-monitor-live', change: 'removed', detail: 'the configuration has no use for it' },
  ]);
  expect((await listSchedules(client)).map(({ id }) => id)).toEqual(
    ['audit-by-hand', ...scheduleSpecs({ bots: [bot('other')] }).map(({ id }) => id)].sort(),
  );
  await client.schedule.getHandle('audit-by-hand').delete();
});

test('the watchdog tells what apply would create and remove, and nothing of what is as it was made', async () => {
  const store = await freshStore();
  const guarding = ({ bots }: { readonly bots: readonly BotConfig[] }) =>
    createGuarding({
      config: { bots, temporal: { taskQueue } },
      pool: store.pool,
      scrub: (text: string) => text,
    } as unknown as ActivityDependencies);
  const told = async (bots: readonly BotConfig[]): Promise<readonly string[]> => {
    const environment = new MockActivityEnvironment({}, { client });
    const at = new Date().toISOString();
    const { checkReports } = guarding({ bots });
    const { untold } = await environment.run<[{ at: string }], WatchdogFound, typeof checkReports>(
      checkReports,
      { at },
    );
    return untold.map(({ id }) => id);
  };
  const bots = [bot('stays'), bot('goes')];
  await apply(bots);
  await waitFor(
    async () => (await listSchedules(client)).some(({ id }) => id === 'audit-daily-goes'),
    30_000,
  );
  expect(await told(bots)).toEqual([]);
  await client.schedule.getHandle('audit-nightly').delete();
  await pauseSchedule(client, 'audit-daily-goes', { paused: true, words: 'moving house' });
  await waitFor(async () => (await told([bot('stays')])).length === 2, 30_000);
  expect(await told([bot('stays')])).toEqual([
    'schedule/audit-monitor-goes/unused',
    'schedule/audit-nightly/absent',
  ]);
  await apply([bot('stays')]);
  expect(await told([bot('stays')])).toEqual([]);
  await store.drop();
});

test('where every bot is pinned they are made paused, and run when one no longer is', async () => {
  const pinned = await apply([bot('other', { asOf: '2026-11-20T08:00:00Z' })]);
  expect(pinned.find(({ id }) => id === 'audit-nightly')?.detail).toContain('paused (was not paused)');
  // An operator has said of the monthly one that it goes on.
  expect((await listSchedules(client)).filter(({ paused }) => !paused).map(({ id }) => id)).toEqual([
    'audit-monthly',
  ]);
  const changes = await apply([bot('other')]);
  expect(changes.find(({ id }) => id === 'audit-nightly')).toEqual({
    id: 'audit-nightly',
    change: 'updated',
    detail: 'not paused (was paused), its purpose in the note',
  });
  expect((await listSchedules(client)).some(({ paused }) => paused)).toBe(false);
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
  const first = await triggerSchedule(client, 'audit-monitor-other');
  const second = await triggerSchedule(client, 'audit-monitor-other');
  expect([first.outcome, second.outcome]).toEqual(['started', 'started']);
  for await (const { workflowId } of client.workflow.list({ query: 'WorkflowType = "monitorWindow"' }))
    await client.workflow
      .getHandle(workflowId)
      .terminate('end of the test')
      .catch(() => undefined);
});

/** The definition with the night a quarter of an hour later. */
function nightlyAt45(): readonly ScheduleSpec[] {
  return scheduleSpecs({ bots: [bot('live')] }).map((spec) =>
    spec.id === 'audit-nightly' ? { ...spec, when: { hour: [0], minute: 45, dayOfMonth: null } } : spec,
  );
}

const NIGHTS_RUNNING = 'WorkflowType = "nightlyAudit" and ExecutionStatus = "Running"';
