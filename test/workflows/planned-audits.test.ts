import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowFailedError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowBundleOption } from '@temporalio/worker';
import type { AuditActivities } from '../../activities/types.ts';
import type { MaintenanceResult } from '../../workflows/maintenance-types.ts';
import type { PeriodResult } from '../../workflows/planned-audits.ts';
import { waitFor } from '../../local/process.ts';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import { timeSkippingEnvironment } from '../support/temporal.ts';
import { planned, REPORT, scriptedActivities } from './scripted-activities.ts';
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

async function execute<Result>(
  type: string,
  args: readonly unknown[],
  own: Partial<AuditActivities>,
): Promise<Result> {
  run += 1;
  const taskQueue = `period-${String(run)}`;
  const worker = await scriptedWorker(temporal, bundle, taskQueue, own);
  return worker.runUntil(
    async () =>
      (await temporal.client.workflow.execute(type, {
        taskQueue,
        workflowId: taskQueue,
        args: [...args],
      })) as Result,
  );
}

const failureOf = (error: unknown): ApplicationFailure =>
  (error as WorkflowFailedError).cause as ApplicationFailure;

test('a period that has only just ended is audited once its evidence has settled, and by then may be there', async () => {
  const asked: unknown[] = [];
  const result = await execute<PeriodResult>('periodAudit', [{ kind: 'daily' }], {
    planPeriod: ({ input, now }) => {
      asked.push([input, now]);
      const settledAt = new Date(Date.parse(now) + 120_000).toISOString();
      const there = asked.length === 1 ? {} : { found: { report: REPORT, verdict: 'PASS' as const } };
      return Promise.resolve({ audits: [planned('settling', there)], settledAt });
    },
  });
  expect(result.audits).toEqual([
    { audit: 'settling', outcome: 'reused', verdict: 'PASS', detail: '1 mail' },
  ]);
  // The same nominal time both times, not that of the second question.
  expect(asked).toEqual([[{ kind: 'daily' }, expect.any(String)], asked[0]]);
});

test('one that has settled is made at once; a failure of one bot stops no other', async () => {
  const failure = failureOf(
    await execute('periodAudit', [], {
      planPeriod: () =>
        Promise.resolve({
          audits: [planned('period-broken'), planned('period-other')],
          settledAt: '2026-01-01T00:00:00.000Z',
        }),
      resolveAudit: (request) =>
        request.input.bot === 'period-broken'
          ? Promise.reject(ApplicationFailure.nonRetryable('There is no bot.', 'UnknownBot'))
          : scriptedActivities().resolveAudit(request),
    }).catch((error: unknown) => error),
  );
  expect([failure.type, failure.message]).toEqual([
    'AuditsFailed',
    '1 of 2 audits ended without a report. period-broken: There is no bot.',
  ]);
});

test.each([
  [{ kind: 'dayly' }, 'but must be one of "production", "daily", "weekly", "monthly", "quarterly"'],
  [{ day: '2026-11-20', week: '2026-W47' }, 'The window is given in 2 ways'],
  [{ last: '8h' }, 'There is no key "last"'],
])('%j is refused with one sentence', async (input, message) => {
  const failure = failureOf(await execute('periodAudit', [input], {}).catch((error: unknown) => error));
  expect([failure.type, failure.message]).toEqual(['InvalidAuditInput', expect.stringContaining(message)]);
});

test('the upkeep tells of the store and of each bot', async () => {
  const result = await execute<MaintenanceResult>('dailyMaintenance', [], {});
  expect(result).toMatchObject({
    store: { monthsMade: ['2027-01'], leftovers: 2 },
    bots: [{ bot: 'demo', outcome: 'works' }],
  });
});

test('a bot that cannot be read fails the upkeep at its end, by name, with all others tried', async () => {
  const tried: string[] = [];
  const failure = failureOf(
    await execute('dailyMaintenance', [{}], {
      botNames: () => Promise.resolve(['a', 'away', 'b', 'writer']),
      examineBot: (request) => {
        tried.push(request.bot);
        if (request.bot === 'away')
          return Promise.reject(
            ApplicationFailure.nonRetryable('password authentication failed', 'SourceRefused'),
          );
        if (request.bot === 'writer')
          return Promise.resolve({
            bot: 'writer',
            outcome: 'failed',
            lines: ['PostgreSQL 18', 'fills: no column price'],
          });
        return scriptedActivities().examineBot(request);
      },
    }).catch((error: unknown) => error),
  );
  expect(tried.sort()).toEqual(['a', 'away', 'b', 'writer']);
  expect([failure.type, failure.message]).toEqual([
    'BotUnreadable',
    '2 of 4 bots cannot be read as configured. away: password authentication failed. writer: PostgreSQL 18; fills: no column price',
  ]);
  expect(JSON.stringify(failure.details)).toContain('"monthsMade":["2027-01"]');
});
