import { expect, test } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, rootCause } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { PlaceBusy } from '../../activities/turns.ts';
import type { AuditActivities } from '../../activities/types.ts';
import { failure, FAILURE, toFailure } from '../../activities/failures.ts';
import type { AuditInput, AuditResult } from '../../workflows/types.ts';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import { timeSkippingEnvironment } from '../support/temporal.ts';
import { scriptedActivities } from './scripted-activities.ts';

/** One audit on a server that skips the waits between attempts. */
async function audit(own: Partial<AuditActivities>, input: AuditInput = {}): Promise<AuditResult> {
  const temporal = await timeSkippingEnvironment();
  const worker = await Worker.create({
    connection: temporal.nativeConnection,
    taskQueue: 'retries',
    workflowBundle: await sharedWorkflows(),
    activities: scriptedActivities(own),
  });
  const result: unknown = await worker.runUntil(
    temporal.client.workflow.execute('productionAudit', {
      taskQueue: 'retries',
      workflowId: 'retries',
      args: [input],
    }),
  );
  await temporal.teardown();
  return result as AuditResult;
}

test('a database that stays lost is asked for five minutes, then once for what can be read, and the audit goes on without it and says so', async () => {
  const asked: (boolean | undefined)[] = [];
  const without: string[] = [];
  const { degraded, verdict } = await audit({
    collectEvidence: ({ patient }) => {
      asked.push(patient);
      return Promise.reject(failure(FAILURE.sourceLost, 'Connection terminated unexpectedly'));
    },
    collectWithoutDatabase: (request) => {
      without.push(request.error);
      return scriptedActivities().collectWithoutDatabase(request);
    },
  });
  // Four attempts each take 14 s, and 15 s lie between them; the last four are no longer patient.
  expect(asked.lastIndexOf(true)).toBe(asked.indexOf(false) - 1);
  expect([asked.length, asked.filter((patient) => patient === false).length]).toEqual([48, 4]);
  expect(without).toEqual(['Connection terminated unexpectedly']);
  expect(degraded).toEqual(['database: Connection terminated unexpectedly']);
  expect(verdict).toBe('PASS');
});

test('a database that comes back costs time and nothing else', async () => {
  let attempts = 0;
  const { degraded, verdict } = await audit({
    collectEvidence: (request) => {
      attempts += 1;
      if (attempts <= 9) return Promise.reject(failure(FAILURE.sourceLost, 'a table is locked'));
      return scriptedActivities().collectEvidence(request);
    },
  });
  expect({ attempts, degraded, verdict }).toEqual({ attempts: 10, degraded: [], verdict: 'PASS' });
});

test('whoever finds too many readers asks again for its turn, for longer than any outage is waited for', async () => {
  const asked: (boolean | undefined)[] = [];
  const { degraded } = await audit({
    collectEvidence: (request) => {
      asked.push(request.patient);
      if (asked.length <= 20)
        return Promise.reject(toFailure(new PlaceBusy('db', 2, 60_000), (text) => text));
      return scriptedActivities().collectEvidence(request);
    },
  });
  expect({ degraded, asked }).toEqual({ degraded: [], asked: Array.from({ length: 21 }, () => true) });
});

test('a fault of the audit itself is not told as one of the bot', async () => {
  const { degraded } = await audit({
    collectEvidence: () =>
      Promise.reject(ApplicationFailure.nonRetryable('x is not a function', 'TypeError')),
  });
  expect(degraded).toEqual(['database: the audit failed to read it: x is not a function']);
});

test('our own store that is away is waited for, and never told as a lost source of the bot', async () => {
  let attempts = 0;
  const { degraded, verdict } = await audit({
    collectEvidence: (request) => {
      attempts += 1;
      if (attempts <= 9)
        return Promise.reject(failure(FAILURE.storeUnavailable, 'the artifact folder is full'));
      return scriptedActivities().collectEvidence(request);
    },
    collectWithoutDatabase: () => Promise.reject(new Error('the database was there')),
  });
  expect({ attempts, degraded, verdict }).toEqual({ attempts: 10, degraded: [], verdict: 'PASS' });
});

test('our own store that stays away ends the run after half an hour with its failure, without a report', async () => {
  const ended: unknown = await audit({
    assembleReport: () => Promise.reject(failure(FAILURE.storeUnavailable, 'nothing answers at the store')),
  }).catch((error: unknown) => error);
  expect(ended).toBeInstanceOf(WorkflowFailedError);
  expect(rootCause((ended as WorkflowFailedError).cause)).toBe('nothing answers at the store');
});

test('a section that cannot be evaluated because our own store stays away is no fault of the section', async () => {
  const ended: unknown = await audit({
    evaluateSection: () => Promise.reject(failure(FAILURE.storeUnavailable, 'the artifact folder is gone')),
  }).catch((error: unknown) => error);
  expect(rootCause((ended as WorkflowFailedError).cause)).toBe('the artifact folder is gone');
});

test('a mail server that says "later" is asked again, and after four hours the mail is named as not delivered', async () => {
  let attempts = 0;
  const { mails, degraded } = await audit(
    {
      deliverMail: () => {
        attempts += 1;
        return Promise.reject(failure(FAILURE.mailDeferred, '450 try later'));
      },
    },
    { deliver: true },
  );
  expect(attempts).toBe(21);
  expect(mails).toEqual({ sent: 0, failed: 1, skipped: null });
  expect(degraded).toEqual(['mail to recipient 1 of 1: 450 try later']);
});

test('what cannot get better is tried once', async () => {
  let attempts = 0;
  const refused = (): Promise<never> => {
    attempts += 1;
    return Promise.reject(failure(FAILURE.mailAmbiguous, 'it may have arrived'));
  };
  const { mails } = await audit({ deliverMail: refused }, { deliver: true });
  expect([attempts, mails.failed]).toEqual([1, 1]);
});

test('one recipient that is refused costs the others nothing', async () => {
  const { mails, degraded } = await audit(
    {
      planDelivery: () => Promise.resolve({ mails: ['a', 'b', 'c'], skipped: null }),
      deliverMail: ({ mail }) =>
        mail === 'b'
          ? Promise.reject(ApplicationFailure.nonRetryable('550 no such user', FAILURE.mailRejected))
          : Promise.resolve({ state: 'accepted', detail: '250' }),
    },
    { deliver: true },
  );
  expect(mails).toEqual({ sent: 2, failed: 1, skipped: null });
  expect(degraded).toEqual(['mail to recipient 2 of 3: 550 no such user']);
});
