import { describe, expect, test } from '@jest/globals';
import { auditTrail } from '../../sections/audit-trail.ts';
import { decisions } from '../../sections/decisions.ts';
import { failures } from '../../sections/failures.ts';
import { ingestion } from '../../sections/ingestion.ts';
import { storage } from '../../sections/storage.ts';
import { strategies } from '../../sections/strategies.ts';
import type { Section } from '../../audit/section.ts';
import { at, danglingReferences, evaluate, findingsOf, valueOf, WINDOW, type Evidence } from './support.ts';

type Row = Readonly<Record<string, unknown>>;

function run(section: Section, rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(section, { ...more, rows });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
const severities = (section: Section, rule: string, rows: Evidence['rows'], more = {}) =>
  findingsOf(run(section, rows, more), rule).map(({ severity, frequency }) => [severity, frequency]);

describe('ingestion', () => {
  const last = (over: Row = {}): Row => ({
    last_at: at('07:00'),
    last_good_at: at('07:00'),
    last_failed_at: null,
    error: null,
    ...over,
  });
  const task = (over: Row = {}): Row => ({
    task: 'candles',
    source: 'binance',
    runs: 2,
    completed: 2,
    failed: 0,
    running: 0,
    empty: 0,
    counted: 2,
    fetched: '10',
    created: '9',
    first_at: at('01:00'),
    last_at: at('07:00'),
    ...over,
  });

  test.each<[string, Row, unknown[]]>([
    ['24 h ago', { last_good_at: '2026-11-19T08:00:00.000Z' }, []],
    ['a second longer', { last_good_at: '2026-11-19T07:59:59.000Z' }, [['CRITICAL', 1]]],
    ['none in a month', { last_at: null, last_good_at: null }, [['CRITICAL', 1]]],
  ])('OP-01: the last run %s', (_name, over, expected) => {
    expect(severities(ingestion, 'OP-01', { 'ingestion-last': [last(over)] })).toEqual(expected);
  });

  test('OP-01 tells runs that fail from runs that are not started', () => {
    const old = { last_good_at: '2026-11-18T08:00:00.000Z' };
    const cause = (over: Row) =>
      findingsOf(run(ingestion, { 'ingestion-last': [last({ ...old, ...over })] }), 'OP-01')[0]?.cause.id;
    expect(cause({ last_failed_at: at('06:00'), error: 'HTTP 401' })).toBe('runs-fail');
    expect(cause({ last_failed_at: '2026-11-17T08:00:00.000Z' })).toBe('not-started');
  });

  test.each<[string, Row, unknown[]]>([
    ['one run of two without a record', { empty: 1 }, []],
    ['both', { empty: 2 }, [['MEDIUM', 2]]],
    ['no completed run', { completed: 0, empty: 0 }, []],
  ])('OP-08: %s', (_name, over, expected) => {
    const rows = { 'ingestion-last': [last()], 'ingestion-runs': [task(over)] };
    expect(severities(ingestion, 'OP-08', rows)).toEqual(expected);
  });

  test('a bot that does not map its runs is told so, and not accused', () => {
    const result = run(ingestion, {}, { lacks: ['ingestion_run'] });
    expect([valueOf(result, 'ingestion_runs'), result.findings]).toEqual(['<missing_entity>', []]);
  });

  test('DS7: the busiest day against the quota that is set', () => {
    const result = run(
      ingestion,
      {
        'ingestion-last': [last()],
        'call-days': [
          { exchange: 'quiverquant', day: '2026-11-19', calls: 400 },
          { exchange: 'quiverquant', day: '2026-11-20', calls: 850 },
        ],
      },
      { settings: { callsPerDay: { QuiverQuant: 1000 } } },
    );
    expect(valueOf(result, 'quota_used', { exchange: 'quiverquant' })).toBe(85);
  });
});

const day = (over: Row = {}): Row => ({
  day: '2026-11-20',
  decisions: 10,
  executed: 7,
  failed: 3,
  pending: 0,
  cancelled: 0,
  executed_later: 0,
  first_failed_at: at('01:00'),
  last_failed_at: at('02:00'),
  ...over,
});
const failed = (index: number, over: Row = {}): Row => ({
  id: `D${String(index)}`,
  at: at(`01:${String(index).padStart(2, '0')}`),
  symbol: 'BTCUSDT',
  exchange: 'binance',
  strategy: 'trend',
  decision: 'open',
  side: 'long',
  refused_at: null,
  execution_id: null,
  error_message: 'Insufficient buying power',
  http_status: 403,
  ...over,
});

describe('OP-02, failed of executed and failed', () => {
  test.each<[string, Row, unknown[]]>([
    ['30 %', {}, []],
    ['above, of nine decided', { executed: 5, failed: 4 }, []],
    ['above, of ten decided', { executed: 6, failed: 4, cancelled: 90, pending: 90 }, [['HIGH', 4]]],
    ['60 %', { executed: 4, failed: 6 }, [['HIGH', 6]]],
    ['above 60 %', { executed: 3, failed: 7 }, [['CRITICAL', 7]]],
  ])('%s', (_name, over, expected) => {
    expect(severities(decisions, 'OP-02', { 'decision-days': [day(over)] })).toEqual(expected);
  });

  test('seed 004’s remedy goes with the reason that stands out', () => {
    const rows = { 'decision-days': [day({ executed: 6, failed: 4 })] };
    const said = (error: string | null, http = 400) => {
      const list = [1, 2, 3, 4].map((index) => failed(index, { error_message: error, http_status: http }));
      const [finding] = findingsOf(run(decisions, { ...rows, 'failed-decisions': list }), 'OP-02');
      return finding?.recommendation.map((part) => (typeof part === 'string' ? part : '')).join('');
    };
    expect(said('Insufficient buying power')).toBe('Reduce the size of positions, or add capital.');
    expect(said('Market closed')).toBe('Check the trading hours in the strategy.');
    expect(said('Invalid symbol')).toBe('Update the list of blocked assets.');
    expect(said(null, 429)).toBe('Add back-off and retries, or ask less often.');
    expect(said('something went wrong')).toContain('Read the reasons of the failures');
  });

  test('without a decision there is no rate', () => {
    const result = run(decisions, { 'decision-days': [] });
    expect(valueOf(result, 'decision_failure_rate')).toBe('<no_data>');
    expect(valueOf(run(decisions, {}, { lacks: ['decision'] }), 'decided')).toBe('<missing_entity>');
  });
});

const outcome = (over: Row = {}): Row => ({
  strategy: 'trend',
  symbol: 'BTCUSDT',
  exchange: 'binance',
  decisions: 10,
  executed: 5,
  failed: 5,
  pending: 0,
  cancelled: 0,
  longest_run: 2,
  ...over,
});

describe('OP-04, executed of executed and failed', () => {
  test.each<[string, Row, unknown[]]>([
    ['50 %', {}, []],
    ['below, of nine decided', { executed: 4, failed: 5 }, []],
    ['below, of eleven decided', { executed: 5, failed: 6 }, [['MEDIUM', 6]]],
  ])('%s', (_name, over, expected) => {
    expect(severities(strategies, 'OP-04', { 'decision-outcomes': [outcome(over)] })).toEqual(expected);
  });

  test('SP3: three falls in a row are a decline, and overlapping intervals are noise', () => {
    const window = (rate: number) => ({
      window: WINDOW,
      verdict: 'PASS',
      overall: 9,
      reportHash: 'x',
      findings: [],
      figures: { 'strategy_success_rate{strategy=trend}': rate, 'strategy_decided{strategy=trend}': 10 },
    });
    const trend = (rates: readonly number[]) => {
      const result = run(strategies, { 'decision-outcomes': [outcome()] }, { history: rates.map(window) });
      const dataset = result.datasets.find(({ id }) => id === 'strategies.success');
      return dataset?.rows[0]?.at(-1);
    };
    // Newest first, as history is.
    expect(trend([60, 70, 80])).toBe('declining, three times in a row');
    expect(trend([60, 70])).toBe('falling, 3 windows');
    expect(trend([40])).toBe('rising, 2 windows');
    expect(trend([])).toBe('no earlier report');
  });
});

test('FA1 and FA2: reasons, and symbols that always fail', () => {
  const list = [
    ...[1, 2, 3].map((index) => failed(index)),
    failed(4, { symbol: 'XRPUSDT', error_message: 'odd words' }),
  ];
  const result = run(failures, {
    'failed-decisions': list,
    'decision-outcomes': [
      outcome({ executed: 0, failed: 3 }),
      outcome({ symbol: 'XRPUSDT', executed: 0, failed: 2 }),
      outcome({ symbol: 'ETHUSDT', executed: 1, failed: 9 }),
    ],
  });
  expect([valueOf(result, 'failures'), valueOf(result, 'failures_unclassified')]).toEqual([4, 25]);
  expect(valueOf(result, 'consistently_failing')).toBe(1);
  const reasons = result.datasets.find(({ id }) => id === 'failures.reasons');
  expect(reasons?.rows.map(([name, n]) => [name, n])).toEqual([
    ['Insufficient buying power', 3],
    ['odd words', 1],
  ]);
});

describe('OP-05', () => {
  const GB = 1e9;
  const table = (bytes: number, name = 'api_payloads'): Row => ({ schema: 'bot', name, rows: 5, bytes });
  const oldest = (days: number): Row => ({
    oldest_at: new Date(Date.parse(WINDOW.to) - days * 86_400_000).toISOString(),
    past: days > 730 ? 3 : 0,
  });
  test.each<[string, Evidence['rows'], unknown[]]>([
    ['payloads of 10 GB', { 'table-sizes': [table(10 * GB)] }, []],
    ['payloads above', { 'table-sizes': [table(10 * GB + 1)] }, [['LOW', 1]]],
    ['another table', { 'table-sizes': [table(99 * GB, 'orders')] }, []],
    ['rows that the next purge takes', { 'oldest-decision': [oldest(768)] }, []],
    ['rows that a purge missed', { 'oldest-decision': [oldest(769)] }, [['LOW', 1]]],
  ])('%s', (_name, rows, expected) => {
    expect(severities(storage, 'OP-05', rows)).toEqual(expected);
  });

  test('a disk that is full in less than 30 days, by the growth over seven reports', () => {
    const history = [1, 2, 3, 4, 5, 6].map((back) => ({
      window: { from: WINDOW.from, to: new Date(Date.parse(WINDOW.to) - back * 86_400_000).toISOString() },
      verdict: 'PASS',
      overall: 9,
      reportHash: 'x',
      findings: [],
      figures: { storage_bytes: (20 - back) * GB },
    }));
    const rows = { 'table-sizes': [table(20 * GB, 'orders')] };
    const found = (diskGb: number | null, earlier = history) =>
      severities(storage, 'OP-05', rows, { history: earlier, settings: { diskGb } });
    expect([found(50), found(49.9), found(null)]).toEqual([[], [['MEDIUM', 1]], []]);
    const few = run(storage, rows, { history: history.slice(1), settings: { diskGb: 21 } });
    expect([valueOf(few, 'storage_growth'), few.findings]).toEqual(['<insufficient_n>', []]);
  });
});

test('QA1 counts strictly, and says which column is not there', () => {
  const rows = {
    'audit-trail': [
      {
        decisions: 10,
        no_rationale: 2,
        executions: 9,
        no_payload: 1,
        orphans: 0,
        executed: 8,
        whole: 6,
        old_pending: 1,
      },
    ],
  };
  const result = run(auditTrail, rows);
  expect([valueOf(result, 'missing_rationale'), valueOf(result, 'lineage')]).toEqual([2, 75]);
  const blind = run(auditTrail, rows, { lacks: ['execution.request_payload_id'] });
  expect([valueOf(blind, 'missing_payloads'), valueOf(blind, 'lineage')]).toEqual([
    '<missing_column>',
    '<missing_column>',
  ]);
});
