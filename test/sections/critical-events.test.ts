import { describe, expect, test } from '@jest/globals';
import { criticalEvents } from '../../sections/critical-events.ts';
import {
  at,
  checkOf,
  danglingReferences,
  evaluate,
  findingsOf,
  valueOf,
  WINDOW,
  type Evidence,
} from './support.ts';
import { criticalEvent as event } from './spelled.ts';
import { many, position } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;
const alert = (time: string, over: Row = {}): Row => ({
  at: at(time),
  severity: 'CRITICAL',
  text: 'Stop missing',
  symbol: null,
  ...over,
});
const count = (severity: string | null, events: number): Row => ({ bucket: 0, type: 'x', severity, events });

function run(rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(criticalEvents, { ...more, rows });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}

describe('EX8 critical alerts', () => {
  test('one key within ten minutes is one alert, raw count beside; a chain stays one', () => {
    const rows = [
      alert('01:00'),
      alert('01:09'),
      alert('01:18'),
      alert('01:29'),
      alert('01:30', { symbol: 'ETHUSDT' }),
      alert('02:00', { severity: 'WARNING' }),
    ];
    const result = run({ alerts: rows });
    expect([valueOf(result, 'critical_alerts'), valueOf(result, 'critical_alerts_raw')]).toEqual([3, 5]);
  });

  test('alerts around the window are read for CE-01 and not counted', () => {
    const rows = [
      { ...alert('00:00'), at: at('23:59:30', '2026-11-19') },
      { ...alert('08:00'), at: at('08:00:20') },
    ];
    expect(valueOf(run({ alerts: rows }), 'critical_alerts_raw')).toBe(0);
  });

  test.each([
    ['acknowledged after 15 minutes in time', alert('01:00', { acknowledged_at: at('01:15') }), 0],
    ['acknowledged later', alert('01:00', { acknowledged_at: at('01:15:01') }), 1],
    ['never, raised early', alert('01:00'), 1],
    ['never, raised ten minutes before the end', alert('07:50'), 0],
  ])('%s', (_name, row, expected) => {
    const other = alert('00:30', { severity: 'WARNING', acknowledged_at: at('00:31') });
    expect(valueOf(run({ alerts: [other, row] }), 'critical_alerts_unacknowledged')).toBe(expected);
  });

  test('what the mapping lacks is null with its name; suppressed alerts still count', () => {
    expect(valueOf(run({}, { lacks: ['alert.acknowledged_at'] }), 'critical_alerts_unacknowledged')).toBe(
      '<missing_column>',
    );
    expect(valueOf(run({}, { lacks: ['alert'] }), 'critical_alerts')).toBe('<missing_entity>');
    const blocked = run({ alerts: [alert('01:00', { delivered: false, blocked_reason: 'no token' })] });
    expect([valueOf(blocked, 'critical_alerts'), valueOf(blocked, 'critical_alerts_undelivered')]).toEqual([
      1, 1,
    ]);
  });
});

describe('EX9 errors', () => {
  test('ERROR and CRITICAL count, by signature too', () => {
    const signature = (text: string, events: number): Row => ({
      bucket: 0,
      exchange: null,
      type: 'api_error',
      signature: text,
      events,
      first_at: at('01:00'),
      last_at: at('02:00'),
    });
    const result = run({
      'event-counts': [count('ERROR', 7), count('CRITICAL', 1), count('WARNING', 90)],
      'error-signatures': [signature('a', 5), { ...signature('a', 2), bucket: 1 }, signature('b', 1)],
    });
    expect([
      valueOf(result, 'errors_logged'),
      valueOf(result, 'errors_per_hour'),
      valueOf(result, 'error_signatures'),
    ]).toEqual([8, 1, 2]);
    expect(checkOf(result, 'EX9')).toBe(1);
  });

  test.each([
    [40, 1],
    [160, 0.5],
    [480, 0],
  ])('%s errors in 8 h score %s', (errors, r) => {
    expect(checkOf(run({ 'event-counts': [count('ERROR', errors)] }), 'EX9')).toBe(r);
  });

  const history = (...figures: number[]) =>
    figures.map((errors) => ({
      window: WINDOW,
      verdict: 'PASS',
      overall: 9,
      reportHash: '',
      findings: [],
      figures: { errors_logged: errors },
    }));
  test('against earlier windows: three are needed, and equal ones do not make one error more an anomaly', () => {
    const errors = { 'event-counts': [count('ERROR', 20)] };
    expect(checkOf(run(errors, { history: history(2, 3) }), 'EX9')).toBe(1);
    expect(checkOf(run(errors, { history: history(2, 3, 4) }), 'EX9')).toBe(0.5);
    expect(checkOf(run({ 'event-counts': [count('ERROR', 5)] }, { history: history(4, 4, 4) }), 'EX9')).toBe(
      1,
    );
    expect(valueOf(run(errors, { history: history(2, 3, 4, 9) }), 'errors_history_median')).toBe(3.5);
  });

  test('without severities errors are unknown, never 0', () => {
    const result = run({ 'event-counts': [count(null, 5)] }, { lacks: ['event.severity'] });
    expect([valueOf(result, 'errors_logged'), checkOf(result, 'EX9')]).toEqual([
      '<missing_column>',
      'unknown',
    ]);
  });
});

