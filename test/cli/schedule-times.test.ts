import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Client, ScheduleDescription } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { backfillSchedule, matchingTimes } from '../../cli/schedule-backfill.ts';
import { scheduleOptions } from '../../cli/schedule-options.ts';
import { triggerSchedule } from '../../cli/schedule-trigger.ts';
import { waitFor } from '../../local/process.ts';
import type { ScheduleSpec } from '../../workflows/schedule-spec.ts';
import { temporalEnvironment } from '../support/temporal.ts';

let temporal: TestWorkflowEnvironment;
let client: Client;

/** Names that `schedules apply` does not touch, so that other files can use the server meanwhile. */
const ids: string[] = [];

async function create(name: string, change: Partial<ScheduleSpec>): Promise<string> {
  const id = `times-${name}`;
  const spec: ScheduleSpec = {
    id,
    workflowType: 'nightlyAudit',
    input: {},
    when: { hour: [9], minute: 0, dayOfMonth: null },
    zone: 'UTC',
    jitter: '0 seconds',
    note: 'test',
    summary: 'test',
    catchupWindow: '12 hours',
    overlap: 'BUFFER_ALL',
    executionTimeout: '1 days',
    pausedBecause: null,
    ...change,
  };
  await client.schedule.create({ ...scheduleOptions(spec, 'times-test'), state: { paused: true } });
  ids.push(id);
  return id;
}

const days = async (id: string, from: string, to: string): Promise<readonly string[]> =>
  (await matchingTimes(client, id, Date.parse(from), Date.parse(to))).map((time) => time.slice(5, 16));

/** Ends what the schedule has under way, by the schedule's own word: the list of runs follows after a while. */
async function endRunning(id: string): Promise<ScheduleDescription> {
  const told = await client.schedule.getHandle(id).describe();
  for (const { workflow } of told.info.runningActions)
    await client.workflow
      .getHandle(workflow.workflowId)
      .terminate('end of the test')
      .catch(() => undefined);
  return told;
}

let nights: string;

beforeAll(async () => {
  temporal = await temporalEnvironment();
  ({ client } = temporal);
});

afterAll(async () => {
  for (const id of ids) await client.schedule.getHandle(id).delete();
  await temporal.teardown();
});

test("nine o'clock in Berlin is one run a day through both changes of the clock", async () => {
  const id = await create('berlin', { zone: 'Europe/Berlin' });
  expect(await days(id, '2026-10-24T00:00:00Z', '2026-10-27T00:00:00Z')).toEqual([
    '10-24T07:00',
    '10-25T08:00',
    '10-26T08:00',
  ]);
  expect(await days(id, '2027-03-27T00:00:00Z', '2027-03-30T00:00:00Z')).toEqual([
    '03-27T08:00',
    '03-28T07:00',
    '03-29T07:00',
  ]);
});

test('shifts, nights and firsts are UTC and know no change of the clock', async () => {
  const shift = await create('shift', { when: { hour: [0, 8, 16], minute: 0, dayOfMonth: null } });
  expect(await days(shift, '2027-03-27T20:00:00Z', '2027-03-28T20:00:00Z')).toEqual([
    '03-28T00:00',
    '03-28T08:00',
    '03-28T16:00',
  ]);
  const quarter = await create('quarter', {
    when: { hour: [1], minute: 30, dayOfMonth: 1, month: ['JANUARY', 'APRIL', 'JULY', 'OCTOBER'] },
  });
  expect(await days(quarter, '2026-12-01T00:00:00Z', '2027-11-01T00:00:00Z')).toEqual([
    '01-01T01:30',
    '04-01T01:30',
    '07-01T01:30',
    '10-01T01:30',
  ]);
  const sunday = await create('sunday', {
    when: { hour: [2], minute: 0, dayOfMonth: [1, 7], dayOfWeek: 'SUNDAY' },
  });
  expect(await days(sunday, '2026-10-01T00:00:00Z', '2027-01-31T00:00:00Z')).toEqual([
    '10-04T02:00',
    '11-01T02:00',
    '12-06T02:00',
    '01-03T02:00',
  ]);
});

test('an hour that the clock skips has no run, which is why no row has such an hour', async () => {
  const id = await create('night', {
    zone: 'Europe/Berlin',
    when: { hour: [2], minute: 30, dayOfMonth: null },
  });
  expect(await days(id, '2027-03-27T12:00:00Z', '2027-03-29T12:00:00Z')).toEqual(['03-29T00:30']);
  expect(await days(id, '2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z')).toEqual(['10-25T01:30']);
});

