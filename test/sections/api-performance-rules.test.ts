import { describe, expect, test } from '@jest/globals';
import { answered, failed, failures, QUIET, run, step, unclear } from './api-calls.ts';
import { at, findingsOf, type Evidence } from './support.ts';
import { position } from './trading-rows.ts';

type Rows = Evidence['rows'];
const found = (rule: string, rows: Rows = {}, more: Omit<Evidence, 'rows'> = {}) =>
  findingsOf(run(rows, more), rule);
const minutes = (count: number, over: Readonly<Record<string, unknown>> = {}) =>
  Array.from({ length: count }, (_, n) => failures(`02:${String(10 + n)}`, n + 1, over));

test('a quiet window has no finding', () => {
  expect(run().findings).toEqual([]);
  expect(run().rules).toMatchObject({ judged: 5, unjudged: [] });
});

describe('AP-01 error burst', () => {
  test('five failures in an hour are none, six are one', () => {
    expect(found('AP-01', { 'api-failures': minutes(5) })).toEqual([]);
    const [finding] = found('AP-01', { 'api-failures': minutes(6) });
    expect(finding).toMatchObject({
      venue: 'binance',
      severity: 'MEDIUM',
      frequency: 6,
      firstSeen: at('02:10'),
      lastSeen: at('02:15'),
      occurrences: [{ subject: 'Exchange down' }],
    });
  });

  test('a failure more than an hour before is not of it', () => {
    const [finding] = found('AP-01', { 'api-failures': [failures('00:30', 1), ...minutes(6)] });
    expect(finding).toMatchObject({ frequency: 6, firstSeen: at('02:10') });
  });

  test('on the path of orders it is HIGH', () => {
    const rows = { 'api-failures': minutes(6, { operation_kind: 'update_stop' }) };
    expect(found('AP-01', rows)).toMatchObject([{ severity: 'HIGH' }]);
  });

  test('too many failures of both exchanges at one time are one, of the network here', () => {
    const both = minutes(6).flatMap((row) => [
      { ...row, class: 'network', within_all: 12 },
      { ...row, class: 'network', exchange: 'bybit', within_all: 12 },
    ]);
    const rows = {
      'api-failures': both,
      'api-steps': ['binance', 'bybit'].map((exchange) => step('02:12', { exchange, failed: 10 })),
    };
    expect(found('AP-01', rows)).toMatchObject([
      { venue: null, frequency: 12, cause: { id: 'local', confidence: 'LIKELY' } },
    ]);
  });

  test('failures that are too many only together are of no exchange', () => {
    const together = [
      ...minutes(3).map((row, n) => ({ ...row, within_all: n + 1 })),
      ...minutes(3).map((row, n) => ({ ...row, exchange: 'bybit', within_all: n + 4 })),
    ];
    expect(found('AP-01', { 'api-failures': together })).toMatchObject([{ venue: null, frequency: 6 }]);
  });

  test('the exchange broke when the other one answered', () => {
    const rows = { 'api-failures': minutes(6), 'api-steps': [step('02:12', { exchange: 'bybit' })] };
    expect(found('AP-01', rows)).toMatchObject([{ cause: { id: 'exchange', confidence: 'LIKELY' } }]);
  });

  test('5 % of an operation are none, more are one; of 19 calls none', () => {
    const of = (calls: number, bad: number) =>
      found('AP-01', {
        'api-durations': [...QUIET, answered('other', calls, 50, { operation: 'fetch_book' })],
        'api-errors': [failed('parse', bad, { operation: 'fetch_book', operation_kind: 'other' })],
      });
    expect(of(100, 5)).toEqual([]);
    expect(of(100, 6)).toMatchObject([{ cause: { id: 'unreadable' }, frequency: 6 }]);
    expect(of(19, 10)).toEqual([]);
  });

  test('refused orders are none, however many', () => {
    const errors = [failed('insufficient_margin', 90, { operation_kind: 'open_position' })];
    expect(found('AP-01', { 'api-errors': errors })).toEqual([]);
  });

  describe('keys that are refused', () => {
    const refused = minutes(12, { class: 'auth' });
    const steps = (last: string, more: readonly unknown[] = []) => [
      step('02:10', { auth_failed: 1, failed: 1 }),
      step(last, { auth_failed: 1, failed: 1 }),
      ...(more as []),
    ];
    const of = (last: string, more: readonly unknown[], open: boolean) =>
      found('AP-01', {
        'api-failures': refused,
        'api-steps': steps(last, more),
        positions: open ? [position('A', { opened_at: at('01:00'), exchange: 'binance' })] : [],
      }).map(({ severity, cause }) => [severity, cause.id]);

    test('are CRITICAL after ten minutes beside an open position', () => {
      expect(of('02:20', [], true)).toEqual([['MEDIUM', 'keys']]);
      expect(of('02:21', [], true)).toEqual([['CRITICAL', 'keys']]);
      expect(of('02:21', [], false)).toEqual([['MEDIUM', 'keys']]);
    });

    test('are not when a signed call was answered meanwhile', () => {
      expect(of('02:21', [step('02:15', { signed_ok: 1 })], true)).toEqual([['MEDIUM', 'keys']]);
    });
  });
});

