import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AuditActivities, MissingReport } from '../../activities/types.ts';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import { timeSkippingEnvironment } from '../support/temporal.ts';
import { planned, scriptedActivities, SHIFT } from './scripted-activities.ts';

let temporal: TestWorkflowEnvironment;

beforeAll(async () => {
  temporal = await timeSkippingEnvironment();
}, 60_000);
afterAll(async () => {
  await temporal.teardown();
});

const broken = (): Promise<never> =>
  Promise.reject(ApplicationFailure.nonRetryable('The disk of the artifacts is full.', 'Broken'));

/** Runs a workflow that fails and returns what was told of reports that are missing. */
async function told(
  type: string,
  args: readonly unknown[],
  own: Partial<AuditActivities> = {},
): Promise<readonly MissingReport[]> {
  const missing: MissingReport[] = [];
  const worker = await Worker.create({
    connection: temporal.nativeConnection,
    taskQueue: `no-report-${type}`,
    workflowBundle: await sharedWorkflows(),
    activities: scriptedActivities({
      assembleReport: broken,
      planNoReport: (request) => {
        missing.push(request.missing);
        return Promise.resolve({ mails: [request.missing.bot], skipped: null });
      },
      ...own,
    }),
  });
  const options = { taskQueue: `no-report-${type}`, workflowId: `${type}-${String(Math.random())}` };
  await worker.runUntil(
    expect(temporal.client.workflow.execute(type, { ...options, args: [...args] })).rejects.toThrow(),
  );
  return missing;
}

test('a report that was to be delivered and could not be made is told of, with the reason', async () => {
  expect(await told('productionAudit', [{ bot: 'demo', deliver: true }])).toEqual([
    { bot: 'demo', kind: 'production', window: SHIFT, reason: 'The disk of the artifacts is full.' },
  ]);
});

test('one that was not to be delivered is not, nor is a typo', async () => {
  expect(await told('productionAudit', [{ bot: 'demo' }])).toEqual([]);
  expect(await told('productionAudit', [{ bots: 'demo', deliver: true }])).toEqual([]);
});

test('what goes wrong with telling leaves the run its own failure', async () => {
  expect(await told('productionAudit', [{ deliver: true }], { planNoReport: broken })).toEqual([]);
});

test('a nightly run tells of an audit that never got as far', async () => {
  const input = { bot: 'gone', kind: 'production', ...SHIFT, deliver: true };
  const missing = await told('nightlyAudit', [], {
    planNightly: () => Promise.resolve([planned('gone', { input })]),
    resolveAudit: () =>
      Promise.reject(ApplicationFailure.nonRetryable('There is no bot "gone".', 'UnknownBot')),
  });
  expect(missing).toEqual([
    { bot: 'gone', kind: 'production', window: SHIFT, reason: 'There is no bot "gone".' },
  ]);
});
