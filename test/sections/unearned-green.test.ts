import { describe, expect, test } from '@jest/globals';
import { policyChanges } from '../../audit/policy-changes.ts';
import { criticalEvents } from '../../sections/critical-events.ts';
import { registry } from '../../sections/index.ts';
import { run as monitoring, snapshots } from './monitoring-coverage-support.ts';
import { checkOf, evaluate, findingsOf, valueOf } from './support.ts';

describe('snapshots', () => {
  test('that carry no gauge saw nothing: their minutes are missing', () => {
    const result = monitoring({ snapshots: snapshots(() => ({ total: null })) });
    expect([valueOf(result, 'snapshots_observed'), checkOf(result, 'DI11')]).toEqual([0, 0]);
    expect(findingsOf(result, 'MC-01')[0]?.severity).toBe('HIGH');
  });

  test('of which some carry none are gaps of just those minutes', () => {
    const result = monitoring({
      snapshots: snapshots((slot) => (slot >= 100 && slot < 110 ? { total: null } : {})),
    });
    expect(valueOf(result, 'snapshots_observed')).toBe(470);
  });
});

describe('CE-03 flood of errors', () => {
  const errors = (events: number) =>
    findingsOf(
      evaluate(criticalEvents, {
        rows: { 'event-counts': [{ bucket: 0, type: 'api_error', severity: 'ERROR', events }] },
      }),
      'CE-03',
    );
  test.each([
    [479, []],
    [480, ['HIGH']],
  ])('%i errors in eight hours', (events, severities) => {
    expect(errors(events).map(({ severity }) => severity)).toEqual(severities);
  });
});

describe('a policy that is looser than the project’s own', () => {
  const usual = Object.fromEntries(
    registry.policy.map(({ id, settings }) => [id, settings.parse({})]),
  ) as Parameters<typeof policyChanges>[0];

  test('is said with both values', () => {
    const loose = {
      ...usual,
      'monitoring-coverage': { ...usual['monitoring-coverage'], heartbeatGapS: 1800 },
    };
    expect(policyChanges(loose, registry)).toEqual([
      'monitoring-coverage.heartbeatGapS = 1800 (usually 600)',
    ]);
  });
  test('is not said of the usual one', () => {
    expect(policyChanges(usual, registry)).toEqual([]);
  });
});
