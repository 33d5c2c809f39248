import { describe, expect, test } from '@jest/globals';
import { criticalEvents } from '../../sections/critical-events.ts';
import { criticalEvent as event, switchOf } from './spelled.ts';
import { at, danglingReferences, entity, evaluate, type Evidence } from './support.ts';

type Row = Readonly<Record<string, unknown>>;

function run(rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(criticalEvents, { ...more, rows });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}

const counted = (kind: string | null): Row => ({ bucket: 0, type: 'x', severity: 'INFO', kind, events: 9 });

describe('gate (e) global blocker', () => {
  const state = (name: string, value: string): Row => ({
    name,
    value,
    ...switchOf(name, value),
    at: at('07:00'),
  });
  test.each([
    ['kill switch on', { states: [state('kill_switch', 'ON')] }, true],
    ['kill switch off', { states: [state('kill_switch', 'off')] }, false],
    ['trading disabled', { states: [state('trading_enabled', 'false')] }, true],
    [
      'an open circuit breaker is none',
      { states: [state('circuit_breaker', 'open'), state('kill_switch', 'off')] },
      false,
    ],
    [
      'events of which nothing is read',
      { states: [state('kill_switch', 'off')], 'event-counts': [counted(null), counted('unknown')] },
      null,
    ],
    [
      'events of which one is read',
      { states: [state('kill_switch', 'off')], 'event-counts': [counted(null), counted('note')] },
      false,
    ],
    ['an event of long ago without its end', { 'critical-events': [event('kill_switch_on', '02:00')] }, null],
    ['a recent event without its end', { 'critical-events': [event('trading_halted', '07:55')] }, true],
    [
      'two raised and one ended: which one stands is not known',
      {
        'critical-events': [
          event('kill_switch_on', '02:00'),
          event('circuit_breaker_open', '03:00'),
          event('circuit_breaker_closed', '03:05'),
        ],
      },
      null,
    ],
    [
      'an end at another exchange ends nothing',
      {
        'critical-events': [
          event('kill_switch_on', '07:55'),
          event('kill_switch_off', '07:56', { exchange: 'bybit' }),
        ],
      },
      true,
    ],
    [
      'a circuit breaker says itself what became of its event',
      {
        states: [state('circuit_breaker', 'closed'), state('kill_switch', 'off')],
        'critical-events': [event('circuit_breaker_open', '02:00')],
      },
      false,
    ],
    [
      'a CRITICAL event that nothing reads',
      { 'critical-events': [event('collateral_seized', '02:00')] },
      null,
    ],
    [
      'a CRITICAL event whose kind is none',
      { 'critical-events': [event('collateral_seized', '02:00', { kind: 'unknown' })] },
      null,
    ],
    [
      'kill switch event with its end',
      {
        states: [state('trading_enabled', 'true')],
        'critical-events': [event('kill_switch_on', '02:00'), event('kill_switch_off', '03:00')],
      },
      false,
    ],
    [
      'kill switch event with its end, and no switch was ever seen',
      { 'critical-events': [event('kill_switch_on', '02:00'), event('kill_switch_off', '03:00')] },
      null,
    ],
    [
      'the state knows better than the event',
      { states: [state('kill_switch', 'off')], 'critical-events': [event('kill_switch_on', '02:00')] },
      false,
    ],
    ['a value that nothing reads', { states: [state('kill_switch', 'ARMED')] }, null],
    [
      'a value that nothing reads beside a recent event without its end',
      { states: [state('kill_switch', 'ARMED')], 'critical-events': [event('kill_switch_on', '07:55')] },
      true,
    ],
    [
      'an event later than the state',
      { states: [state('kill_switch', 'off')], 'critical-events': [event('kill_switch_on', '07:30')] },
      null,
    ],
    ['a recent blocker event', { 'critical-events': [event('global_blocker', '07:55')] }, true],
    ['an old blocker event', { 'critical-events': [event('global_blocker', '02:00')] }, null],
  ])('%s', (_name, rows, failed) => {
    expect(run(rows).gates[0]?.failed).toBe(failed);
  });

  test('names what nothing reads, with counts, and what to do', () => {
    const rows = {
      states: [state('kill_switch', 'ARMED')],
      'critical-events': [event('collateral_seized', '02:00', { events: 3 })],
    };
    expect(JSON.stringify(run(rows).gates[0]?.text)).toContain(
      'Nothing reads kill_switch = ARMED (1) and collateral_seized (3): production-audit mapping check --bot demo',
    );
  });

  test('without severities each type that nothing reads may be critical', () => {
    const unread = [{ column: 'kind', word: 'px_tick', rows: 9 }];
    const gateOf = (over: Parameters<typeof entity>[1]) =>
      run(
        { states: [state('kill_switch', 'off')] },
        { lacks: ['event.severity'], context: { entities: [entity('event', over)] } },
      ).gates[0]?.failed;
    expect([gateOf({ unread }), gateOf({ unread: [] }), gateOf({})]).toEqual([null, false, null]);
  });

  test('with neither states nor events nobody can say', () => {
    expect(run({}, { lacks: ['state', 'event'] }).gates[0]?.failed).toBeNull();
  });
});
