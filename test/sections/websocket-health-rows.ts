import { expect } from '@jest/globals';
import { websocketHealth } from '../../sections/websocket-health.ts';
import { at, danglingReferences, evaluate, type Evidence } from './support.ts';

export type Row = Readonly<Record<string, unknown>>;
export const event = (clock: string, kind: string, more: Row = {}): Row => ({
  at: at(clock),
  exchange: 'binance',
  stream: 'user-data',
  role: 'orders',
  kind,
  ...more,
});
export const before = (kind: string, more: Row = {}): Row => ({
  ...event('00:00', kind, more),
  at: at('23:00', '2026-11-19'),
  ...more,
});
export const OPEN = [before('connect')];
export const loss = (from: string, to: string, more: Row = {}): Row[] => [
  event(from, 'disconnect', more),
  event(to, 'reconnect', more),
];

export function run(events: readonly Row[], rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(websocketHealth, {
    ...more,
    rows: { 'stream-states': OPEN, 'stream-events': events, ...rows },
  });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
/** The exchange is asked for the account now and then. */
export const ASKED: Row = {
  exchange: 'binance',
  operation: 'fetch_positions',
  operation_kind: 'fetch_account',
  outcome: 'ok',
  calls: 480,
  attempts: 480,
  firsts: 480,
  total_ms: null,
  ms: [60],
  counts: [480],
};
/** What was read after an opening; null: nothing. */
export const read = (opened: string, clock: string | null, before: string | null = null): Row => ({
  exchange: 'binance',
  at: at(opened),
  read_at: clock === null ? null : at(clock),
  before_at: before === null ? null : at(before),
});
export const binance = { exchange: 'binance' };
export const streams = (result: ReturnType<typeof run>) =>
  result.datasets.find(({ id }) => id === 'websocket-health.streams')?.rows;
