import { describe, expect, test } from '@jest/globals';
import { criticalEvents } from '../../sections/critical-events.ts';
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
