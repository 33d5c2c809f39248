import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nearestRank } from '../../audit/statistics.ts';
import { durationsOf } from '../../sections/api-performance/durations.ts';
import { answered, failed, QUIET, run, step, unclear } from './api-calls.ts';
import { at, checkOf, figureOf, valueOf } from './support.ts';

const CHECKS = ['AP2', 'AP4-OPEN', 'AP4-CLOSE', 'AP4-PRICE', 'AP5', 'AP7'];
const states = (result: ReturnType<typeof run>) => CHECKS.map((id) => checkOf(result, id));

const group = (ms: readonly number[], counts: readonly number[], outcome = 'ok') => ({
  venue: 'binance',
  operation: 'x',
  kind: 'other' as const,
  outcome,
  calls: counts.reduce((all, n) => all + n, 0),
  attempts: 0,
  firsts: 0,
  totalMs: String(ms.reduce((all, value, index) => all + value * (counts[index] ?? 0), 0)),
  ms: [...ms],
  counts: [...counts],
});

describe('durations', () => {
  test('percentiles of pooled counts are those of the raw samples', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(50), { minLength: 1, maxLength: 80 }), { minLength: 1, maxLength: 5 }),
        (pools) => {
          const groups = pools.map((pool) => {
            const values = [...new Set(pool)].sort((a, b) => a - b);
            return group(
              values,
              values.map((value) => pool.filter((one) => one === value).length),
            );
          });
          const raw = pools.flat().sort((a, b) => a - b);
          const { n, p95, p99, max, avg } = durationsOf(groups);
          expect(n).toBe(raw.length);
          expect(p95.value).toBe(raw.length < 20 ? null : nearestRank(raw, 0.95));
          expect(p99.value).toBe(raw.length < 100 ? null : nearestRank(raw, 0.99));
          expect(max.value).toBe(raw.at(-1));
          expect(avg.value).toBeCloseTo(raw.reduce((all, one) => all + one, 0) / raw.length, 9);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('19 calls have no P95, 20 have one; 99 have no P99, 100 have one', () => {
    expect(durationsOf([group([5], [19])]).p95).toMatchObject({ reason: 'insufficient_n' });
    expect(durationsOf([group([5], [20])]).p95).toEqual({ value: 5 });
    expect(durationsOf([group([5], [99])]).p99).toMatchObject({ reason: 'insufficient_n' });
    expect(durationsOf([group([5], [100])]).p99).toEqual({ value: 5 });
  });

  test('a call that was given up makes a percentile a lower bound when it is not above it', () => {
    expect(durationsOf([group([5, 9], [99, 1])]).isAtLeast).toBe(false);
    expect(durationsOf([group([50], [99]), group([900], [1], 'timeout')]).isAtLeast).toBe(false);
    expect(durationsOf([group([50], [99]), group([40], [1], 'timeout')]).isAtLeast).toBe(true);
    expect(durationsOf([group([50], [90]), group([900], [10], 'timeout')]).isAtLeast).toBe(true);
  });
});

describe('figures', () => {
  test('calls, failures without refused orders, attempts', () => {
    const result = run({
      'api-durations': [
        ...QUIET,
        answered('fetch_price', 6, 90, { exchange: 'bybit', outcome: 'error', attempts: 6, firsts: 4 }),
        answered('fetch_price', 2, 90, { exchange: 'bybit', attempts: 2, firsts: 0 }),
      ],
      'api-errors': [
        failed('timeout', 4, { exchange: 'bybit' }),
        failed('insufficient_margin', 2, { exchange: 'bybit', operation_kind: 'open_position' }),
      ],
    });
    expect(valueOf(result, 'api_calls')).toBe(3_208);
    expect(valueOf(result, 'api_calls', { exchange: 'bybit' })).toBe(1_608);
    expect(valueOf(result, 'api_failed')).toBe(4);
    expect(valueOf(result, 'api_refused')).toBe(2);
    expect(valueOf(result, 'api_recovered')).toBe(2);
    expect(figureOf(result, 'api_error_rate', { exchange: 'bybit' })).toMatchObject({
      value: (100 * 4) / 1_608,
      n: 1_608,
    });
    expect(valueOf(result, 'api_attempts', { exchange: 'bybit' })).toBe(1_608 / 1_604);
    expect(valueOf(result, 'api_limit_peak')).toBe('<no_data>');
    expect(valueOf(result, 'api_p95', { operation: 'open_position' })).toBe(50);
    expect(valueOf(result, 'api_attained', { operation: 'open_position' })).toBe(100);
  });

  test('the peak of a rate limit has its time', () => {
    const result = run({
      'api-steps': [
        step('01:00', { used_percent: 40 }),
        step('02:00', { used_percent: 79.5 }),
        step('03:00'),
      ],
    });
    expect(valueOf(result, 'api_limit_peak')).toBe(79.5);
    expect(valueOf(result, 'api_limit_peak_at')).toBe('2026-11-20T02:00:00.000Z');
    expect(valueOf(result, 'api_limit_peak', { exchange: 'bybit' })).toBe('<no_data>');
    expect(valueOf(result, 'api_limit_over')).toBe(0);
  });
});

test.each([
  [400, 0, 100],
  [396, 4, 0],
  [398, 2, 50],
  [392, 8, -100],
])('%i calls in time and %i late leave %i %% of the error budget', (good, late, left) => {
  const rows = [
    answered('open_position', good, 50),
    answered('open_position', late, 2_001, late === 0 ? { ms: [], counts: [] } : {}),
  ];
  const budget = figureOf(run({ 'api-durations': rows }), 'api_budget_left', { operation: 'open_position' });
  expect(budget.value).toBeCloseTo(left, 9);
});

