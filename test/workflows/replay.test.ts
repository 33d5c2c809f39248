import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { DeterminismViolationError } from '@temporalio/workflow';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import { HISTORIES, recordHistories } from '../histories/record.ts';

const which = process.env['RECORD_HISTORIES'];
if (which !== undefined) await recordHistories(which);

const NAMES = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'));
const read = (name: string): string => readFileSync(join(HISTORIES, name), 'utf8');
let bundle: WorkflowBundleOption;

beforeAll(async () => {
  bundle = await sharedWorkflows();
});

async function replay(text: string, workflowId: string): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle: bundle }, historyFromJSON(JSON.parse(text)), workflowId);
}

test('every workflow has a committed history', () => {
  const types = NAMES.map((name) => /"workflowType": \{\s*"name": "(\w+)"/.exec(read(name))?.[1]);
  expect([...new Set(types)].sort()).toEqual([
    'alertWatch',
    'alerts',
    'botPurge',
    'dailyMaintenance',
    'monitorWindow',
    'monthlyAudit',
    'nightlyAudit',
    'periodAudit',
    'productionAudit',
    'redelivery',
    'reportWatchdog',
    'retentionPurge',
  ]);
});

test.each(NAMES)('%s replays: a run that began with older code goes on with this one', async (name) => {
  await replay(read(name), `history/${name.replace('.json', '')}`);
});

test('a history that another program made is refused, so the replays above can fail', async () => {
  const other = read('production-audit-mailed.json').replace(
    '"name": "assembleReport"',
    '"name": "assembleSomethingElse"',
  );
  await expect(replay(other, 'history/production-audit-mailed')).rejects.toThrow(DeterminismViolationError);
});

test.each(NAMES)('%s names no machine and holds references, not rows', (name) => {
  const text = read(name);
  expect(text).not.toMatch(/"identity": "(?!worker")/);
  expect(text.length).toBeLessThan(1_000_000);
  for (const [, data = ''] of text.matchAll(/"data": "([^"]+)"/g)) expect(data.length).toBeLessThan(20_000);
});

interface Scheduled {
  readonly activityType: { readonly name: string };
  readonly scheduleToCloseTimeout?: string;
  readonly retryPolicy?: { readonly maximumAttempts?: number };
}

test.each(NAMES)('%s: without a worker no activity runs out of time, and none is tried for ever', (name) => {
  const { events } = JSON.parse(read(name)) as {
    readonly events: readonly { readonly activityTaskScheduledEventAttributes?: Scheduled }[];
  };
  for (const { activityTaskScheduledEventAttributes: scheduled } of events) {
    // A snapshot belongs to its minute.
    if (scheduled === undefined || scheduled.activityType.name === 'takeSnapshot') continue;
    const { activityType, scheduleToCloseTimeout = '0s', retryPolicy } = scheduled;
    // None, which the time-skipping server writes as ten years.
    expect([activityType.name, ['0s', '315360000s'].includes(scheduleToCloseTimeout)]).toEqual([
      activityType.name,
      true,
    ]);
    expect(retryPolicy?.maximumAttempts).toBeGreaterThan(2);
  }
});
