import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowFailedError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowBundleOption } from '@temporalio/worker';
import type { AuditActivities } from '../../activities/types.ts';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import type { BotPurgeResult } from '../../workflows/bot-purge.ts';
import { timeSkippingEnvironment } from '../support/temporal.ts';
import { scriptedActivities } from './scripted-activities.ts';
import { scriptedWorker } from './scripted-worker.ts';

let temporal: TestWorkflowEnvironment;
let bundle: WorkflowBundleOption;

beforeAll(async () => {
  [temporal, bundle] = await Promise.all([timeSkippingEnvironment(), sharedWorkflows()]);
});
afterAll(async () => {
  await temporal.teardown();
});

async function run(name: string, input: unknown, own: Partial<AuditActivities> = {}) {
  const calls: string[] = [];
  const scripted = scriptedActivities(own);
  const worker = await scriptedWorker(temporal, bundle, name, {
    planBotPurge: scripted.planBotPurge,
    removeBotRows: (request) => {
      calls.push(`${request.table} from ${request.cursor?.key ?? 'the start'}`);
      return scripted.removeBotRows(request);
    },
    closeBotPurge: ({ outcome, tables }) => {
      calls.push(`${outcome} ${tables.map(({ removed }) => removed).join('+')}`);
      return Promise.resolve();
    },
  });
  return worker.runUntil(async () => {
    const handle = await temporal.client.workflow.start('botPurge', {
      taskQueue: name,
      workflowId: name,
      args: [input],
    });
    const ended: unknown = await handle.result().catch((error: unknown) => error);
    return { ended: ended as BotPurgeResult & WorkflowFailedError, calls };
  });
}

test('without execute it only counts', async () => {
  const { ended, calls } = await run('bot-dry', { bot: 'demo' });
  expect(ended).toMatchObject({ outcome: 'dryRun', tables: [{ old: 500 }, { old: 1_500 }] });
  expect(calls).toEqual(['dryRun 0+0']);
});

test('with it children go before parents, each from where the step before stood', async () => {
  const { ended, calls } = await run('bot-execute', { execute: true });
  expect(ended).toMatchObject({
    outcome: 'done',
    tables: [
      { table: 'api_call_logs', removed: 500, kept: 0 },
      { table: 'api_payloads', removed: 1_400, kept: 100 },
    ],
  });
  expect(calls).toEqual([
    'api_call_logs from the start',
    'api_payloads from the start',
    'api_payloads from 1000',
    'done 500+1400',
  ]);
});

test('a typo names the key', async () => {
  const { ended } = await run('bot-typo', { bots: 'demo' });
  expect(ended.cause?.message).toContain('Did you mean "bot"?');
});
