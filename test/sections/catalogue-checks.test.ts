import { describe, expect, test } from '@jest/globals';
import { missing } from '../../audit/value.ts';
import { configuration } from '../../sections/configuration.ts';
import { criticalEvents } from '../../sections/critical-events.ts';
import { dataIntegrity } from '../../sections/data-integrity.ts';
import { decisions } from '../../sections/decisions.ts';
import { raceConditions } from '../../sections/race-conditions.ts';
import { websocketHealth } from '../../sections/websocket-health.ts';
import { several } from './race-conditions-rows.ts';
import { at, checkOf, entity, evaluate, findingsOf, type Evidence } from './support.ts';
import { entryOrder, position } from './trading-rows.ts';
import { before, event, loss } from './websocket-health-rows.ts';

type Rows = NonNullable<Evidence['rows']>;
const NO_ENTITY = missing('missing_entity', 'not mapped');
const FAILED = missing('source_failed', 'permission denied');

describe('WS6 fresh data', () => {
  const prices = { role: 'prices', stream: 'market' };
  const run = (events: readonly object[]) =>
    checkOf(
      evaluate(websocketHealth, {
        rows: { 'stream-states': [before('connect', prices)], 'stream-events': events as never },
      }),
      'WS6',
    );
  const silent = (until: string) => [event('01:00', 'stale', prices), event(until, 'subscribe', prices)];

  test.each([
    ['silent for 0.5 points of the window', silent('01:02:24'), 0.5],
    ['silent for 2 points', silent('01:09:36'), 0],
    ['a bot that never says that a stream is silent', loss('01:00', '01:48', prices), 'not_applicable'],
  ])('%s', (_name, events, r) => {
    expect(run(events)).toBe(r);
  });

  test('what was lost is told by the uptime alone', () => {
    const lost = [...silent('01:00:00.001'), ...loss('02:00', '02:48', prices)];
    expect(Number(run(lost))).toBeGreaterThan(0.99);
  });
});

describe('HC3 kill switch and HC4 circuit breaker', () => {
  const state = (kind: string, on: boolean | null) => ({
    name: kind,
    value: String(on),
    kind,
    on,
    at: at('01:00'),
  });
  test.each<[string, Rows[string], number | string, number | string]>([
    ['both off', [state('kill_switch', false), state('circuit_breaker', false)], 1, 1],
    ['both on', [state('kill_switch', true), state('circuit_breaker', true)], 0.5, 0],
    [
      'values that nothing reads',
      [state('kill_switch', null), state('circuit_breaker', null)],
      'unknown',
      'unknown',
    ],
    ['neither was ever written', [state('other', false)], 'not_applicable', 'not_applicable'],
    ['states that are not mapped', NO_ENTITY, 'not_applicable', 'not_applicable'],
    ['states that cannot be read', FAILED, 'unknown', 'unknown'],
  ])('%s', (_name, states, kill, breaker) => {
    const result = evaluate(criticalEvents, { rows: { states } });
    expect([checkOf(result, 'HC3'), checkOf(result, 'HC4')]).toEqual([kill, breaker]);
  });

  test.each([
    ['three of five failures are not near', 3, '5', 1, []],
    ['four of five are', 4, '5', 0.5, ['MEDIUM']],
    ['failures without their threshold', 4, null, 1, []],
  ])('a closed breaker: %s', (_name, failures, threshold, r, severities) => {
    const counting = { ...state('circuit_breaker', false), failures, threshold };
    const result = evaluate(criticalEvents, { rows: { states: [counting] } });
    expect(checkOf(result, 'HC4')).toBe(r);
    expect(findingsOf(result, 'HC-02').map(({ severity }) => severity)).toEqual(severities);
  });
});

