import { describe, expect, test } from '@jest/globals';
import { criticalEvents } from '../../sections/critical-events.ts';
import { at, danglingReferences, entity, evaluate, findingsOf, valueOf } from './support.ts';
import { switchOf } from './spelled.ts';

type Row = Readonly<Record<string, unknown>>;
const state = (name: string, value: string, over: Row = {}): Row => ({
  name,
  value,
  ...switchOf(name, value),
  at: at('07:00'),
  ...over,
});
function run(...states: readonly Row[]) {
  const result = evaluate(criticalEvents, { rows: { states } });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}

const readAs = (...states: readonly Row[]) =>
  run(...states)
    .datasets.find(({ id }) => id === 'critical-events.states')
    ?.rows.map((row) => row[2]);

test.each([
  ['kill_switch', true, 'stops trading'],
  ['kill_switch', false, 'nothing stopped'],
  ['kill_switch', null, 'not read'],
  ['global_blocker', true, 'stops trading'],
  ['trading', false, 'stops trading'],
  ['trading', true, 'nothing stopped'],
  ['entries', false, 'holds entries'],
  ['entries', true, 'nothing stopped'],
  ['circuit_breaker', true, 'holds entries'],
  ['cool_down', true, 'cools down'],
  ['cache', null, 'no switch'],
  ['leader', true, 'no switch'],
  ['other', true, 'no switch'],
  ['unknown', true, 'not read'],
  [null, true, 'not read'],
])('a state of kind %s, on %s: %s', (kind, on, meaning) => {
  expect(readAs(state('x', 'y', { kind, on }))).toEqual([meaning]);
});

/** As bots write them: none of these may pass for "nothing blocks" but those that say so. */
test.each([
  ['stop_trading', 'true', true],
  ['trading_disabled', 'true', true],
  ['kill_switch_state', 'on', true],
  ['trading-paused', 'paused', true],
  ['trading_halted', 'true', true],
  ['emergency_stop', 'on', true],
  ['tradingEnabled', 'false', true],
  ['tradingEnabled', 'true', false],
  ['paused', '0', false],
  ['kill_switch', 'ARMED', null],
  ['trading_halted', 'banana', null],
  ['trading_status', 'warming up', null],
  ['circuit_breaker', 'true', null],
  ['circuit_breaker_failures', '1', null],
  ['halt_ETHUSDT', 'on', null],
  ['maintenance_fee', 'on', null],
  ['scheduler_running', 'false', null],
])('gate (e) by %s = %s alone', (name, value, failed) => {
  const result = run(state(name, value));
  expect(result.gates.find(({ id }) => id === 'e')?.failed).toBe(failed);
  if (failed === null) expect(result.findings).toEqual([]);
});

test.each([
  ['NULL', null],
  ['an empty text', ' '],
])('gate (e) by a switch whose value is %s: its own reason', (_name, value) => {
  const result = run(state('kill_switch', '', { value }), state('trading', 'open'));
  const gate = result.gates.find(({ id }) => id === 'e');
  expect(gate?.failed).toBeNull();
  expect(JSON.stringify(gate?.text)).toContain(
    `state kill_switch was written without a value at ${at('07:00')}`,
  );
});

describe('states at the end of the window', () => {
  test.each([['trading_halted'], ['trading_paused'], ['emergency_stop']])('%s fails gate (e)', (name) => {
    const result = run(state(name, 'true'));
    expect(result.gates.find(({ id }) => id === 'e')?.failed).toBe(true);
    expect(valueOf(result, 'global_blockers')).toBe(1);
  });

  test('an open circuit breaker is no global blocker, and a HIGH finding since it tripped', () => {
    const result = run(
      state('circuit_breaker', 'open', { since: at('02:00'), reason: '5 failures in a row' }),
      state('trading', 'open'),
    );
    expect(result.gates.find(({ id }) => id === 'e')?.failed).toBe(false);
    expect(findingsOf(result, 'HC-02')).toMatchObject([
      {
        severity: 'HIGH',
        cause: { id: 'reason-recorded', confidence: 'CONFIRMED' },
        occurrences: [{ subject: 'circuit_breaker', at: at('02:00') }],
      },
    ]);
    expect(JSON.stringify(result.parts)).toContain('critical-events.states');
  });

  test('a cool-down is MEDIUM; switches at rest are nothing', () => {
    expect(findingsOf(run(state('cool_down', 'active')), 'HC-02').map(({ severity }) => severity)).toEqual([
      'MEDIUM',
    ]);
    const clean = run(
      state('circuit_breaker', 'closed'),
      state('kill_switch', 'off'),
      state('trading', 'open'),
    );
    expect(clean.findings).toEqual([]);
    expect(JSON.stringify(clean.parts)).not.toContain('critical-events.states');
  });

  test('a state that nothing reads is shown with its value; one that is no switch is not counted', () => {
    const result = run(state('warmth', 'tepid'), state('leader', 'trader-0'));
    expect(valueOf(result, 'states_not_judged')).toBe(1);
    expect(result.datasets.find(({ id }) => id === 'critical-events.states')?.rows[0]?.slice(0, 3)).toEqual([
      'warmth',
      'tepid',
      'not read',
    ]);
    expect(result.gates.find(({ id }) => id === 'e')?.failed).toBeNull();
  });
});

test('words that nothing reads are listed by column, word and count, with what to do', () => {
  const unread = [{ column: 'kind', word: 'liq_event', rows: 3 }];
  const context = { entities: [entity('event', { unread }), entity('limit', { unread: [] })] };
  const result = evaluate(criticalEvents, { context });
  expect(result.datasets.find(({ id }) => id === 'critical-events.unread-words')?.rows).toEqual([
    ['event.kind', 'liq_event', 3],
  ]);
  expect(JSON.stringify(result.parts)).toContain('production-audit mapping check --bot demo');
  expect(JSON.stringify(evaluate(criticalEvents, {}).parts)).not.toContain('Words not read');
});

test('a circuit breaker alone holds entries, and says nothing of a kill switch', () => {
  const result = run(state('circuitBreaker', 'HALF-OPEN'));
  expect(result.gates.find(({ id }) => id === 'e')?.failed).toBeNull();
  expect(result.findings.map(({ rule }) => rule)).toEqual(['HC-02']);
});

describe('all trading was stopped in the window', () => {
  const stopped = {
    kind: 'kill_switch',
    name: 'kill_switch',
    rows: 1,
    first_at: at('03:00'),
    last_at: at('03:00'),
  };
  const evaluated = (value: string) =>
    evaluate(criticalEvents, {
      rows: { states: [state('kill_switch', value)], 'stopped-trading': [{ ...stopped, reason: null }] },
    });

  test('and is not at its end: a finding', () => {
    const found = findingsOf(evaluated('off'), 'HC-02');
    expect(found).toMatchObject([{ severity: 'HIGH', cause: { id: 'stopped-unknown' } }]);
  });

  test('and is at its end: the business of the gate', () => {
    expect(findingsOf(evaluated('on'), 'HC-02')).toEqual([]);
  });
});
