import { beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type { AuditActivities } from '../../activities/types.ts';
import type { MonitorGap } from '../../audit/snapshot-gap.ts';
import type { SnapshotNumbers } from '../../audit/snapshot.ts';
import type { MonitorProgress, MonitorResult } from '../../workflows/monitor-state.ts';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import { timeSkippingEnvironment } from '../support/temporal.ts';
import { scriptedActivities } from './scripted-activities.ts';

let bundle: WorkflowBundleOption;

beforeAll(async () => {
  bundle = await sharedWorkflows();
});

const NUMBERS: SnapshotNumbers = {
  ...{ slot: '2026-11-20T00:00:00.000Z', total: 3, by_exchange: { binance: 3 }, unprotected: 1, aged: 0 },
  ...{ new_opened: 0, prices_updated: 3, ts_activated: 0, sl_updates: 0, closed: 0, zombies: 0 },
  ...{ emergency: 0, errors: 2, ws_reconnects: 0 },
};

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
  const early: number[] = [];
  const { result, audits } = await monitor({
    takeSnapshot: ({ slot, earlyMs = 0 }) => {
      slots.push(slot);
      early.push(earlyMs);
      return Promise.resolve({ inserted: true });
    },
  });
  expect(result).toMatchObject({ expected: 480, taken: 480, gaps: [] });
  expect(new Set(slots).size).toBe(480);
  expect(slots[0]).toBe(result.window.from);
  const steps = slots.slice(1).map((slot, index) => Date.parse(slot) - Date.parse(slots[index] ?? ''));
  expect(new Set(steps)).toEqual(new Set([60_000]));
  // Asked for before its minute and told so; the first one's minute may have come.
  expect(Math.max(...early)).toBeLessThanOrEqual(5_000);
  expect(early.slice(1).filter((ms) => ms < 3_000)).toEqual([]);
  expect(audits).toEqual([{ bot: 'demo', ...result.window }]);
});

/** What the scripted worker says in some minutes: the type of its failure, and whether a later attempt may succeed. */
const SCRIPT: Readonly<Record<number, { readonly type: string; readonly isFinal?: true }>> = {
  ...Object.fromEntries(
    Array.from({ length: 10 }, (_, n) => [100 + n, { type: 'SourceRefused', isFinal: true }]),
  ),
  110: { type: 'SourceLost' },
  111: { type: 'TableLocked' },
  300: { type: 'StatementTimeout', isFinal: true },
  301: { type: 'StoreUnavailable' },
  479: { type: 'StatementCancelled' },
};

test('a missed minute is a gap with its reason, joined by reason, noted in the store, and never taken later', async () => {
  let first = 0;
  const at = (minute: number): string => new Date(first + minute * 60_000).toISOString();
  const asked = new Set<number>();
  const noted: (readonly MonitorGap[])[] = [];
  const { result } = await monitor({
    takeSnapshot: ({ slot }) => {
      const at = Date.parse(slot);
      first ||= at;
      const minute = (at - first) / 60_000;
      asked.add(minute);
      const { type, isFinal } = SCRIPT[minute] ?? {};
      return type === undefined
        ? Promise.resolve({ inserted: true, numbers: NUMBERS })
        : Promise.reject(
            ApplicationFailure.create({ type, message: `as ${type} says`, nonRetryable: isFinal === true }),
          );
    },
    noteGaps: ({ gaps }) => {
      noted.push(gaps);
      // While the store is away, nothing is noted either; at the end it turns out that one minute was taken after all.
      if (gaps.length === 1 && gaps[0]?.reason === 'storeUnavailable')
        return Promise.reject(ApplicationFailure.nonRetryable('away', 'StoreUnavailable'));
      return Promise.resolve({ present: gaps.length > 5 ? [at(105)] : [] });
    },
  });
  const gap = (from: number, to: number, reason: string, type: string) => ({
    ...{ from: at(from), to: at(to), reason },
    detail: `as ${type} says`,
  });
  expect(result).toMatchObject({ expected: 480, taken: 480 - 15 + 1, newest: NUMBERS });
  expect(result.gaps).toEqual([
    gap(100, 105, 'databaseRefused', 'SourceRefused'),
    gap(106, 110, 'databaseRefused', 'SourceRefused'),
    gap(110, 111, 'databaseLost', 'SourceLost'),
    gap(111, 112, 'tableLocked', 'TableLocked'),
    gap(300, 301, 'statementTimeout', 'StatementTimeout'),
    gap(301, 302, 'storeUnavailable', 'StoreUnavailable'),
    gap(479, 480, 'statementCancelled', 'StatementCancelled'),
  ]);
  expect([...asked]).toEqual(Array.from({ length: 480 }, (_unused, minute) => minute));
  // Each minute as it was missed, the one that could not be noted with the next try, and all of them before the audit.
  const minuteOf = (time: string): number => (Date.parse(time) - first) / 60_000;
  const starts = noted.map((gaps) => gaps.map(({ from }) => minuteOf(from)));
  expect(starts.slice(0, 13)).toEqual([...Array.from({ length: 12 }, (_, n) => [100 + n]), [300]]);
  expect(starts.slice(13, 15)).toEqual([[301], [301]]);
  expect(starts.at(-1)).toEqual([100, 110, 111, 300, 301, 479]);
});

test('minutes from before a late start, and after a stop, are noted as such', async () => {
  const temporal = await timeSkippingEnvironment();
  const noted: MonitorGap[] = [];
  const { planMonitor } = scriptedActivities();
  const taskQueue = 'stopped';
  const worker = await Worker.create({
    connection: temporal.nativeConnection,
    taskQueue,
    workflowBundle: bundle,
    activities: scriptedActivities({
      // As a schedule that was caught up with: its nominal time is half an hour ago.
      planMonitor: ({ input, now }) =>
        planMonitor({ input, now: new Date(Date.parse(now) - 30 * 60_000).toISOString() }),
      noteGaps: ({ gaps }) => {
        noted.push(...gaps);
        return Promise.resolve({ present: [] });
      },
    }),
  });
  const last = await worker.runUntil(async () => {
    const handle = await temporal.client.workflow.start('monitorWindow', {
      taskQueue,
      workflowId: taskQueue,
      args: [{ bot: 'demo' }],
    });
    await temporal.sleep('45 minutes');
    await handle.cancel();
    await handle.result().catch(() => undefined);
    return handle.query<MonitorProgress>('progress');
  });
  await temporal.teardown();
  const [late, stopped] = noted;
  expect(late).toMatchObject({ from: last.window.from, reason: 'startedLate', detail: null });
  expect(minutesIn(late)).toBeGreaterThanOrEqual(29);
  expect(stopped).toMatchObject({ to: last.window.to, reason: 'monitorStopped' });
  expect(minutesIn(late) + last.taken + minutesIn(stopped)).toBe(480);
});

const minutesIn = (gap?: MonitorGap): number =>
  gap === undefined ? 0 : (Date.parse(gap.to) - Date.parse(gap.from)) / 60_000;