describe('CE-01 emergency without alert', () => {
  const sl = event('sl_missing', '02:00');
  test.each([
    ['no alert', [], ['HIGH']],
    ['an alert within five seconds', [alert('02:00:05')], []],
    ['one that is late', [alert('02:00:05.001')], ['MEDIUM']],
    ['one at the end of the minute', [alert('02:01')], ['MEDIUM']],
    ['one five seconds before', [alert('01:59:55')], []],
    ['one after the minute, which is none', [alert('02:01:00.001')], ['HIGH']],
    ['one of another symbol', [alert('02:00:02', { symbol: 'ETHUSDT' })], ['HIGH']],
    ['one of the same symbol', [alert('02:00:02', { symbol: 'BTCUSDT' })], []],
    ['a late one and its repeat', [alert('02:00:20'), alert('02:00:40')], ['MEDIUM']],
  ])('%s', (_name, alerts, severities) => {
    const found = findingsOf(run({ 'critical-events': [sl], alerts }), 'CE-01');
    expect(found.map(({ severity }) => severity)).toEqual(severities);
  });

  test('late alerts and missing ones are two findings; the slowest is named', () => {
    const result = run({
      'critical-events': [sl, event('limit_breach', '03:00'), event('liquidation', '04:00')],
      alerts: [alert('02:00:12'), alert('03:00:02.5')],
    });
    expect(
      findingsOf(result, 'CE-01').map(({ id, severity, frequency }) => [id, severity, frequency]),
    ).toEqual([
      ['CE-01/binance/no-alert-for-type', 'HIGH', 1],
      ['CE-01/binance/alert-slow-now-and-then', 'MEDIUM', 1],
    ]);
    expect(valueOf(result, 'alert_delay_max', { rule: 'CE-01', exchange: 'binance' })).toBe(12);
  });

  test('recovery and a person’s own act need none; unreadable alerts decide nothing; an alert log that never had a row does', () => {
    expect(
      findingsOf(
        run({
          'critical-events': [event('kill_switch_off', '02:00'), event('manual_intervention', '03:00')],
        }),
        'CE-01',
      ),
    ).toEqual([]);
    expect(findingsOf(run({ 'critical-events': [sl] }, { lacks: ['alert'] }), 'CE-01')).toEqual([]);
    expect(
      findingsOf(run({ 'critical-events': [sl], alerts: { value: null, reason: 'no_data' } }), 'CE-01'),
    ).toHaveLength(1);
  });

  test('one finding an exchange, with the cause that the alert log shows', () => {
    const events = [sl, event('limit_breach', '03:00', { exchange: 'bybit', symbol: null, events: 4 })];
    const found = findingsOf(run({ 'critical-events': events }), 'CE-01');
    expect(found.map(({ id, severity, frequency }) => [id, severity, frequency])).toEqual([
      ['CE-01/binance/alert-path-silent', 'HIGH', 1],
      ['CE-01/bybit/alert-path-silent', 'HIGH', 4],
    ]);
    const blocked = run({
      'critical-events': [sl],
      alerts: [alert('05:00', { severity: 'WARNING', delivered: false })],
    });
    expect(
      findingsOf(blocked, 'CE-01')[0]?.cause.predicates.find(({ text }) => text.includes('not delivered'))
        ?.held,
    ).toBe(true);
  });
});

describe('CE-02 liquidation and ADL', () => {
  const taken = position('P1', {
    closed_at: at('03:00'),
    exit_reason: 'liquidation',
    exit_kind: 'liquidation',
    stop_loss_price: '80',
    liquidation_price: '85',
  });
  test('an event and its position are one; the stop beyond liquidation is the cause', () => {
    const result = run({
      'critical-events': [event('liquidation', '03:00', { position_id: 'P1' })],
      positions: [taken],
      alerts: [alert('03:00:02')],
    });
    const [finding, ...rest] = findingsOf(result, 'CE-02');
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({
      severity: 'CRITICAL',
      occurrences: [{ subject: 'BTCUSDT' }],
      cause: { id: 'liquidation-stop-beyond-liquidation', confidence: 'LIKELY' },
    });
    expect(
      valueOf(result, 'forced_close_notional', { rule: 'CE-02', exchange: 'binance', kind: 'liquidation' }),
    ).toBe('100');
  });

  test('an exit kind without an event counts too; ADL is HIGH; other exits are none, whatever their word', () => {
    expect(findingsOf(run({ positions: [taken] }), 'CE-02')[0]?.severity).toBe('CRITICAL');
    expect(findingsOf(run({ positions: [{ ...taken, exit_kind: 'adl' }] }), 'CE-02')[0]?.severity).toBe(
      'HIGH',
    );
    expect(findingsOf(run({ positions: [{ ...taken, exit_kind: null }] }), 'CE-02')).toEqual([]);
    expect(
      findingsOf(run({ positions: [{ ...taken, closed_at: at('23:00', '2026-11-19') }] }), 'CE-02'),
    ).toEqual([]);
  });
});

test('a flood of critical events stays bounded in the report', () => {
  const result = run({
    'critical-events': many(500, (n) => event('sl_missing', '02:00', { position_id: String(n), events: 20 })),
    alerts: [alert('02:00:01')],
  });
  expect([valueOf(result, 'critical_events'), valueOf(result, 'critical_incidents')]).toEqual([10_000, 500]);
});
