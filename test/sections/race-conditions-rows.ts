import { expect } from '@jest/globals';
import { raceConditions } from '../../sections/race-conditions.ts';
import { at, danglingReferences, evaluate, findingsOf, type Evidence } from './support.ts';

export type Row = Readonly<Record<string, unknown>>;

/** A pair as the query returns it: the trader closes at 02:00:00, the reconciler a moment later. */
export const pair = (over: Row = {}): Row => ({
  position_id: 'P1',
  symbol: 'BTCUSDT',
  exchange: 'binance',
  first_id: 'E1',
  first_at: at('02:00:00'),
  first_type: 'position_closed',
  first_kind: 'position_closed',
  first_effect: 'close',
  first_writer: 'trader',
  second_id: 'E2',
  second_at: at('02:00:00.300'),
  second_type: 'position_closed',
  second_kind: 'position_closed',
  second_effect: 'close',
  second_writer: 'reconciler',
  first_order_id: null,
  second_order_id: null,
  ...over,
});
export const stop = (which: 'first' | 'second', kind = 'stop_updated'): Row => ({
  [`${which}_type`]: kind,
  [`${which}_kind`]: kind,
  [`${which}_effect`]: kind === 'stop_triggered' ? 'trigger' : kind === 'stop_removed' ? 'removal' : 'stop',
  [`${which}_writer`]: 'stop-keeper',
});
export const several = (over: Row = {}): Row => ({
  decision_id: 'D1',
  executions: 2,
  unread: 0,
  first_at: at('03:00:00'),
  second_at: at('03:00:05'),
  last_at: at('03:00:05'),
  filled: '20',
  waiting: 0,
  orders: 'O1, O2',
  ...over,
});
export const decision = { id: 'D1', symbol: 'ETHUSDT', exchange: 'bybit', decision: 'open', quantity: '10' };

export function run(rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(raceConditions, { ...more, rows });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
export const conflicts = (rows: readonly Row[], more: Omit<Evidence, 'rows'> = {}) =>
  findingsOf(run({ 'concurrent-events': rows }, more), 'RC-01');
