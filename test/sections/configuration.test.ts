import { describe, expect, test } from '@jest/globals';
import { configuration } from '../../sections/configuration.ts';
import {
  at,
  BOT,
  danglingReferences,
  evaluate,
  findingsOf,
  valueOf,
  WINDOW,
  type Evidence,
} from './support.ts';

type Row = Readonly<Record<string, unknown>>;
const limit = (kind: string, value: string, over: Row = {}): Row => ({
  name: kind,
  kind,
  value,
  scope: 'bot',
  ...over,
});
const ALL = [
  limit('max_positions', '40'),
  limit('daily_loss', '1500'),
  limit('per_trade_loss', '120'),
  limit('exposure', '150000'),
  limit('leverage', '5'),
  limit('max_age', '12'),
];
const without = (kind: string) => ALL.filter((row) => row['kind'] !== kind);
const KILL = { name: 'kill_switch', value: 'off', kind: 'kill_switch', on: false, at: at('07:00') };

const FRESH = { name: 'exchange_filters', at: at('07:00'), age_s: 41, rows: 8 };

function run(rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(configuration, {
    ...more,
    rows: { limits: ALL, states: [KILL], 'filter-caches': [FRESH], ...rows },
  });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
const kinds = (result: ReturnType<typeof run>, rule = 'CF-01') =>
  findingsOf(result, rule).map(({ cause, severity, occurrences }) => [
    cause.id,
    severity,
    occurrences.map(({ subject }) => subject).join(),
  ]);

test('six limits and a kill switch have no issue', () => {
  const result = run();
  expect(result.findings).toEqual([]);
  expect(['limits_set', 'limits_missing', 'config_issues'].map((name) => valueOf(result, name))).toEqual([
    6, 0, 0,
  ]);
});

describe('CF-01 unsafe configuration', () => {
  test.each([
    ['daily_loss', 'MEDIUM'],
    ['max_positions', 'MEDIUM'],
    ['leverage', 'MEDIUM'],
    ['max_age', 'LOW'],
  ])('%s is set by nobody: %s', (kind, severity) => {
    expect(kinds(run({ limits: without(kind) }))).toEqual([['missing-not-set', severity, kind]]);
  });

  test('one that the operator has set is set', () => {
    const bot = { limits: { ...BOT.limits, dailyLoss: '1500' } };
    expect(kinds(run({ limits: without('daily_loss') }, { bot }))).toEqual([]);
  });

  test('a limit of one exchange is one of its kind', () => {
    const part = limit('exposure', '9', { scope: 'exchange', scope_value: 'bybit' });
    expect(kinds(run({ limits: [...without('exposure'), part] }))).toEqual([]);
  });

  test('a spot bot needs no limit of leverage, and of accounts that nobody describes it is not known', () => {
    const spot = { accounts: { binance: { type: 'spot' as const, settles: [] } } };
    expect(kinds(run({ limits: without('leverage') }, { bot: spot }))).toEqual([]);
    expect(kinds(run({ limits: without('leverage') }, { bot: { accounts: {} } }))).toEqual([]);
  });

  test('a name that nothing reads may be the limit that is missing', () => {
    const unread = { ...limit('daily_loss', '5'), name: 'risk_cap', kind: null };
    const result = run({ limits: [...without('daily_loss'), unread] });
    expect([kinds(result), valueOf(result, 'limits_missing')]).toEqual([[], '<inadequate_basis>']);
    expect(result.rules.unjudged).toMatchObject([{ id: 'CF-01', why: { reason: 'inadequate_basis' } }]);
  });

  test.each([
    ['above', '120.01', [['looser-two-sources', 'MEDIUM', 'per_trade_loss']]],
    ['equal to', '120', []],
    ['below', '100', []],
  ])('a limit of the bot %s the operator’s', (_name, value, expected) => {
    const limits = [...without('per_trade_loss'), limit('per_trade_loss', value)];
    expect(kinds(run({ limits }, { bot: { limits: { ...BOT.limits, perTradeLoss: '120' } } }))).toEqual(
      expected,
    );
  });

  test.each([
    ['0', 'void-not-set'],
    ['-1', 'void-not-set'],
    [null, 'void-not-set'],
    ['0.01', undefined],
  ])('a limit of the bot of %s beside the operator’s is %s', (value, cause) => {
    const limits = [...without('exposure'), { ...limit('exposure', '1'), value }];
    const found = kinds(run({ limits }, { bot: { limits: { ...BOT.limits, exposure: '5000' } } }));
    expect(found).toEqual(cause === undefined ? [] : [[cause, 'HIGH', 'exposure']]);
  });

  test('a limit of 0 that stands alone, and one in a unit that is not compared', () => {
    const limits = [...without('exposure'), limit('exposure', '0')];
    expect(kinds(run({ limits }))).toEqual([['void-not-set', 'MEDIUM', 'exposure']]);
    const other = [...without('exposure'), limit('exposure', '3', { unit: 'BTC' })];
    const result = run({ limits: other }, { bot: { limits: { ...BOT.limits, exposure: '5000' } } });
    expect([kinds(result), result.rules.unjudged.map(({ id }) => id)]).toEqual([[], ['CF-01']]);
  });

  test.each([
    ['1500', []],
    ['1500.01', [['contradictory-not-set', 'MEDIUM', 'per_trade_loss']]],
  ])('one position may lose %s of a day’s 1500', (value, expected) => {
    expect(kinds(run({ limits: [...without('per_trade_loss'), limit('per_trade_loss', value)] }))).toEqual(
      expected,
    );
  });

  test.each([
    ['40', []],
    ['41', [['idle-not-set', 'LOW', 'max_positions of exchange bybit']]],
  ])('%s positions at one exchange of 40 in all', (value, expected) => {
    const part = limit('max_positions', value, { scope: 'exchange', scope_value: 'bybit' });
    expect(kinds(run({ limits: [...ALL, part] }))).toEqual(expected);
  });

  test('switches of which none stops all trading; none at all is not known', () => {
    const breaker = { ...KILL, name: 'circuit_breaker', kind: 'circuit_breaker' };
    expect(kinds(run({ states: [breaker] }))).toEqual([['no-kill-switch-not-set', 'MEDIUM', 'kill switch']]);
    expect(kinds(run({ states: [breaker, { ...breaker, name: 'x', kind: null }] }))).toEqual([]);
    expect(kinds(run({ states: [] }))).toEqual([]);
  });

  test('a bot that has written no limit at all may keep them elsewhere', () => {
    const result = run({ limits: [] });
    expect([kinds(result), valueOf(result, 'limits_missing')]).toEqual([[], '<no_data>']);
  });

  test('a bot without limits in its mapping is not accused', () => {
    const result = run({}, { lacks: ['limit'] });
    expect([kinds(result), valueOf(result, 'limits_missing')]).toEqual([[], '<missing_entity>']);
  });
});

describe('CF-02 drift', () => {
  const change = (over: Row = {}): Row => ({
    at: at('03:12'),
    type: 'config_changed',
    name: 'entry_notional',
    writer: 'console',
    old_value: '1500',
    new_value: '1650',
    reviewed_by: null,
    ...over,
  });

  test('a change without a reviewer; one with a name has none', () => {
    expect(findingsOf(run({ 'config-changes': [change()] }), 'CF-02')).toMatchObject([
      { severity: 'MEDIUM', frequency: 1, occurrences: [{ subject: 'entry_notional', at: at('03:12') }] },
    ]);
    expect(findingsOf(run({ 'config-changes': [change({ reviewed_by: 'anna' })] }), 'CF-02')).toEqual([]);
  });

  const version = (name: string, from: string, to: string, runs: number): Row => ({
    service: 'trader',
    version: name,
    first_at: from,
    from_at: from,
    to_at: to,
    beats: 40,
    runs,
  });
  test.each([
    ['for 11 minutes', at('04:11'), 3, 1],
    ['for 10 minutes', at('04:10'), 3, 0],
    ['one after the other, and back', at('05:00'), 2, 0],
  ])('two versions of one service %s', (_name, to, runs, findings) => {
    const versions = [version('1.0', WINDOW.from, to, runs), version('1.1', at('04:00'), at('07:59'), runs)];
    const found = findingsOf(run({ versions }), 'CF-02');
    expect(found).toHaveLength(findings);
    if (findings > 0)
      expect(found[0]).toMatchObject({
        severity: 'HIGH',
        occurrences: [{ subject: 'trader', at: at('04:00'), until: to }],
      });
  });
});

describe('HC-03 stale exchange filters', () => {
  const cache = (age_s: number): Row => ({ ...FRESH, age_s });
  const HOUR = 3_600;
  test.each<[string, number, number, string[]]>([
    ['an hour old', HOUR, 0, []],
    ['older', HOUR + 1, 0, ['LOW']],
    ['a day old, with refusals', 24 * HOUR, 3, ['LOW']],
    ['older than a day, with refusals', 24 * HOUR + 1, 3, ['HIGH']],
    ['older than a day, and nothing refused', 24 * HOUR + 1, 0, ['LOW']],
  ])('%s', (_name, age, orders, severities) => {
    const found = findingsOf(run({ 'filter-caches': [cache(age)], 'filter-rejects': [{ orders }] }), 'HC-03');
    expect(found.map(({ severity }) => severity)).toEqual(severities);
  });

  test('since when, and whether they are renewed at all', () => {
    const of = (age: number) => findingsOf(run({ 'filter-caches': [cache(age)] }), 'HC-03')[0];
    expect(of(2 * HOUR)).toMatchObject({
      occurrences: [{ subject: 'exchange_filters', at: at('06:00'), until: at('07:00') }],
      cause: { id: 'renewed-late', confidence: 'LIKELY' },
    });
    expect(of(9 * HOUR)?.cause).toMatchObject({ id: 'not-renewed', confidence: 'LIKELY' });
  });

  test('refusals that cannot be read make nothing HIGH, and no age is no pass', () => {
    const rows = { 'filter-caches': [cache(99 * HOUR)], 'filter-rejects': [{ orders: 9 }] };
    const blind = run(rows, { lacks: ['order'] });
    expect(findingsOf(blind, 'HC-03').map(({ severity }) => severity)).toEqual(['LOW']);
    const silent = run({ 'filter-caches': [] });
    expect(valueOf(silent, 'filters_age')).toBe('<no_data>');
    expect(silent.rules.unjudged.map(({ id }) => id)).toEqual(['HC-03']);
  });
});
