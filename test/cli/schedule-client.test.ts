import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { MockActivityEnvironment, type TestWorkflowEnvironment } from '@temporalio/testing';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { createGuarding } from '../../activities/watchdog.ts';
import type { BotConfig } from '../../audit/configuration.ts';
import {
  applySchedules,
  listSchedules,
  pauseSchedule,
  type ListedSchedule,
} from '../../cli/schedule-client.ts';
import { changeLines } from '../../cli/schedules.ts';
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

const idsOf = (bots: readonly BotConfig[]): readonly string[] =>
  scheduleSpecs({ bots })
    .map(({ id }) => id)
    .sort();

/** The server's list follows what was done to its schedules after a while. */
async function listedAfterAWhile(
  wanted: readonly string[],
  which: (listed: ListedSchedule) => boolean = () => true,
): Promise<void> {
  const ids = async (): Promise<readonly string[]> =>
    (await listSchedules(client)).filter(which).map(({ id }) => id);
  await waitFor(async () => isDeepStrictEqual(await ids(), wanted), 30_000);
  expect(await ids()).toEqual(wanted);
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
  await listedAfterAWhile(idsOf([bot('live')]));
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
  const ofForms = ({ id }: ListedSchedule): boolean => id.startsWith('audit-form-');
  await listedAfterAWhile(
    specs.map(({ id }) => id),
    ofForms,
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
  await listedAfterAWhile([], ofForms);
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
  // An earlier release made this one: its signature in place of the memo, which an update keeps.
  await client.schedule.create({
    scheduleId: 'audit-daily-earlier',
    spec: { calendars: [{ hour: 9, comment: '09:00 UTC [0123456789ab]' }] },
    action: { type: 'startWorkflow', workflowType: 'periodAudit', taskQueue, args: [{}] },
  });
  await apply([bot('live'), bot('earlier')]);
  await listedAfterAWhile(['audit-by-hand', ...idsOf([bot('live'), bot('earlier')])].sort());
  const changes = await apply([bot('other')]);
  expect(changes.filter(({ change }) => change === 'removed' || change === 'unknown')).toEqual([
    { id: 'audit-by-hand', change: 'unknown', detail: expect.stringContaining('it stays') },
    { id: 'audit-daily-earlier', change: 'removed', detail: 'the configuration has no use for it' },
    { id: 'audit-daily-live', change: 'removed', detail: 'the configuration has no use for it' },
    { id: 'audit-monitor-earlier', change: 'removed', detail: 'the configuration has no use for it' },
    { id: 'audit-monitor-live', change: 'removed', detail: 'the configuration has no use for it' },
  ]);
  await listedAfterAWhile(['audit-by-hand', ...idsOf([bot('other')])].sort());
  await client.schedule.getHandle('audit-by-hand').delete();
  await listedAfterAWhile(idsOf([bot('other')]));
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
  await listedAfterAWhile(idsOf(bots));
  expect(await told(bots)).toEqual([]);
  await client.schedule.getHandle('audit-nightly').delete();
  await pauseSchedule(client, 'audit-daily-goes', { paused: true, words: 'moving house' });
  await waitFor(async () => (await told([bot('stays')])).length === 2, 30_000);
  expect(await told([bot('stays')])).toEqual([
    'schedule/audit-monitor-goes/unused',
    'schedule/audit-nightly/absent',
  ]);
  await apply([bot('stays')]);
  await listedAfterAWhile(idsOf([bot('stays')]));
  expect(await told([bot('stays')])).toEqual([]);
  await store.drop();
});

test('where every bot is pinned they are made paused, and run when one no longer is', async () => {
  const pinned = await apply([bot('other', { asOf: '2026-11-20T08:00:00Z' })]);
  expect(pinned.find(({ id }) => id === 'audit-nightly')?.detail).toContain('paused (was not paused)');
  // An operator has said of the monthly one that it goes on.
  await listedAfterAWhile(['audit-monthly'], ({ paused }) => !paused);
  const changes = await apply([bot('other')]);
  expect(changes.find(({ id }) => id === 'audit-nightly')).toEqual({
    id: 'audit-nightly',
    change: 'updated',
    detail: 'not paused (was paused), its purpose in the note',
  });
  await listedAfterAWhile([], ({ paused }) => paused);
});

/** The definition with the night a quarter of an hour later. */
function nightlyAt45(): readonly ScheduleSpec[] {
  return scheduleSpecs({ bots: [bot('live')] }).map((spec) =>
    spec.id === 'audit-nightly' ? { ...spec, when: { hour: [0], minute: 45, dayOfMonth: null } } : spec,
  );
}
