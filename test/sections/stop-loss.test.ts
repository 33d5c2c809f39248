import { describe, expect, test } from '@jest/globals';
import { stopLoss } from '../../sections/stop-loss.ts';
import {
  at,
  checkOf,
  danglingReferences,
  evaluate,
  figureOf,
  findingsOf,
  valueOf,
  type Evidence,
} from './support.ts';
import { fill, later, many, position, stop } from './trading-rows.ts';

const run = (evidence: Evidence) => evaluate(stopLoss, evidence);
const gate = (result: ReturnType<typeof run>) => result.gates[0]?.failed;
const severities = (result: ReturnType<typeof run>, rule: string) =>
  findingsOf(result, rule).map(({ severity }) => severity);

const EQUITY = [
  { exchange: 'binance', currency: 'USDT', bucket: at('00:00'), at: at('00:00'), equity: '100000' },
];
const OPEN = [position('a')];
const STOPPED = [stop('a', 's1', at('01:00'))];

describe('a protected position', () => {
  const result = run({ rows: { positions: OPEN, orders: STOPPED } });

  test('passes every check that was looked at', () => {
    expect(valueOf(result, 'stops_set')).toBe(1);
    expect(valueOf(result, 'positions_without_stop')).toBe(0);
    expect(valueOf(result, 'unprotected_time')).toBe(0);
    expect(valueOf(result, 'stop_coverage')).toBe(100);
    expect(['SL4-5', 'SL8', 'SL9'].map((id) => checkOf(result, id))).toEqual([1, 1, 1]);
    expect(gate(result)).toBe(false);
    expect(result.findings).toEqual([]);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('has no percentile of one sample, and says so', () => {
    expect(valueOf(result, 'stop_set', { stat: 'p95' })).toBe('<insufficient_n>');
    expect(valueOf(result, 'stop_set', { stat: 'max' })).toBe(500);
    expect(checkOf(result, 'AP4-SL')).toBe('unknown');
  });
});

describe('what was not seen is never 0', () => {
  test.each([
    ['no positions', { lacks: ['position'] }, '<missing_entity>'],
    ['no stop was ever recorded', { rows: { positions: OPEN } }, '<no_data>'],
    [
      'orders failed and nothing else tells',
      { rows: { positions: OPEN, orders: { value: null, reason: 'source_failed' } } },
      '<no_data>',
    ],
  ] as const)('%s', (_name, evidence, value) => {
    const result = run(evidence);
    expect(valueOf(result, 'positions_without_stop')).toBe(value);
    expect(['SL4-5', 'SL8', 'SL9', 'AP4-SL'].map((id) => checkOf(result, id))).toEqual(
      many(4, () => 'unknown'),
    );
    expect(gate(result)).toBeNull();
    expect(result.findings).toEqual([]);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('a living bot without positions has 0 and passes', () => {
    const result = run({});
    expect(valueOf(result, 'positions_without_stop')).toBe(0);
    expect(['SL4-5', 'SL8', 'SL9'].map((id) => checkOf(result, id))).toEqual([1, 1, 1]);
    expect(gate(result)).toBe(false);
  });
});

describe('SL-01', () => {
  const cancelled = (time: string) =>
    stop('a', 's1', at('01:00'), { status: 'cancelled', cancelled_at: time });
  const next = (time: string, changes: Readonly<Record<string, unknown>> = {}) =>
    stop('a', 's2', time, changes);

  test('is CRITICAL for a stop cancelled before the end whose successor was rejected', () => {
    const rejected = next(at('07:48:02.611'), {
      status: 'rejected',
      venue_at: null,
      reject_code: '-2021',
      reject_reason: 'Order would immediately trigger.',
    });
    const result = run({
      rows: { positions: OPEN, orders: [cancelled(at('07:48:02.114')), rejected], equity: EQUITY },
    });
    const [finding, ...rest] = findingsOf(result, 'SL-01');
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({
      severity: 'CRITICAL',
      venue: 'binance',
      frequency: 1,
      id: 'SL-01/binance/stop-rejected',
    });
    expect(finding?.cause.confidence).toBe('CONFIRMED');
    expect(finding?.firstSeen).toBe(at('07:48:02.114'));
    expect(
      figureOf(result, 'longest', { rule: 'SL-01', exchange: 'binance', cause: 'stop-rejected' }).value,
    ).toBeCloseTo(717.886, 3);
    expect(gate(result)).toBe(true);
    expect(checkOf(result, 'SL4-5')).toBe(0);
    expect(valueOf(result, 'positions_without_stop_at_end', { exchange: 'binance' })).toBe(1);
    expect(valueOf(result, 'positions_without_stop_at_end', { exchange: 'bybit' })).toBe(0);
    expect(danglingReferences(result)).toEqual([]);
  });

  test.each([
    ['5 s is the grace', 5_000, EQUITY, []],
    ['6 s at little exposure', 6_000, EQUITY, ['LOW']],
    ['6 s at unknown exposure', 6_000, [], ['MEDIUM']],
    ['61 s', 61_000, EQUITY, ['HIGH']],
    ['20 minutes of much', 1_200_000, [{ ...EQUITY[0], equity: '100' }], ['CRITICAL']],
  ])('late first stop: %s', (_name, latencyMs, equity, expected) => {
    const orders = [stop('a', 's1', at('01:00'), { venue_at: later(at('01:00'), latencyMs) })];
    const result = run({ rows: { positions: OPEN, orders, equity } });
    expect(severities(result, 'SL-01')).toEqual(expected);
    expect(checkOf(result, 'SL4-5')).toBe(expected.length === 0 ? 1 : latencyMs > 60_000 ? 0 : 0.5);
    expect(findingsOf(result, 'SL-01')[0]?.cause.id ?? 'acknowledged-late').toBe('acknowledged-late');
  });

  test.each([
    ['never asked for', [stop('b', 's9', at('01:00'))], 'never-requested'],
    ['cancelled and forgotten', [cancelled(at('02:00'))], 'cancelled-not-replaced'],
    ['replaced much later', [cancelled(at('02:00')), next(at('02:10'))], 'cancelled-not-replaced'],
    [
      'expired',
      [stop('a', 's1', at('01:00'), { status: 'expired', updated_at: at('02:00') })],
      'stop-expired',
    ],
    [
      'filled in part of the position',
      [stop('a', 's1', at('01:00'), { status: 'filled', filled_at: at('02:00'), triggered_at: at('02:00') })],
      'stop-filled-remainder',
    ],
  ])('names the cause: %s', (_name, orders, cause) => {
    const result = run({
      rows: {
        positions: [...OPEN, position('b')],
        orders: [...orders, ...(cause === 'never-requested' ? [] : [stop('b', 's9', at('01:00'))])],
      },
    });
    expect(findingsOf(result, 'SL-01').map((finding) => finding.cause.id)).toEqual([cause]);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('sums notional over unprotected time at market prices', () => {
    const prices = [
      { exchange: 'binance', symbol: 'BTCUSDT', bucket: at('02:00'), at: at('02:00'), price: '200' },
      { exchange: 'binance', symbol: 'BTCUSDT', bucket: at('02:05'), at: at('02:05'), price: '300' },
    ];
    const orders = [cancelled(at('02:00')), next(at('02:10'), { venue_at: at('02:10') })];
    const result = run({ rows: { positions: OPEN, orders, prices } });
    expect(valueOf(result, 'unprotected_exposure')).toBe('2500');
    expect(valueOf(result, 'unprotected_time')).toBe(10);
  });

  test('a strategy that trades without stops by design needs none', () => {
    const positions = [position('a', { strategy: 'carry' }), position('b', { strategy: 'trend' })];
    const orders = [stop('b', 's', at('01:00'))];
    expect(severities(run({ rows: { positions, orders } }), 'SL-01')).toEqual(['CRITICAL']);
    const excused = run({ rows: { positions, orders }, bot: { strategiesWithoutStop: ['carry'] } });
    expect(excused.findings).toEqual([]);
    expect(valueOf(excused, 'stops_required')).toBe(1);
  });

  test('says which alert fired, or that none did', () => {
    const rows = { positions: OPEN, orders: [cancelled(at('07:00'))] };
    const alert = {
      at: at('07:01'),
      severity: 'CRITICAL',
      text: 'stop missing',
      symbol: 'BTC/USDT',
      delivered: true,
    };
    const detection = (alerts: readonly Readonly<Record<string, unknown>>[]) =>
      JSON.stringify(findingsOf(run({ rows: { ...rows, alerts } }), 'SL-01')[0]?.detection);
    expect(detection([alert])).toContain('stop missing');
    expect(detection([])).toContain('No alert fired');
  });
});

describe('lower rungs', () => {
  test('recorded stop changes give times, gaps and latencies, with half the credit', () => {
    const stopChanges = [
      { position_id: 'a', at: at('01:00:01'), kind: 'placed', new_price: '95', exchange: 'binance' },
      {
        position_id: 'a',
        at: at('02:00'),
        kind: 'updated',
        old_price: '95',
        new_price: '97',
        duration_ms: '400',
        unprotected_window_ms: '250',
      },
      { position_id: 'a', at: at('03:00'), kind: 'removed' },
    ];
    const result = run({ rows: { positions: OPEN, stopChanges: [], 'stop-changes': stopChanges } });
    expect(figureOf(result, 'stops_set').basis).toBe('stop changes as the bot recorded them');
    expect(valueOf(result, 'stops_updated')).toBe(1);
    expect(valueOf(result, 'naked_gap_max')).toBe(250);
    expect(severities(result, 'SL-05')).toEqual(['MEDIUM']);
    expect(severities(result, 'SL-01')).toEqual(['CRITICAL']);
    expect(findingsOf(result, 'SL-01')[0]?.cause.confidence).toBe('UNKNOWN');
    expect(danglingReferences(result)).toEqual([]);
  });

  test('a stop price in the row is bot-reported: counted, credited by half, without latencies', () => {
    const positions = [position('a', { stop_loss_price: '95' }), position('b', { opened_at: at('02:00') })];
    const result = run({ rows: { positions } });
    expect(valueOf(result, 'positions_without_stop')).toBe(1);
    expect(valueOf(result, 'stops_set')).toBe(1);
    expect(valueOf(result, 'stop_set', { stat: 'avg' })).toBe('<inadequate_basis>');
    expect(valueOf(result, 'unprotected_time')).toBe('<inadequate_basis>');
    expect(severities(result, 'SL-01')).toEqual(['CRITICAL']);
    expect(result.checks.find(({ id }) => id === 'SL4-5')?.outcome).toMatchObject({ r: 0, credit: 0.5 });
    expect(checkOf(result, 'SL8')).toBe('unknown');
  });

  test('a row that changed after the window does not say what its stop was', () => {
    const positions = [position('a', { stop_loss_price: '95', updated_at: at('09:00') })];
    const result = run({ rows: { positions } });
    expect(valueOf(result, 'positions_without_stop')).toBe('<changed_since>');
    expect(checkOf(result, 'SL4-5')).toBe('unknown');
    expect(gate(result)).toBeNull();
  });

  test.each([
    [true, 'unknown', null],
    [false, 0, true],
  ])('a flag alone that is %s can fail a check and never pass it', (flag, check, failed) => {
    const result = run({ rows: { positions: [position('a', { has_stop_loss: flag })] } });
    expect(checkOf(result, 'SL4-5')).toBe(check);
    expect(gate(result)).toBe(failed);
  });

  test.each([
    ['long above its entry', { stop_loss_price: '105' }, ['CRITICAL']],
    ['short below its entry', { side: 'short', stop_loss_price: '95' }, ['CRITICAL']],
    ['trailed into profit', { stop_loss_price: '105', trailing_activated: true }, []],
    [
      'trailed behind the market',
      { stop_loss_price: '105', trailing_activated: true, current_price: '110' },
      [],
    ],
    [
      'trailed past the market',
      { stop_loss_price: '105', trailing_activated: true, current_price: '98' },
      ['CRITICAL'],
    ],
    ['long below its entry', { stop_loss_price: '95' }, []],
  ])('a stop price on the wrong side: %s', (_name, changes, expected) => {
    const result = run({ rows: { positions: [position('a', changes)] } });
    expect(severities(result, 'SL-03')).toEqual(expected);
    expect(danglingReferences(result)).toEqual([]);
  });
});

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

  test('behind the liquidation price is CRITICAL, before it is fine', () => {
    const at95 = (liquidation_price: string) =>
      run({ rows: { positions: [position('a', { liquidation_price })], orders: STOPPED } });
    expect(findingsOf(at95('96'), 'SL-03')[0]?.cause.id).toBe('stop-beyond-liquidation');
    expect(findingsOf(at95('90'), 'SL-03')).toEqual([]);
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
    const result = run({ rows: { positions: closed, orders: [first, last], fills } });
    expect(valueOf(result, 'loss_over_plan')).toBeCloseTo(2.2, 10);
    expect(severities(result, 'SL-04')).toEqual(['HIGH']);
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
