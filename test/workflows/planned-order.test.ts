import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { failure, FAILURE } from '../../activities/failures.ts';
import type { AuditActivities, PlannedAudit } from '../../activities/types.ts';
import type { PeriodResult } from '../../workflows/planned-audits.ts';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import { timeSkippingEnvironment } from '../support/temporal.ts';
import { planned, REPORT, scriptedActivities } from './scripted-activities.ts';
import { scriptedWorker } from './scripted-worker.ts';

let temporal: TestWorkflowEnvironment;
let bundle: WorkflowBundleOption;

beforeAll(async () => {
  [temporal, bundle] = await Promise.all([timeSkippingEnvironment(), sharedWorkflows()]);
});

afterAll(async () => {
  await temporal.teardown();
});

async function nightly(taskQueue: string, own: Partial<AuditActivities>): Promise<PeriodResult> {
  const worker = await scriptedWorker(temporal, bundle, taskQueue, own);
  const execute = { taskQueue, workflowId: taskQueue, workflowExecutionTimeout: '8 hours' } as const;
  return worker.runUntil(temporal.client.workflow.execute('nightlyAudit', execute) as Promise<PeriodResult>);
}

const SHIFTS = [
  ['2026-11-19T00:00:00.000Z', '2026-11-19T08:00:00.000Z'],
  ['2026-11-19T08:00:00.000Z', '2026-11-19T16:00:00.000Z'],
  ['2026-11-19T16:00:00.000Z', '2026-11-20T00:00:00.000Z'],
] as const;

function window(bot: string, [from, to]: readonly [string, string]): PlannedAudit {
  return planned(`${bot}-${from}-${to}`, { input: { bot, from, to, deliver: true } });
}

test('windows of one bot are made in the order of time, the month after its shifts, and other bots beside them', async () => {
  const said: string[] = [];
  const month = ['2026-11-01T00:00:00.000Z', '2026-11-20T00:00:00.000Z'] as const;
  await nightly('order', {
    planNightly: () =>
      Promise.resolve([
        window('a', month),
        ...[2, 0, 1].flatMap((n) => ['a', 'b'].map((bot) => window(bot, SHIFTS[n] ?? month))),
      ]),
    collectEvidence: async ({ audit }) => {
      const name = `${audit.bot} ${audit.window.from.slice(8, 13)}`;
      said.push(`${name} begins`);
      // The first ones take longest: only waiting for them keeps the order.
      await new Promise((resolve) => setTimeout(resolve, Math.max(20, 300 - 60 * said.length)));
      return { ...(await scriptedActivities().collectEvidence({ audit })), evidenceHash: name };
    },
    assembleReport: (request) => {
      said.push(`${request.evidenceHash} ends`);
      return scriptedActivities().assembleReport(request);
    },
  });
  const inOrder = (bot: string, starts: readonly string[]): void => {
    expect(said.filter((one) => one.startsWith(bot))).toEqual(
      starts.flatMap((start) => [`${bot} ${start} begins`, `${bot} ${start} ends`]),
    );
  };
  inOrder('a', ['19T00', '19T08', '19T16', '01T00']);
  inOrder('b', ['19T00', '19T08', '19T16']);
  expect(said.slice(0, 2).sort()).toEqual(['a 19T00 begins', 'b 19T00 begins']);
});

test('a signal that people send in place of an audit changes nothing', async () => {
  const taskQueue = 'no-archive';
  const signals = [undefined, null, 'archived', {}, { workflowId: 5 }, { workflowId: 'x', verdict: 'GREAT' }];
  const { audits } = await nightly(taskQueue, {
    planNightly: () => Promise.resolve([planned('a')]),
    collectEvidence: async (request) => {
      const run = temporal.client.workflow.getHandle(taskQueue);
      for (const given of signals) await run.signal('archived', given);
      return scriptedActivities().collectEvidence(request);
    },
  });
  expect(audits.map(({ outcome, verdict }) => [outcome, verdict])).toEqual([['made', 'PASS']]);
});

test('bots whose databases are away hold up no other, and their earlier reports stay', async () => {
  const order: string[] = [];
  const away = ['gone-1', 'gone-2', 'gone-3'];
  const unread = { report: { ...REPORT, revision: 1 }, verdict: 'INCONCLUSIVE' } as const;
  const { audits } = await nightly('slots', {
    planNightly: () =>
      Promise.resolve([
        ...away.map((bot) => planned(bot, { unread })),
        planned('there'),
        planned('new-gone'),
      ]),
    collectEvidence: (request) =>
      request.audit.bot === 'there'
        ? scriptedActivities().collectEvidence(request)
        : Promise.reject(failure(FAILURE.sourceLost, 'connect ECONNREFUSED')),
    collectWithoutDatabase: (request) => {
      order.push(`${request.audit.bot} without`);
      return scriptedActivities().collectWithoutDatabase(request);
    },
    archiveReport: (request) => {
      order.push('archived');
      return scriptedActivities().archiveReport(request);
    },
  });
  // The one that is there is archived while four others still wait for their databases.
  expect(order).toEqual(['archived', 'new-gone without', 'archived']);
  expect(audits.map(({ audit, outcome, verdict }) => `${audit} ${outcome} ${verdict ?? ''}`)).toEqual([
    ...away.map((bot) => `${bot} reused INCONCLUSIVE`),
    'there made PASS',
    'new-gone made PASS',
  ]);
});

test('a mail server that is down all night costs mails, no report, and the night ends with a summary', async () => {
  const started = await temporal.currentTimeMs();
  const hours: number[] = [];
  const names = ['a', 'b', 'c'].flatMap((bot) => SHIFTS.map((shift) => window(bot, shift)));
  const { audits } = await nightly('no-mail', {
    planNightly: () => Promise.resolve(names),
    archiveReport: async (request) => {
      hours.push(((await temporal.currentTimeMs()) - started) / 3_600_000);
      return scriptedActivities().archiveReport(request);
    },
    deliverMail: () => Promise.reject(failure(FAILURE.mailDeferred, '450 later')),
  });
  expect(hours).toHaveLength(9);
  expect(Math.max(...hours)).toBeLessThan(0.5);
  expect(
    new Set(audits.map(({ outcome, verdict, detail }) => `${outcome} ${verdict ?? ''} ${detail}`)),
  ).toEqual(new Set(['made PASS 0 mails, 1 not delivered']));
});
