import { describe, expect, test } from '@jest/globals';
import { policyChanges } from '../../audit/policy-changes.ts';
import { scoringSettings } from '../../audit/scoring.ts';
import { criticalEvents } from '../../sections/critical-events.ts';
import { registry } from '../../sections/index.ts';
import { entity, run as monitoring, snapshots } from './monitoring-coverage-support.ts';
import { run as pnl, trades } from './pnl-support.ts';
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

describe('DQ-05 rows that share an id', () => {
  const repeated = (name: 'fill' | 'event', rows: number) => {
    const entities = [entity(name, { repeatedIds: rows })];
    return findingsOf(monitoring({}, { context: { entities } }), 'DQ-05');
  };
  test.each([
    ['fill', 'HIGH'],
    ['event', 'MEDIUM'],
  ] as const)('in %s are %s', (entity, severity) => {
    expect(repeated(entity, 3)[0]).toMatchObject({
      severity,
      frequency: 3,
      occurrences: [{ subject: `${entity}.id` }],
    });
  });
  test('none is no finding', () => {
    expect(repeated('fill', 0)).toEqual([]);
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

test('stored results that are all empty prove nothing of the accounting', () => {
  const rows = trades([{ gross: 5 }, { gross: -3 }]);
  expect(checkOf(pnl(rows), 'DI13')).toBe(1);
  const emptied = rows.positions.map((row) => ({ ...row, realized_pnl: null }));
  expect(checkOf(pnl({ ...rows, positions: emptied }), 'DI13')).toBe('unknown');
});

describe('a policy that is looser than the project’s own', () => {
  const usual = {
    ...Object.fromEntries(registry.sections.map(({ id, settings }) => [id, settings.parse({})])),
    scoring: scoringSettings.parse({}),
  } as Parameters<typeof policyChanges>[0];

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
