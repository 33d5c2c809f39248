import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowFailedError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { failure, FAILURE } from '../../activities/failures.ts';
import { isRunning } from '../../activities/other-run.ts';
import type { AuditActivities } from '../../activities/types.ts';
import type { PeriodResult } from '../../workflows/planned-audits.ts';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import { timeSkippingEnvironment } from '../support/temporal.ts';
import { planned, REPORT, scriptedActivities } from './scripted-activities.ts';
import { scriptedWorker } from './scripted-worker.ts';

const FOUND = { report: REPORT, verdict: 'PASS' } as const;
let temporal: TestWorkflowEnvironment;
let bundle: WorkflowBundleOption;

beforeAll(async () => {
  bundle = await sharedWorkflows();
});

// A server for each test: what runs on after one would hold back the time of the next.
beforeEach(async () => {
  temporal = await timeSkippingEnvironment();
});

afterEach(async () => {
  await temporal.teardown();
});

/** Something that runs on timers alone, which the server skips. */
const MONITOR = { type: 'monitorWindow', args: [{ hours: 24 }] as unknown[] };

/** A nightly run while something else runs under the id of its audit `shared`. */
async function nightly(own: Partial<AuditActivities>, other = MONITOR): Promise<PeriodResult> {
  const taskQueue = 'other';
  const worker = await scriptedWorker(temporal, bundle, taskQueue, own);
  return worker.runUntil(async () => {
    await temporal.client.workflow.start(other.type, {
      taskQueue,
      workflowId: 'audit/shared',
      args: other.args,
    });
    return (await temporal.client.workflow.execute('nightlyAudit', {
      taskQueue,
      workflowId: 'nightly',
    })) as PeriodResult;
  });
}

test('an audit that another run makes just now is waited for, not made twice', async () => {
  let asked = 0;
  const { audits } = await nightly({
    planNightly: () => Promise.resolve([planned('shared')]),
    otherRun: () => {
      asked += 1;
      return Promise.resolve({ running: true, found: asked < 3 ? null : FOUND });
    },
  });
  expect(asked).toBe(3);
  expect(audits).toEqual([{ audit: 'shared', outcome: 'reused', verdict: 'PASS', detail: '1 mail' }]);
});

test('when the other run ends without a settled report, the audit is made at once', async () => {
  const began = await temporal.currentTimeMs();
  const minutes: number[] = [];
  const asked: boolean[] = [];
  let mails = 0;
  const { audits } = await nightly(
    {
      planNightly: () => Promise.resolve([planned('shared')]),
      otherRun: async ({ workflowId }) => {
        const running = await isRunning(workflowId);
        asked.push(running);
        return { running, found: null };
      },
      collectEvidence: async (request) => {
        minutes.push(((await temporal.currentTimeMs()) - began) / 60_000);
        return scriptedActivities().collectEvidence(request);
      },
      // Ten times "later" keep the other run for 85 minutes.
      deliverMail: () => {
        mails += 1;
        return mails > 10
          ? Promise.resolve({ state: 'accepted', detail: '250' })
          : Promise.reject(failure(FAILURE.mailDeferred, '450 later'));
      },
    },
    { type: 'productionAudit', args: [{ deliver: true }] },
  );
  expect(audits).toEqual([{ audit: 'shared', outcome: 'made', verdict: 'PASS', detail: '1 mail' }]);
  expect([asked.slice(0, -1).every(Boolean), asked.at(-1)]).toEqual([true, false]);
  expect(minutes).toHaveLength(2);
  expect(minutes[1]).toBeGreaterThan(85);
  expect(minutes[1]).toBeLessThan(95);
});

test('a run that never ends is given up after five hours, and the other audits were made long before', async () => {
  const ended = await nightly({
    planNightly: () => Promise.resolve(['shared', 'b', 'c', 'd'].map((name) => planned(name))),
  }).catch((error: unknown) => error);
  const cause = (ended as WorkflowFailedError).cause as ApplicationFailure;
  expect(cause.message).toBe(
    '1 of 4 audits ended without a report. shared: audit/shared still runs after five hours and has made no settled report',
  );
  const details = JSON.stringify(cause.details);
  expect(details.match(/"outcome":"made"/g)).toHaveLength(3);
});

test('when nobody can say what the other run does, that audit alone is lost', async () => {
  const ended = await nightly({
    planNightly: () => Promise.resolve(['shared', 'b', 'c', 'd'].map((name) => planned(name))),
    otherRun: () => Promise.reject(ApplicationFailure.nonRetryable('Artifact is missing', 'ArtifactDamaged')),
  }).catch((error: unknown) => error);
  const cause = (ended as WorkflowFailedError).cause as ApplicationFailure;
  expect([cause.type, cause.message]).toEqual([
    'AuditsFailed',
    '1 of 4 audits ended without a report. shared: Artifact is missing',
  ]);
});
