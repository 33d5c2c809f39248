import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowFailedError, WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowBundleOption } from '@temporalio/worker';
import type { AuditActivities } from '../../activities/types.ts';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import { waitFor } from '../../local/process.ts';
import type { PurgeProgress, PurgeResult } from '../../workflows/purge-types.ts';
import { timeSkippingEnvironment } from '../support/temporal.ts';
import { PURGE_PLAN, scriptedActivities } from './scripted-activities.ts';
import { scriptedWorker } from './scripted-worker.ts';

let temporal: TestWorkflowEnvironment;
let bundle: WorkflowBundleOption;
let run = 0;

beforeAll(async () => {
  [temporal, bundle] = await Promise.all([timeSkippingEnvironment(), sharedWorkflows()]);
});
afterAll(async () => {
  await temporal.teardown();
});

type Calls = string[];

/** Starts a purge with scripted activities, which write down what they were asked. */
async function purge<T>(
  own: Partial<AuditActivities>,
  use: (handle: WorkflowHandle, calls: Calls) => Promise<T>,
  args: readonly unknown[] = [],
): Promise<T> {
  run += 1;
  const taskQueue = `purge-${String(run)}`;
  const calls: Calls = [];
  const scripted = scriptedActivities(own);
  const worker = await scriptedWorker(temporal, bundle, taskQueue, {
    planPurge: scripted.planPurge,
    beginPurge: (request) => {
      calls.push(`begin by ${request.by}`);
      return scripted.beginPurge(request);
    },
    purgeBatch: (request) => {
      calls.push(request.name);
      return scripted.purgeBatch(request);
    },
    finishPurge: (request) => {
      calls.push(request.outcome);
      return scripted.finishPurge(request);
    },
    planPurgeMails: scripted.planPurgeMails,
    deliverPurgeMail: (request) => {
      calls.push('mail');
      return scripted.deliverPurgeMail(request);
    },
  });
  return worker.runUntil(async () => {
    const handle = await temporal.client.workflow.start('retentionPurge', {
      taskQueue,
      workflowId: taskQueue,
      args: [...args],
    });
    return use(handle, calls);
  });
}

const resultOf = (handle: WorkflowHandle): Promise<PurgeResult> => handle.result() as Promise<PurgeResult>;
const progressOf = (handle: WorkflowHandle): Promise<PurgeProgress> =>
  handle.query<PurgeProgress>('progress');
const approve = (handle: WorkflowHandle, ...approval: readonly unknown[]): Promise<string> =>
  handle.executeUpdate<string, [unknown, ...unknown[]]>('approve', { args: approval as [unknown] });
const planned = (change: Partial<typeof PURGE_PLAN>): Partial<AuditActivities> => ({
  planPurge: ({ purge: id }) => Promise.resolve({ ...PURGE_PLAN, ...change, purge: id }),
});

async function refusalOf(attempt: Promise<unknown>): Promise<string> {
  const error = (await attempt.then(
    () => new Error('it was accepted'),
    (failure: unknown) => failure,
  )) as Error;
  return error.cause instanceof Error ? error.cause.message : error.message;
}

async function whenWaiting(handle: WorkflowHandle): Promise<void> {
  let stage = '';
  await waitFor(async () => {
    stage = (await progressOf(handle)).stage;
    return stage === 'waiting';
  }, 30_000);
}

test('an empty form: the plan waits, the validator refuses what is not its approval, then exactly the planned classes go', async () => {
  let batches = 0;
  await purge(
    {
      purgeBatch: ({ name }) => {
        batches += 1;
        return Promise.resolve({ left: name === 'artifacts' && batches < 5 ? 1 : 0 });
      },
    },
    async (handle, calls) => {
      await whenWaiting(handle);
      expect(await refusalOf(approve(handle))).toContain(
        '"plan" must be the beginning of this plan’s hash'.replace('’', "'"),
      );
      expect(await refusalOf(approve(handle, { plan: '3f9a' }))).toContain('8 characters or more');
      expect(await refusalOf(approve(handle, { plan: 'aaaaaaaaaaaa' }))).toContain('{"plan": "3f9a1c073f9a"');
      expect(await refusalOf(approve(handle, { hash: '3f9a1c07' }))).toContain('There is no key "hash"');
      expect(await refusalOf(approve(handle, { plan: '3f9a1c07' }, { by: 'Ann' }))).toMatch(
        /^There are 2 inputs/,
      );
      expect(calls).toEqual([]);
      expect(await approve(handle, { plan: '3F9A1C07', by: 'Ann' })).toBe('Approved by Ann.');
      const result = await resultOf(handle);
      expect(calls).toEqual([
        'begin by Ann',
        'reports',
        'snapshots',
        'artifacts',
        'artifacts',
        'artifacts',
        'done',
      ]);
      expect(result).toMatchObject({
        outcome: 'done',
        approvedBy: 'Ann',
        mails: 'not mailed, since a person asked for this plan',
      });
      expect(result.planned).toContain(
        'months of snapshots: 1 (10 rows), 1.4 MB freed; of 100 in all, those of ? to ? (before 2025-10-01)',
      );
      expect(await progressOf(handle)).toMatchObject({ stage: 'ended', left: { reports: 0, artifacts: 0 } });
    },
  );
});