test('a week is backfilled: each run has its nominal time, in order, also of a paused schedule', async () => {
  const id = await create('backfill', { when: { hour: [0], minute: 0, dayOfMonth: null } });
  const request = {
    from: '2026-11-16',
    to: '2026-11-22',
    now: new Date('2026-11-25T12:00:00Z'),
    dryRun: false,
  };
  const week = {
    runs: 7,
    atOnce: false,
    first: '2026-11-16T00:00:00.000Z',
    last: '2026-11-22T00:00:00.000Z',
  };
  expect(await backfillSchedule(client, id, { ...request, dryRun: true })).toEqual(week);
  expect((await client.schedule.getHandle(id).describe()).info.numActionsTaken).toBe(0);
  expect(await backfillSchedule(client, id, request)).toEqual(week);
  const handle = client.schedule.getHandle(id);
  await waitFor(async () => {
    const { info } = await endRunning(id);
    return info.numActionsTaken >= 7 && info.runningActions.length === 0;
  }, 60_000);
  const { info } = await handle.describe();
  expect([info.numActionsTaken, info.numActionsSkippedOverlap]).toEqual([7, 0]);
  expect(info.recentActions.map(({ action }) => action.workflow.workflowId)).toEqual(
    [16, 17, 18, 19, 20, 21, 22].map((day) => `${id}-2026-11-${String(day)}T00:00:00Z`),
  );
}, 90_000);

test('what cannot be backfilled is refused before anything starts', async () => {
  const id = await create('refused', {});
  const monitor = await create('refused-monitor', { workflowType: 'monitorWindow' });
  const ask = (schedule: string, from: string, to: string) =>
    backfillSchedule(client, schedule, { from, to, now: new Date('2026-11-25T08:00:00Z'), dryRun: false });
  await expect(ask(monitor, '2026-11-16', '2026-11-17')).rejects.toThrow('has no past to make up');
  await expect(ask(id, '2026-11-17', '2026-11-16')).rejects.toThrow('is later than --to');
  await expect(ask(id, '2026-11-26', '2026-11-27')).rejects.toThrow('is in the future');
  await expect(ask(id, '2026-02-30', '2026-11-27')).rejects.toThrow('is not a day');
  await expect(ask(id, '2026-11-25', '2026-11-25')).rejects.toThrow('has no run from 2026-11-25');
  await expect(ask(id, '2020-01-01', '2026-11-01')).rejects.toThrow('choose fewer days');
  await expect(ask('times-none', '2026-11-16', '2026-11-17')).rejects.toThrow();
  // Nothing later than now is started.
  const half = await backfillSchedule(client, id, {
    from: '2026-11-24',
    to: '2026-11-30',
    now: new Date('2026-11-25T10:00:00Z'),
    dryRun: true,
  });
  expect(half).toMatchObject({ runs: 2, last: '2026-11-25T09:00:00.000Z' });
});

test('a triggered run carries its nominal time, from which its window comes', async () => {
  nights = await create('nights', {});
  const run = await triggerSchedule(client, nights);
  expect(run).toMatchObject({
    outcome: 'started',
    run: { workflowId: expect.stringMatching(/^times-nights-/) },
  });
  const workflows = client.workflow.list({ query: 'WorkflowType = "nightlyAudit"' });
  let nominal: unknown;
  await waitFor(async () => {
    for await (const { typedSearchAttributes, workflowId } of workflows) {
      if (!workflowId.startsWith(`${nights}-`)) continue;
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
  for (let n = 0; n < 3; n += 1) waits.push(await triggerSchedule(client, nights));
  const after = { workflowId: expect.stringMatching(/^times-nights-/) };
  expect(waits).toMatchObject([1, 2, 3].map((waiting) => ({ outcome: 'waits', waiting, after })));
  const ended = await waitFor(async () => {
    const { info, raw } = await endRunning(nights);
    return info.runningActions.length === 0 && Number(raw.info?.bufferSize ?? 0) === 0;
  }, 60_000);
  expect(ended).toBe(true);
  expect((await endRunning(nights)).info.numActionsSkippedOverlap).toBe(0);
  // The runs themselves are counted: the schedule's own count misses one whose start its server had to repeat.
  const runs = async (): Promise<number> => {
    let found = 0;
    for await (const { workflowId } of client.workflow.list({ query: 'WorkflowType = "nightlyAudit"' }))
      if (workflowId.startsWith(`${nights}-`)) found += 1;
    return found;
  };
  await waitFor(async () => (await runs()) === 4, 30_000);
  expect(await runs()).toBe(4);
}, 120_000);

test('a schedule whose runs may overlap starts beside the one that is under way', async () => {
  const id = await create('beside', { workflowType: 'monitorWindow', overlap: 'ALLOW_ALL' });
  const first = await triggerSchedule(client, id);
  const second = await triggerSchedule(client, id);
  expect([first.outcome, second.outcome]).toEqual(['started', 'started']);
  await endRunning(id);
});
