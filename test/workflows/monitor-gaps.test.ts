import { describe, expect, test } from '@jest/globals';
import {
  ActivityFailure,
  ApplicationFailure,
  RetryState,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import type { MonitorGap } from '../../audit/snapshot-gap.ts';
import { gapMinutes, missedBy, withGap, withoutSlots } from '../../workflows/monitor-gaps.ts';
import { completed, type MonitorState } from '../../workflows/monitor-state.ts';
import { monitorDetails } from '../../workflows/monitor-details.ts';

const minute = (n: number): number => Date.parse('2026-11-20T00:00:00Z') + n * 60_000;
const LOST = { reason: 'databaseLost', detail: 'no route' } as const;
const AWAY = { reason: 'workerAway', detail: null } as const;

const gapsOf = (...missed: (readonly [number, typeof LOST | typeof AWAY])[]): readonly MonitorGap[] =>
  missed.reduce<readonly MonitorGap[]>((gaps, [n, why]) => withGap(gaps, minute(n), why), []);

describe('gaps', () => {
  test('join with their neighbour of the same reason only', () => {
    const gaps = gapsOf([0, LOST], [1, LOST], [2, AWAY], [4, AWAY]);
    expect(gaps.map(({ reason }) => reason)).toEqual(['databaseLost', 'workerAway', 'workerAway']);
    expect(gapMinutes(gaps)).toBe(4);
  });

  test('minutes that were taken after all are cut out, whichever they are', () => {
    const gaps = gapsOf([0, LOST], [1, LOST], [2, LOST], [3, AWAY]);
    for (const n of [0, 1, 2, 3]) {
      const left = withoutSlots(gaps, [new Date(minute(n)).toISOString()]);
      expect(gapMinutes(left)).toBe(3);
      expect(left.some(({ from, to }) => Date.parse(from) <= minute(n) && Date.parse(to) > minute(n))).toBe(
        false,
      );
    }
    expect(withoutSlots(gaps, [])).toBe(gaps);
  });

  test('a state of an earlier program goes on: its gaps have no reason', () => {
    const earlier = { gaps: [{ from: 'a', to: 'b' }], taken: 3, nextMs: 0 } as unknown as MonitorState;
    expect(completed(earlier)).toMatchObject({
      gaps: [{ from: 'a', to: 'b', reason: 'unknown', detail: null }],
      unnoted: [],
      newest: null,
    });
  });

  test('an error message cannot leave its place in the details of the Web UI', () => {
    const [gap] = gapsOf([0, { ...LOST, detail: 'no\n\n# `route`' as 'no route' }]);
    const text = monitorDetails({
      ...{ bot: 'demo', window: { from: 'a', to: 'b' }, expected: 480, taken: 1, newest: null, auditAt: 'c' },
      gaps: gap === undefined ? [] : [gap],
    });
    expect(text).toContain(
      "the bot's database could not be reached, or the connection broke (`no # route `)",
    );
  });
});

describe('why a snapshot failed', () => {
  const activity = (cause: Error): ActivityFailure =>
    new ActivityFailure('takeSnapshot', 'takeSnapshot', '1', RetryState.TIMEOUT, 'worker', cause);
  const timeout = (type: TimeoutType, cause?: Error): TimeoutFailure =>
    Object.assign(new TimeoutFailure('timeout', null, type), { cause });
  const said = ApplicationFailure.create({ type: 'SourceLost', message: 'no route' });

  test.each([
    [activity(said), 'databaseLost'],
    [activity(timeout(TimeoutType.SCHEDULE_TO_CLOSE, said)), 'databaseLost'],
    [activity(timeout(TimeoutType.SCHEDULE_TO_CLOSE)), 'workerAway'],
    [activity(timeout(TimeoutType.SCHEDULE_TO_START)), 'workerAway'],
    [activity(timeout(TimeoutType.SCHEDULE_TO_CLOSE, timeout(TimeoutType.HEARTBEAT))), 'workerLost'],
    [activity(timeout(TimeoutType.START_TO_CLOSE)), 'workerLost'],
    [activity(ApplicationFailure.nonRetryable('x', 'UnknownBot')), 'misconfigured'],
    [activity(ApplicationFailure.nonRetryable('x', 'TypeError')), 'unknown'],
    [new Error('x'), 'unknown'],
  ])('%#: %s', (error, reason) => {
    expect(missedBy(error).reason).toBe(reason);
  });

  test('words of a failure are kept, and cut', () => {
    expect(missedBy(activity(said))).toEqual({ reason: 'databaseLost', detail: 'no route' });
    const long = ApplicationFailure.create({ type: 'SourceLost', message: 'x'.repeat(2_000) });
    expect(missedBy(activity(long)).detail).toHaveLength(300);
  });
});