test('a dry run removes nothing; the first use of a store is one and mails its plan', async () => {
  const first = await purge(planned({ approval: 'dryRun' }), async (handle, calls) => ({
    result: await resultOf(handle),
    calls,
  }));
  expect(first.result).toMatchObject({ outcome: 'dryRun', mails: '1 mail sent' });
  expect([...first.calls].sort()).toEqual(['dryRun', 'mail']);
  const asked = await purge(
    planned({ approval: 'dryRun' }),
    async (handle, calls) => ({ result: await resultOf(handle), calls }),
    [{ dryRun: true }],
  );
  expect(asked.calls).toEqual(['dryRun']);
});

test('without a mail server the plan is in the result', async () => {
  const result = await purge(
    {
      ...planned({ approval: 'dryRun' }),
      planPurgeMails: () =>
        Promise.resolve({ mails: [], skipped: 'no mail server is configured (key "mail")' }),
    },
    resultOf,
  );
  expect(result.mails).toContain('no mail server');
  expect(result.planned).toHaveLength(5);
});

test('a plan that nobody approves in its time removes nothing', async () => {
  const { result, calls } = await purge({}, async (handle, seen) => ({
    result: await resultOf(handle),
    calls: seen,
  }));
  expect(result.outcome).toBe('notApproved');
  expect(calls).toEqual(['notApproved']);
});

test('a tripped plan ends with the name of its wire and removes nothing', async () => {
  const tripped = [{ type: 'PurgeTooLarge', message: 'reports: 90 of 100' }] as const;
  await purge(planned({ tripped, approval: 'schedule' }), async (handle, calls) => {
    const failure = (await handle.result().catch((error: unknown) => error)) as WorkflowFailedError;
    expect(failure.cause).toMatchObject({
      type: 'PurgeTooLarge',
      message: 'Nothing was removed. reports: 90 of 100',
    });
    expect([...calls].sort()).toEqual(['mail', 'refused']);
  });
});

test('a schedule that may approves itself', async () => {
  const { result, calls } = await purge(planned({ approval: 'schedule' }), async (handle, seen) => ({
    result: await resultOf(handle),
    calls: seen.filter((call) => call !== 'mail'),
  }));
  expect(result.approvedBy).toContain('retention.selfApprove');
  expect(calls).toEqual([
    'begin by the schedule (retention.selfApprove)',
    'reports',
    'snapshots',
    'artifacts',
    'done',
  ]);
});

test.each([
  ['by hand', { approval: 'person' }, 'not mailed, since a person asked for this plan'],
  ['that may approve itself', { approval: 'schedule' }, 'not mailed, since nothing is past its period'],
  ['of which a part could not be planned', { approval: 'schedule', notes: ['blind'] }, '1 mail sent'],
] as const)('a plan of nothing %s waits for nobody and ends at once', async (_, change, mails) => {
  const classes = PURGE_PLAN.classes.map((one) => ({ ...one, items: 0, rows: 0 }));
  const { result, calls } = await purge(planned({ ...change, classes }), async (handle, seen) => ({
    result: await resultOf(handle),
    calls: seen.filter((call) => call !== 'mail'),
  }));
  expect(result).toMatchObject({ outcome: 'done', approvedBy: null, mails });
  expect(calls).toEqual(['done']);
});

test('cancelled while it waits it leaves its tombstone', async () => {
  await purge({}, async (handle, calls) => {
    await whenWaiting(handle);
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    expect(calls).toEqual(['cancelled']);
  });
});

test('a typo in the input names the key, and nothing is planned', async () => {
  await purge(
    {},
    async (handle, calls) => {
      const failure = (await handle.result().catch((error: unknown) => error)) as WorkflowFailedError;
      expect(failure.cause?.message).toContain('Did you mean "dryRun"?');
      expect(calls).toEqual([]);
    },
    [{ dryrun: true }],
  );
});
