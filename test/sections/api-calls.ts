import { apiPerformance } from '../../sections/api-performance.ts';
import { expect } from '@jest/globals';
import { at, danglingReferences, evaluate, type Evidence } from './support.ts';

type Row = Readonly<Record<string, unknown>>;

/** Answered calls of one operation: `answered('open_position', 20, 50)`, each in so many ms. */
export function answered(kind: string | null, calls: number, ms: number, over: Row = {}): Row {
  return {
    exchange: 'binance',
    operation: kind ?? 'mystery',
    operation_kind: kind,
    outcome: 'ok',
    calls,
    attempts: calls,
    firsts: calls,
    total_ms: String(calls * ms),
    ms: [ms],
    counts: [calls],
    ...over,
  };
}

/** Failed calls as the table of errors has them, and as the rolling hour does. */
export function failed(name: string, calls: number, over: Row = {}): Row {
  return {
    exchange: 'binance',
    class: name,
    operation: 'fetch_tickers',
    operation_kind: 'fetch_price',
    outcome: 'error',
    http_status: null,
    calls,
    first_at: at('02:00'),
    last_at: at('02:30'),
    codes: null,
    ...over,
  };
}

/** A minute of failures: so many in it, so many in the hour that ends with it, of its exchange and of all. */
export function failures(clock: string, within: number, over: Row = {}): Row {
  return {
    exchange: 'binance',
    class: 'venue_down',
    operation_kind: 'fetch_price',
    step_at: at(clock),
    calls: 1,
    within,
    within_all: within,
    first_at: at(clock),
    last_at: at(clock),
    ...over,
  };
}

export function step(clock: string, over: Row = {}): Row {
  return {
    exchange: 'binance',
    at: at(clock),
    calls: 10,
    failed: 0,
    auth_failed: 0,
    signed_ok: 0,
    price_calls: 0,
    stop_calls: 0,
    account_calls: 0,
    used_percent: null,
    ...over,
  };
}

/** A submit whose outcome the bot did not learn. */
export function unclear(over: Row = {}): Row {
  return {
    exchange: 'binance',
    operation: 'open_position',
    outcome: 'timeout',
    class: 'timeout',
    at: at('03:00'),
    duration_ms: '10000',
    client_order_id: 'c1',
    ...over,
  };
}

/** A quiet window: every kind of call answered at once, on both exchanges. */
export const QUIET: readonly Row[] = ['binance', 'bybit'].flatMap((exchange) =>
  ['open_position', 'close_position', 'update_stop', 'fetch_price'].map((kind) =>
    answered(kind, 400, 50, { exchange }),
  ),
);

export function run(rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(apiPerformance, { ...more, rows: { 'api-durations': QUIET, ...rows } });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