describe('AP-02 rate limit', () => {
  test.each([
    [80, 0],
    [80.1, 1],
  ])('%s %% of the limit: %s', (used, findings) => {
    const rows = { 'api-steps': [step('02:00', { used_percent: used, price_calls: 6 })] };
    const list = found('AP-02', rows);
    expect(list).toHaveLength(findings);
    if (findings > 0) expect(list[0]).toMatchObject({ severity: 'MEDIUM', cause: { id: 'prices-polled' } });
  });

  test('a refused call is MEDIUM, a ban HIGH', () => {
    const of = (status: number) =>
      found('AP-02', { 'api-errors': [failed('rate_limit', 2, { http_status: status })] });
    expect(of(429)).toMatchObject([{ severity: 'MEDIUM', frequency: 2, venue: 'binance' }]);
    expect(of(418)).toMatchObject([{ severity: 'HIGH' }]);
  });
});

describe('AP-03 latency objective missed', () => {
  const of = (kind: string, slow: number, n: number, ms: number) =>
    found('AP-03', {
      'api-durations': [answered(kind, n, 60, { ms: [60, ms], counts: [n - slow, slow], exchange: 'bybit' })],
    });

  test.each([
    ['open_position', 2_001, 'MEDIUM'],
    ['close_position', 1_501, 'MEDIUM'],
    ['update_stop', 1_001, 'HIGH'],
    ['fetch_price', 501, 'LOW'],
  ])('%s slower than its objective', (kind, ms, severity) => {
    expect(of(kind, 2, 100, ms)).toMatchObject([{ severity, frequency: 2, venue: 'bybit' }]);
    expect(of(kind, 2, 100, ms - 1)).toEqual([]);
    expect(of(kind, 1, 100, ms)).toEqual([]);
    expect(of(kind, 5, 19, ms)).toEqual([]);
  });

  test('a call that was given up is not answered in time, however short it was', () => {
    const calls = [
      answered('open_position', 98, 60),
      answered('open_position', 2, 60, { outcome: 'timeout' }),
    ];
    expect(found('AP-03', { 'api-durations': calls })).toMatchObject([{ cause: { id: 'no-answer' } }]);
  });
});

describe('AP-04 order without a known outcome', () => {
  const order = (over: Readonly<Record<string, unknown>>) => ({
    id: 'O1',
    call_client_order_id: 'c1',
    symbol: 'BTCUSDT',
    status: 'new',
    ...over,
  });
  test.each([
    ['its id at the exchange is known', { exchange_order_id: '77' }, 'HIGH', 'taken-after-timeout'],
    ['it has a fill', { filled: '0.5' }, 'HIGH', 'taken-after-timeout'],
    ['it was rejected', { status: 'rejected' }, 'HIGH', 'never-arrived'],
    ['nothing says how it ended', {}, 'CRITICAL', 'unknown'],
  ])('%s', (_name, over, severity, cause) => {
    const rows = { 'api-unclear-submits': [unclear()], 'api-unclear-orders': [order(over)] };
    expect(found('AP-04', rows)).toMatchObject([
      { severity, cause: { id: cause }, occurrences: [{ subject: 'BTCUSDT', at: at('03:00') }] },
    ]);
  });

  test('an order that no call names is not told: HIGH, and no guess', () => {
    const rows = {
      'api-unclear-submits': [unclear()],
      'api-unclear-orders': [order({ call_client_order_id: 'c2' })],
    };
    expect(found('AP-04', rows)).toMatchObject([{ severity: 'HIGH', cause: { id: 'unknown' } }]);
  });

  test('the correlation id counts where the call has no client id', () => {
    const rows = {
      'api-unclear-submits': [unclear({ client_order_id: null, correlation_id: 'k' })],
      'api-unclear-orders': [order({ call_client_order_id: null, correlation_id: 'k', filled: '1' })],
    };
    expect(found('AP-04', rows)).toMatchObject([{ cause: { id: 'taken-after-timeout' } }]);
  });
});

describe('AP-05 clock drift', () => {
  const late = (calls: number, over: Readonly<Record<string, unknown>> = {}) => ({
    'api-errors': [failed('timestamp', calls, over)],
  });

  test('two calls that an exchange refused for their time are none, three are', () => {
    expect(found('AP-05', late(2))).toEqual([]);
    expect(found('AP-05', late(3))).toMatchObject([
      { venue: 'binance', severity: 'HIGH', frequency: 3, occurrences: [{ subject: 'Price fetch' }] },
    ]);
  });

  test('those of two exchanges are of the host, those of one may have come late', () => {
    const both = {
      'api-errors': ['binance', 'bybit'].map((exchange) => failed('timestamp', 3, { exchange })),
    };
    expect(found('AP-05', both).map(({ cause }) => cause.id)).toEqual(['host', 'host']);
    expect(found('AP-05', late(3))).toMatchObject([{ cause: { id: 'one-exchange' } }]);
  });

  test('refusals of another kind are none of the clock', () => {
    expect(found('AP-05', { 'api-errors': [failed('auth', 9)] })).toEqual([]);
  });

  test('a burst of them points at the clock', () => {
    const rows = { ...late(6), 'api-failures': minutes(6, { class: 'timestamp' }) };
    expect(run(rows).findings.find(({ rule }) => rule === 'AP-01')).toMatchObject({
      explainedBy: expect.arrayContaining([{ rule: 'AP-05' }]),
    });
    expect(found('AP-01', { 'api-failures': minutes(6) })).toMatchObject([
      { explainedBy: [{ rule: 'AP-02' }] },
    ]);
  });
});
