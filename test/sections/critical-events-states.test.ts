import { describe, expect, test } from '@jest/globals';
import { switchOf } from '../../sections/shared/words/switches.ts';
import { criticalEvents } from '../../sections/critical-events.ts';
import { at, danglingReferences, evaluate, findingsOf, valueOf } from './support.ts';

type Row = Readonly<Record<string, unknown>>;
const state = (name: string, value: string, over: Row = {}): Row => ({
  name,
  value,
  at: at('07:00'),
  ...over,
});
function run(...states: readonly Row[]) {
  const result = evaluate(criticalEvents, { rows: { states } });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}

test.each([
  ['kill_switch', 'ON', 'blocks'],
  ['KillSwitch', 'true', 'blocks'],
  ['kill_switch', 'ARMED', 'unknown'],
  ['kill_switch', 'halted', 'unknown'],
  ['trading_enabled', 'false', 'blocks'],
  ['tradingEnabled', 'true', 'free'],
  ['trading_allowed', 'blocked', 'blocks'],
  ['trading', 'open', 'free'],
  ['trading', 'halted', 'blocks'],
  ['trading_status', 'warming up', null],
  ['trading_mode', 'paper', null],
  ['trading_halted', 'true', 'blocks'],
  ['trading-paused', 'paused', 'blocks'],
  ['paused', '0', 'free'],
  ['trading_halted', 'banana', 'unknown'],
  ['emergency_stop', 'on', 'blocks'],
  ['emergency_stop_loss', 'on', null],
  ['circuit_breaker', 'open', 'holds'],
  ['circuitBreaker', 'HALF-OPEN', 'holds'],
  ['circuit_breaker', 'closed', 'free'],
  ['circuit_breaker', 'broken', 'unknown'],
  ['circuit_breaker_enabled', 'true', null],
  ['circuit_breaker_failures', '1', null],
  ['cool_down', 'active', 'cools'],
  ['cool_down', '300', null],
  ['cooldown_until', '2026-11-20T09:00Z', null],
  ['cooldown_BTCUSDT', 'active', null],
  ['halt_ETHUSDT', 'on', 'holds'],
  ['bybit_paused', 'true', 'holds'],
  ['new_entries_enabled', 'false', 'holds'],
  ['maintenance_mode', 'on', 'holds'],
  ['maintenance_margin', '0.4', null],
  ['leader', 'trader-0', null],
])('%s = %s is %s', (name, value, meaning) => {
  expect(switchOf({ name, value })).toBe(meaning);
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

  test('a state that is no switch is shown with its value', () => {
    const result = run(state('filter_cache', 'stale'), state('leader', 'trader-0'));
    expect(valueOf(result, 'states_not_judged')).toBe(2);
    expect(result.datasets.find(({ id }) => id === 'critical-events.states')?.rows[0]?.slice(0, 3)).toEqual([
      'filter_cache',
      'stale',
      'not judged',
    ]);
  });

  test('a switch beside a word that nobody knows is not "nothing blocks"', () => {
    expect(run(state('circuit_breaker', 'broken')).gates.find(({ id }) => id === 'e')?.failed).toBeNull();
  });
});
