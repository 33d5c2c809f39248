import { describe, expect, test } from '@jest/globals';
import { at, danglingReferences, findingsOf, valueOf } from './support.ts';
import { position, stop } from './trading-rows.ts';
import { run, severities, OPEN } from './stop-loss-support.ts';

describe('SL-05', () => {
  const pair = (cancelledAt: string, requestedAt: string) => [
    stop('a', 's1', at('01:00'), { status: 'cancelled', cancelled_at: cancelledAt }),
    stop('a', 's2', requestedAt, { trigger_price: '97' }),
  ];

  test.each([
    ['create then cancel', at('02:00:01'), at('02:00'), []],
    ['cancel then create', at('02:00'), at('02:00:00.100'), ['MEDIUM']],
    ['above 5 s', at('02:00'), at('02:00:06'), ['HIGH']],
  ])('%s', (_name, cancelledAt, requestedAt, expected) => {
    const result = run({ rows: { positions: OPEN, orders: pair(cancelledAt, requestedAt) } });
    expect(severities(result, 'SL-05')).toEqual(expected);
    expect(findingsOf(result, 'SL-01')).toEqual([]);
    expect(valueOf(result, 'stops_updated')).toBe(1);
    expect(valueOf(result, 'stops_updated_trigger')).toBe(1);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('measures the latency from the request, and the gap from the end of the old stop', () => {
    const result = run({ rows: { positions: OPEN, orders: pair(at('02:00'), at('02:00:00.100')) } });
    expect(valueOf(result, 'naked_gap_max')).toBe(600);
    expect(valueOf(result, 'stop_update', { stat: 'max' })).toBe(600);
    const safe = run({ rows: { positions: OPEN, orders: pair(at('02:00:01'), at('02:00')) } });
    expect(valueOf(safe, 'stop_update', { stat: 'max' })).toBe(500);
  });

  test('a stop cancelled with its position leaves no gap', () => {
    const orders = [stop('a', 's1', at('01:00'), { status: 'cancelled', cancelled_at: at('02:00') })];
    expect(
      run({ rows: { positions: [position('a', { closed_at: at('02:00:01') })], orders } }).findings,
    ).toEqual([]);
  });

  test('another stop that stands meanwhile protects', () => {
    const orders = [...pair(at('02:00'), at('02:00:10')), stop('a', 's0', at('01:00'))];
    expect(run({ rows: { positions: OPEN, orders } }).findings).toEqual([]);
  });
});

test('findings of two exchanges are two, with figures of their own', () => {
  const positions = [...OPEN, position('b', { exchange: 'bybit' })];
  const orders = [stop('x', 's', at('01:00'))];
  const result = run({ rows: { positions, orders } });
  expect(findingsOf(result, 'SL-01').map(({ id }) => id)).toEqual([
    'SL-01/binance/never-requested',
    'SL-01/bybit/never-requested',
  ]);
  expect(danglingReferences(result)).toEqual([]);
});

test('hostile names reach neither an id, a file name nor the end of a SQL literal', () => {
  const exchange = '../../etc/{x=1}';
  const id = "a'; drop table position; --\n";
  const positions = [position(id, { exchange, symbol: '<b>{{x}}</b>' })];
  const orders = [stop(id, 's', at('01:00'), { exchange, quantity: '0.5' }), stop('x', 'y', at('01:00'))];
  const result = run({ rows: { positions, orders } });
  const [finding] = findingsOf(result, 'SL-03');
  expect(result.datasets.every((dataset) => /^[a-z0-9.-]+$/.test(dataset.id))).toBe(true);
  expect(finding?.see.text).toContain("in ('a''; drop table position; -- ')");
  expect(danglingReferences(result)).toEqual([]);
});
