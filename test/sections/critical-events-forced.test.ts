import { describe, expect, test } from '@jest/globals';
import { criticalEvents } from '../../sections/critical-events.ts';
import { at, evaluate, findingsOf, valueOf, type Evidence } from './support.ts';
import { criticalEvent, kindOf } from './spelled.ts';
import { position } from './trading-rows.ts';

const event = (type: string, time: string, over: object = {}) =>
  criticalEvent(type, time, { position_id: 'P1', ...over });
const exit = (exit_reason: string) => ({ exit_reason, exit_kind: kindOf('exit_kind', exit_reason) });
const alert = (time: string) => ({ at: at(time), severity: 'CRITICAL', text: 'x', symbol: null });
const run = (rows: NonNullable<Evidence['rows']>) => evaluate(criticalEvents, { rows });

describe('CE-02 under another word', () => {
  test('the exit reason alone is a liquidation, also where only the last update tells the time', () => {
    const taken = position('P1', { closed_at: at('03:00'), ...exit('liquidated_by_exchange') });
    expect(findingsOf(run({ positions: [taken] }), 'CE-02')).toMatchObject([{ severity: 'CRITICAL' }]);
    const untimed = { ...taken, closed_at: null, status: 'closed', updated_at: at('03:00') };
    expect(findingsOf(run({ positions: [untimed] }), 'CE-02')).toMatchObject([{ severity: 'CRITICAL' }]);
  });

  test('several words for one position are one liquidation and one deleveraging', () => {
    const result = run({
      'critical-events': [
        event('auto_deleverage', '02:00'),
        event('liquidation_order', '02:01'),
        event('adl_close', '02:02'),
        event('emergency_liquidation_detected', '02:03'),
        event('margin_call', '02:04'),
      ],
      positions: [position('P1', { closed_at: at('02:05'), ...exit('liquidated_by_exchange') })],
      alerts: ['02:00', '02:01', '02:02', '02:03', '02:04'].map(alert),
    });
    expect(findingsOf(result, 'CE-02').map(({ severity, frequency }) => [severity, frequency])).toEqual([
      ['HIGH', 1],
      ['CRITICAL', 1],
    ]);
    expect(valueOf(result, 'critical_types_unknown')).toBe(0);
  });

  test('a severe event of a type that nobody knows is counted and named', () => {
    const result = run({
      'critical-events': [event('collateral_seized', '02:00', { events: 3 }), event('sl_missing', '03:00')],
      alerts: [alert('02:00'), alert('03:00')],
    });
    expect(valueOf(result, 'critical_types_unknown')).toBe(1);
    expect(JSON.stringify(result.parts)).toContain('collateral_seized (3)');
  });
});