describe('RC3 executed once and DI10 lineage', () => {
  const gap = { kind: 'no-decision', subject: 'D9', row_id: 'X1', at: at('01:00'), of_kind: 1 };
  test.each<[string, Rows, number | string, number | string]>([
    ['nothing wrong', {}, 1, 1],
    ['a decision with two orders', { 'several-executions': [several()] }, 0, 1],
    [
      'one of which that cannot be told',
      { 'several-executions': [several({ executions: 1 })] },
      'unknown',
      1,
    ],
    ['an execution without its decision', { 'lineage-gaps': [gap] }, 1, 0.5],
    [
      'not mapped',
      { 'several-executions': NO_ENTITY, 'lineage-gaps': NO_ENTITY },
      'not_applicable',
      'not_applicable',
    ],
    ['not read', { 'several-executions': FAILED, 'lineage-gaps': FAILED }, 'unknown', 'unknown'],
  ])('%s', (_name, rows, once, lineage) => {
    const result = evaluate(raceConditions, { rows });
    expect([checkOf(result, 'RC3'), checkOf(result, 'DI10')]).toEqual([once, lineage]);
  });
});

describe('CF2 drift', () => {
  const heard = (version: string, from: string, to: string) => ({
    service: 'trader',
    version,
    first_at: at(from),
    from_at: at(from),
    to_at: at(to),
    runs: 9,
    beats: 9,
  });
  const one = [heard('1', '00:00', '08:00')];
  const change = {
    id: 'E',
    type: 'config_changed',
    at: at('01:00'),
    writer: 'console',
    name: 'size',
    old_value: '1',
    new_value: '2',
    reviewed_by: null,
  };
  test.each<[string, Rows, readonly string[], number | string]>([
    ['one version', { versions: one }, [], 1],
    ['two versions at once', { versions: [...one, heard('2', '01:00', '02:00')] }, [], 0],
    ['a change that nobody reviewed', { versions: one, 'config-changes': [change] }, [], 0.5],
    [
      'a change with its reviewer',
      { versions: one, 'config-changes': [{ ...change, reviewed_by: 'ann' }] },
      [],
      1,
    ],
    ['heartbeats that name no version', { versions: one }, ['heartbeat.version'], 'not_applicable'],
    ['heartbeats that cannot be read', { versions: FAILED }, [], 'unknown'],
  ])('%s', (_name, rows, lacks, r) => {
    expect(checkOf(evaluate(configuration, { rows, lacks }), 'CF2')).toBe(r);
  });
});

describe('DS4 failure rate', () => {
  const day = (executed: number, failed: number) => ({
    day: '2026-11-20',
    decisions: executed + failed,
    executed,
    failed,
    pending: 0,
    cancelled: 0,
    executed_later: 0,
    first_failed_at: null,
    last_failed_at: null,
  });
  test.each<[string, Rows[string], number | string]>([
    ['none of ten failed', [day(10, 0)], 1],
    ['three of ten', [day(7, 3)], 0.5],
    ['six of ten', [day(4, 6)], 0],
    ['nine are too few', [day(0, 9)], 'not_applicable'],
    ['not mapped', NO_ENTITY, 'not_applicable'],
    ['not read', FAILED, 'unknown'],
  ])('%s', (_name, days, r) => {
    expect(checkOf(evaluate(decisions, { rows: { 'decision-days': days } }), 'DS4')).toBe(r);
  });
});

describe('DI12 order of times and ids', () => {
  const run = (rows: Rows, more: Omit<Evidence, 'rows'> = {}) =>
    checkOf(evaluate(dataIntegrity, { ...more, rows }), 'DI12');
  const reversed = entryOrder('O', { created_at: at('01:00'), filled_at: at('00:59:54') });

  test('a fill six seconds before its order is one, one of five is not', () => {
    expect(run({ positions: [position('A')], orders: [reversed] })).toBe(0.5);
    expect(run({ positions: [position('A')], orders: [{ ...reversed, filled_at: at('00:59:55') }] })).toBe(1);
  });

  test('ids of two rows and times that have not come are of it; unread rows are not known', () => {
    const more = (over: object) => ({
      context: { entities: [entity('order', over)] },
    });
    expect(run({ positions: [position('A')] }, more({ repeatedIds: 2 }))).toBe(0.5);
    const ahead = [{ column: 'at', rows: 1, newest: at('09:00'), asOf: at('08:00') }];
    expect(run({ positions: [position('A')] }, more({ ahead }))).toBe(0.5);
    expect(run({ positions: [position('A')], orders: FAILED })).toBe('unknown');
  });
});
