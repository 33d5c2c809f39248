import { describe, expect, test } from '@jest/globals';
import { at, checkOf, danglingReferences, figureOf, findingsOf, valueOf, type Evidence } from './support.ts';
import { fill, later, many, position, stop } from './trading-rows.ts';
import { run, severities, OPEN, STOPPED } from './stop-loss-support.ts';

describe('SL-02', () => {
  const slow = (n: number, latencies: readonly number[]) => ({
    positions: many(n, (i) => position(`p${String(i)}`)),
    orders: many(n, (i) =>
      stop(`p${String(i)}`, `s${String(i)}`, at('01:00'), {
        venue_at: later(at('01:00'), latencies[i] ?? 500),
      }),
    ),
  });

  test.each([
    ['all within 2 s', 20, [], []],
    ['P95 above 5 s', 20, [6_000, 6_000], ['MEDIUM']],
    ['P95 of 19 samples is none', 19, [6_000, 6_000], []],
    ['one above 30 s', 5, [31_000], ['MEDIUM']],
  ])('%s', (_name, n, latencies, expected) => {
    const result = run({ rows: slow(n, latencies) });
    expect(severities(result, 'SL-02')).toEqual(expected);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('is HIGH when the price went past the planned stop meanwhile', () => {
    const prices = [
      { exchange: 'binance', symbol: 'BTCUSDT', bucket: at('01:00'), at: at('01:00:20'), price: '94' },
    ];
    expect(severities(run({ rows: { ...slow(1, [31_000]), prices } }), 'SL-02')).toEqual(['HIGH']);
  });

  test('tells a late request from a late answer', () => {
    const late = [stop('a', 's', at('01:00:31'))];
    expect(findingsOf(run({ rows: { positions: OPEN, orders: late } }), 'SL-02')[0]?.cause.id).toBe(
      'requested-late',
    );
    expect(findingsOf(run({ rows: slow(1, [31_000]) }), 'SL-02')[0]?.cause.id).toBe('answered-late');
  });

  test('scores the SLO by the P95 of 20 samples: 0.9 at the objective', () => {
    const result = run({
      rows: slow(
        20,
        many(20, () => 2_000),
      ),
    });
    expect(checkOf(result, 'AP4-SL')).toBeCloseTo(0.9, 6);
    expect(figureOf(result, 'stop_set', { stat: 'p95' })).toMatchObject({ value: 2000, n: 20 });
  });

  test('without acknowledgement times no latency is known', () => {
    const result = run({ rows: slow(20, []), lacks: ['order.venue_at'] });
    expect(valueOf(result, 'stop_set', { stat: 'avg' })).toBe('<missing_column>');
    expect(result.findings).toEqual([]);
  });
});

describe('SL-03', () => {
  test.each([
    ['half the quantity', stop('a', 's', at('01:00'), { quantity: '0.5' }), 'HIGH', 'placed-too-small'],
    ['same direction', stop('a', 's', at('01:00'), { side: 'long' }), 'CRITICAL', 'stop-on-wrong-side'],
    [
      'above the entry of a long',
      stop('a', 's', at('01:00'), { trigger_price: '101' }),
      'CRITICAL',
      'stop-on-wrong-side',
    ],
    [
      'not reduce-only',
      stop('a', 's', at('01:00'), { reduce_only: false }),
      'CRITICAL',
      'stop-not-reduce-only',
    ],
  ])('%s', (_name, order, severity, cause) => {
    const result = run({ rows: { positions: OPEN, orders: [order] } });
    expect(findingsOf(result, 'SL-03').map((one) => [one.severity, one.cause.id])).toEqual([
      [severity, cause],
    ]);
    expect(checkOf(result, 'SL8')).toBe(0);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('behind the liquidation price is CRITICAL, before it is fine, and one that entry and price passed is none', () => {
    const at95 = (liquidation_price: string) =>
      run({ rows: { positions: [position('a', { liquidation_price })], orders: STOPPED } });
    expect(findingsOf(at95('96'), 'SL-03')[0]?.cause.id).toBe('stop-beyond-liquidation');
    expect(findingsOf(at95('90'), 'SL-03')).toEqual([]);
    const passed = position('a', { liquidation_price: '101', current_price: '100.5' });
    expect(findingsOf(run({ rows: { positions: [passed], orders: STOPPED } }), 'SL-03')).toEqual([]);
  });

  test('two halves add up, a stop that closes all covers all, rounding to a step is no fault', () => {
    const halves = [
      stop('a', 's1', at('01:00'), { quantity: '0.5' }),
      stop('a', 's2', at('01:00'), { quantity: '0.5' }),
    ];
    expect(valueOf(run({ rows: { positions: OPEN, orders: halves } }), 'stop_coverage')).toBe(100);
    const whole = [stop('a', 's1', at('01:00'), { quantity: '0.1', close_on_trigger: true })];
    expect(valueOf(run({ rows: { positions: OPEN, orders: whole } }), 'stop_coverage')).toBe(100);
    const step = [stop('a', 's1', at('01:00'), { quantity: '0.9995' })];
    expect(run({ rows: { positions: OPEN, orders: step } }).findings).toEqual([]);
  });

  test.each<[string, string, number, number | 'unknown']>([
    ['before the end', '07:59', 1, 0],
    ['after it', '08:00', 0, 'unknown'],
  ])('by rows alone: what one holds that was written %s', (_name, time, findings, check) => {
    const positions = [position('a', { quantity: '2', updated_at: at(time) })];
    const result = run({ rows: { positions, orders: STOPPED }, lacks: ['fill'] });
    expect(findingsOf(result, 'SL-03')).toHaveLength(findings);
    expect(checkOf(result, 'SL8')).toBe(check);
  });

  test('a position that grew without its stop is found by its fills', () => {
    const fills = [fill('a', 'long', at('01:00')), fill('a', 'long', at('03:00'))];
    const result = run({ rows: { positions: [position('a', { quantity: '2' })], fills, orders: STOPPED } });
    expect(valueOf(result, 'stop_coverage')).toBe(50);
    expect(findingsOf(result, 'SL-03')[0]?.cause.id).toBe('scale-in-without-resize');
  });
});

describe('SL-04', () => {
  const closed = [position('a', { closed_at: at('02:00:01'), exit_order_id: 's' })];
  const fired = (changes: Readonly<Record<string, unknown>> = {}) =>
    stop('a', 's', at('01:00'), {
      status: 'filled',
      triggered_at: at('02:00'),
      filled_at: at('02:00:01'),
      filled: '1',
      average_price: '94.9',
      ...changes,
    });
  const rows = (order: object, positions: readonly object[] = closed, fills: readonly object[] = []) =>
    ({ positions, orders: [order], fills }) as NonNullable<Evidence['rows']>;

  test.each([
    ['10 bps', '94.905', []],
    ['100 bps is the limit', '94.05', []],
    ['105 bps', '94.0025', ['HIGH']],
    ['better than the trigger', '95.5', []],
  ])('slippage of %s', (_name, average_price, expected) => {
    const result = run({ rows: rows(fired({ average_price })) });
    expect(severities(result, 'SL-04')).toEqual(expected);
    expect(valueOf(result, 'stops_triggered')).toBe(1);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('is measured from the fills where these exist, cost positive for both sides', () => {
    const fills = [
      fill('a', 'long', at('01:00')),
      fill('a', 'short', at('02:00:01'), { order_id: 's', price: '94.05' }),
    ];
    const result = run({ rows: rows(fired({ average_price: '95' }), closed, fills) });
    expect(valueOf(result, 'stop_slippage', { stat: 'max' })).toBeCloseTo(100, 6);
    expect(valueOf(result, 'stop_slippage_cost')).toBe('0.95');
    const short = rows(fired({ side: 'long', trigger_price: '105', average_price: '106.05' }), [
      position('a', { side: 'short', closed_at: at('02:00:01') }),
    ]);
    expect(valueOf(run({ rows: short }), 'stop_slippage', { stat: 'max' })).toBeCloseTo(100, 6);
  });

  test('a loss above twice the plan fires too', () => {
    const fills = [
      fill('a', 'long', at('01:00')),
      fill('a', 'short', at('02:00:01'), { order_id: 's2', price: '89' }),
    ];
    const first = stop('a', 's1', at('01:00'), { status: 'cancelled', cancelled_at: at('01:30:01') });
    const last = stop('a', 's2', at('01:30'), {
      trigger_price: '89.5',
      status: 'filled',
      triggered_at: at('02:00'),
      filled_at: at('02:00:01'),
      filled: '1',
    });
    const rows = { positions: closed, orders: [first, last], fills };
    const placed = { position_id: 'a', order_id: 's1', at: at('01:00'), kind: 'placed', new_price: '95' };
    const result = run({ rows: { ...rows, 'stop-changes': [placed] } });
    expect(valueOf(result, 'loss_over_plan')).toBeCloseTo(2.2, 10);
    expect(severities(result, 'SL-04')).toEqual(['HIGH']);
    // The row of a cancelled stop has its last trigger; what was planned with the first is not known.
    expect(severities(run({ rows }), 'SL-04')).toEqual([]);
  });

  test('is muted for slippage on a testnet', () => {
    const result = run({ rows: rows(fired({ average_price: '90' })), bot: { environment: 'testnet' } });
    expect(findingsOf(result, 'SL-04')).toEqual([]);
    expect(checkOf(result, 'SL9')).toBe('not_applicable');
  });

  test.each([
    ['and the position remained', OPEN, 'CRITICAL'],
    ['and the position was closed at once', closed, 'HIGH'],
  ])('a trigger without a fill %s', (_name, positions, severity) => {
    const order = fired({
      type: 'stop_limit',
      status: 'new',
      filled_at: null,
      filled: null,
      average_price: null,
    });
    const result = run({ rows: rows(order, positions) });
    const [finding] = findingsOf(result, 'SL-04');
    expect(finding).toMatchObject({ severity, cause: { id: 'stop-limit-passed' } });
    expect(valueOf(result, 'stops_triggered_failed')).toBe(1);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('a trigger in the last seconds of the window may still be filled', () => {
    const order = fired({
      status: 'new',
      triggered_at: at('07:59:58'),
      filled_at: null,
      filled: null,
      average_price: null,
    });
    expect(run({ rows: rows(order, OPEN) }).findings).toEqual([]);
  });
});