describe('durations by hour', () => {
  const bucket = (calls: number, over: object = {}) => ({
    ...{ bucket: 2, operation_kind: 'open_position', calls, average: 60, p95: 2_001, longest: 2_400 },
    ...over,
  });
  const shown = (rows: readonly object[]) => {
    const result = run({ 'api-buckets': rows as never });
    const points = result.series.find(({ id }) => id.endsWith('p95-open_position'))?.points;
    const cells = result.datasets.find(({ id }) => id === 'api-performance.buckets')?.rows;
    return { points: points?.map(({ value }) => value), cells };
  };
  const [hour, next] = ['02:00', '03:00'].map((clock) => new Date(at(clock)).toISOString());

  test('a P95 over its objective is drawn, of at least 20 calls, and then the table has all of them', () => {
    const few = bucket(19, { bucket: 3 });
    expect(shown([bucket(20), few])).toEqual({
      points: [null, null, 2_001, null, null, null, null, null],
      cells: [
        [hour, 'Open position', 20, 60, 2_001, 2_400],
        [next, 'Open position', 19, 60, null, 2_400],
      ],
    });
    const nothing = { points: undefined, cells: undefined };
    expect([shown([few]), shown([bucket(20, { p95: 2_000 })])]).toEqual([nothing, nothing]);
  });

  test('stops stand in section 2', () => {
    expect(shown([bucket(20, { operation_kind: 'update_stop' })]).points).toBeUndefined();
  });
});

describe('checks', () => {
  test('a quiet window has full scores, but none of a limit that no header tells', () => {
    expect(states(run())).toEqual([
      1,
      expect.closeTo(1, 3),
      expect.closeTo(1, 3),
      expect.closeTo(1, 2),
      'not_applicable',
      1,
    ]);
  });

  test.each([
    ['a bot whose mapping has no calls', { lacks: ['api_call'] }, {}],
    ['a table without a row in the window', {}, { 'api-durations': [] }],
  ])('%s forms no score of them, and the section says so once', (_name, more, rows) => {
    const result = run(rows, more);
    expect(states(result)).toEqual(CHECKS.map(() => 'not_applicable'));
    expect(result.findings).toEqual([]);
    expect(result.parts[0]?.blocks).toHaveLength(1);
    expect(result.rules).toMatchObject({ judged: 0 });
    expect(valueOf(result, 'api_calls')).toMatch(/<(missing_entity|no_data)>/);
  });

  test('a query that failed leaves them unknown', () => {
    const result = run({ 'api-durations': { value: null, reason: 'source_failed' } });
    expect(states(result)).toEqual(CHECKS.map(() => 'unknown'));
  });

  test.each([
    [0.5, 1],
    [1, 0.5],
    [3, 0.25],
    [5, 0],
  ])('AP2 with %s %% failed is %s', (percent, r) => {
    const errors = [failed('venue_down', 32 * percent)];
    expect(checkOf(run({ 'api-errors': errors }), 'AP2')).toBeCloseTo(r, 9);
  });

  test('outcomes that nothing reads leave the error rate open', () => {
    const calls = [...QUIET, answered('fetch_price', 3, 50, { outcome: 'unknown' })];
    const result = run({ 'api-durations': calls });
    expect(checkOf(result, 'AP2')).toBe('unknown');
    expect(JSON.stringify(result.parts)).toContain('neither answered nor failed');
  });

  test('of operations that nothing reads nobody knows whether they are slow, or orders', () => {
    const result = run({ 'api-durations': [answered(null, 500, 50)] });
    expect(states(result)).toEqual([1, 'unknown', 'unknown', 'unknown', 'not_applicable', 'unknown']);
  });

  test('where every call says what it is for, a kind without a call is no gap', () => {
    expect(states(run({ 'api-durations': [answered('fetch_price', 500, 50)] })).slice(1, 3)).toEqual([1, 1]);
  });

  test('the objective scores 0.9, three times the objective 0.5; fewer than 20 calls are judged by the slowest', () => {
    const open = (ms: number, calls: number) =>
      checkOf(run({ 'api-durations': [answered('open_position', calls, ms)] }), 'AP4-OPEN');
    expect(open(2_000, 100)).toBeCloseTo(0.9, 3);
    expect(open(6_000, 3)).toBeCloseTo(0.5, 3);
  });

  test.each([
    ['none', [], 1],
    ['one that the exchange took', [unclear({ again: 1 })], 0.5],
    ['one of which nothing tells', [unclear()], 'unknown'],
  ])('AP7: %s', (_name, submits, r) => {
    expect(checkOf(run({ 'api-unclear-submits': submits }), 'AP7')).toBe(r);
  });

  test.each([
    [60, [], 1],
    [80, [], 0.5],
    [100, [], 0],
    [10, [failed('rate_limit', 1, { http_status: 429 })], 0.5],
    [10, [failed('rate_limit', 1, { http_status: 418 })], 0],
  ])('AP5 with %s %% of the limit used', (used, errors, r) => {
    const rows = { 'api-steps': [step('02:00', { used_percent: used })], 'api-errors': errors };
    expect(checkOf(run(rows), 'AP5')).toBeCloseTo(r, 9);
  });
});
