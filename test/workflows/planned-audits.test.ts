import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowFailedError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowBundleOption } from '@temporalio/worker';
import type { AuditActivities } from '../../activities/types.ts';
import type { PeriodResult } from '../../workflows/planned-audits.ts';
import { waitFor } from '../../local/process.ts';
import { workflowBundle } from '../../worker-bundle.ts';
import { timeSkippingEnvironment } from '../support/temporal.ts';
import { planned, REPORT, scriptedActivities } from './scripted-activities.ts';
import { scriptedWorker } from './scripted-worker.ts';
import { quiet } from './quiet-runtime.ts';

let temporal: TestWorkflowEnvironment;
let bundle: WorkflowBundleOption;
let run = 0;

beforeAll(async () => {
  [temporal, bundle] = await Promise.all([timeSkippingEnvironment(), workflowBundle(false, quiet)]);
});

afterAll(async () => {
  await temporal.teardown();
});

/** `before` starts other runs, on the task queue that it is given. */
async function nightly(
  own: Partial<AuditActivities>,
  before: (taskQueue: string) => Promise<unknown> = () => Promise.resolve(),
): Promise<PeriodResult> {
  run += 1;
  const taskQueue = `nightly-${String(run)}`;
  const worker = await scriptedWorker(temporal, bundle, taskQueue, own);
  return worker.runUntil(async () => {
    await before(taskQueue);
    return (await temporal.client.workflow.execute('nightlyAudit', {
      taskQueue,
      workflowId: taskQueue,
    })) as PeriodResult;
  });
}

const lines = ({ audits }: PeriodResult): readonly string[] =>
  audits.map(({ audit, outcome, detail }) => `${audit} ${outcome} ${detail}`);

test('every planned audit is made, two at a time', async () => {
  let running = 0;
  let most = 0;
  let begun = 0;
  const result = await nightly({
    planNightly: () => Promise.resolve(['a', 'b', 'c', 'd', 'e'].map((name) => planned(`made-${name}`))),
    collectEvidence: async (request) => {
      running += 1;
      most = Math.max(most, running);
      begun += 1;
      // The first waits for a second, however slow the machine; a third would have its chance.
      await waitFor(() => begun > 1, 30_000);
      await new Promise((resolve) => setTimeout(resolve, 50));
      running -= 1;
      return scriptedActivities().collectEvidence(request);
    },
  });
  expect(lines(result)).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `made-${name} made 1 mail`));
  expect(most).toBe(2);
});

test('a report that exists is mailed and not made again', async () => {
  let collected = 0;
  const result = await nightly({
    planNightly: () => Promise.resolve([planned('there', { found: { report: REPORT, verdict: 'PASS' } })]),
    collectEvidence: () => {
      collected += 1;
      return Promise.reject(new Error('must not be collected'));
    },
  });
  expect(collected).toBe(0);
  expect(result.audits).toEqual([{ audit: 'there', outcome: 'reused', verdict: 'PASS', detail: '1 mail' }]);
});

test('one audit without a report fails the night at its end, after all others were made', async () => {
  const failure = await nightly({
    planNightly: () => Promise.resolve([planned('broken-bot'), planned('other')]),
    resolveAudit: (request) =>
      request.input.bot === 'broken-bot'
        ? Promise.reject(ApplicationFailure.nonRetryable('There is no bot "broken-bot".', 'UnknownBot'))
        : scriptedActivities().resolveAudit(request),
  }).catch((error: unknown) => error);
  const cause = (failure as WorkflowFailedError).cause as ApplicationFailure;
  expect(cause.type).toBe('AuditsFailed');
  expect(cause.message).toBe(
    '1 of 2 audits ended without a report. broken-bot: There is no bot "broken-bot".',
  );
  expect(JSON.stringify(cause.details)).toContain('"outcome":"made"');
});
