import { beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type { AuditActivities } from '../../activities/types.ts';
import { gapMinutes, withGap } from '../../workflows/monitor-gaps.ts';
import type { MonitorResult } from '../../workflows/monitor-window.ts';
import { workflowBundle } from '../../worker-bundle.ts';
import { timeSkippingEnvironment } from '../support/temporal.ts';
import { scriptedActivities } from './scripted-activities.ts';
import { quiet } from './quiet-runtime.ts';

let bundle: WorkflowBundleOption;

beforeAll(async () => {
  bundle = await workflowBundle(false, quiet);
});

/** A server of its own: skipped time of one run would hold back the next. */
async function monitor(
  own: Partial<AuditActivities>,
): Promise<{ result: MonitorResult; audits: readonly unknown[] }> {
  const temporal = await timeSkippingEnvironment();
  const audits: unknown[] = [];
  const { resolveAudit } = scriptedActivities();
  const taskQueue = 'monitor';
  const worker = await Worker.create({
    connection: temporal.nativeConnection,
    taskQueue,
    workflowBundle: bundle,
    activities: scriptedActivities({
      ...own,
      resolveAudit: (request) => {
        audits.push(request.input);
        return resolveAudit(request);
      },
    }),
  });
  const outcome = await worker.runUntil(async () => {
    const handle = await temporal.client.workflow.start('monitorWindow', {
      taskQueue,
      workflowId: taskQueue,
      args: [{ bot: 'demo' }],
    });
    const result = (await handle.result()) as MonitorResult;
    await temporal.client.workflow.getHandle(result.audit).result();
    return { result, audits };
  });
  await temporal.teardown();
  return outcome;
}

test('eight hours are 480 snapshots, one a minute, then the audit of just this window', async () => {
  const slots: string[] = [];
  const { result, audits } = await monitor({
    takeSnapshot: ({ slot }) => {
      slots.push(slot);
      return Promise.resolve({ inserted: true });
    },
  });
  expect(result).toMatchObject({ expected: 480, taken: 480, gaps: [] });
  expect(new Set(slots).size).toBe(480);
  expect(slots[0]).toBe(result.window.from);
  const steps = slots.slice(1).map((slot, index) => Date.parse(slot) - Date.parse(slots[index] ?? ''));
  expect(new Set(steps)).toEqual(new Set([60_000]));
  expect(audits).toEqual([{ bot: 'demo', ...result.window }]);
});

test('minutes in which the bot could not be read are gaps, joined, and never taken later', async () => {
  let first = 0;
  const asked: number[] = [];
  const { result } = await monitor({
    takeSnapshot: ({ slot }) => {
      const at = Date.parse(slot);
      first ||= at;
      const minute = (at - first) / 60_000;
      asked.push(minute);
      const lost = (minute >= 100 && minute < 110) || minute === 300;
      return lost
        ? Promise.reject(ApplicationFailure.nonRetryable('refused', 'SourceRefused'))
        : Promise.resolve({ inserted: true });
    },
  });
  const at = (minute: number): string => new Date(first + minute * 60_000).toISOString();
  expect(result).toMatchObject({ expected: 480, taken: 469 });
  expect(result.gaps).toEqual([
    { from: at(100), to: at(110) },
    { from: at(300), to: at(301) },
  ]);
  expect(asked).toEqual(Array.from({ length: 480 }, (_unused, minute) => minute));
});

test('gaps join only with their neighbour', () => {
  const minute = (n: number): number => Date.parse('2026-11-20T00:00:00Z') + n * 60_000;
  const gaps = withGap(withGap(withGap([], minute(0)), minute(1)), minute(3));
  expect(gaps).toHaveLength(2);
  expect(gapMinutes(gaps)).toBe(3);
});
