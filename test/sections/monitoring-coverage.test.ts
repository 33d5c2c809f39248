import { describe, expect, test } from '@jest/globals';
import type { EntityState } from '../../audit/evidence.ts';
import { monitoringCoverage } from '../../sections/monitoring-coverage.ts';
import {
  at,
  checkOf,
  contextOf,
  danglingReferences,
  evaluate,
  figureOf,
  findingsOf,
  valueOf,
  WINDOW,
  type Evidence,
} from './support.ts';

type Row = Readonly<Record<string, unknown>>;
const FROM = Date.parse(WINDOW.from);

/** One clean snapshot a minute; `edit` changes or drops (null) single ones. */
function snapshots(edit: (slot: number) => Row | null = () => ({})): Row[] {
  return Array.from({ length: 480 }, (_, slot): Row | null => {
    const time = new Date(FROM + slot * 60_000).toISOString();
    const change = edit(slot);
    return (
      change && {
        at: time,
        slot: time,
        total: 10,
        by_exchange: { binance: 7, bybit: 3 },
        unprotected: 0,
        new_opened: 0,
        prices_updated: 10,
        ts_activated: 0,
        sl_updates: 0,
        closed: 0,
        aged: 0,
        zombies: 0,
        emergency: 0,
        errors: 0,
        ws_reconnects: 0,
        ...change,
      }
    );
  }).filter((row) => row !== null);
}

const minutes = (skip: (minute: number) => boolean = () => false): Row[] =>
  Array.from({ length: 480 }, (_, minute) => minute)
    .filter((minute) => !skip(minute))
    .map((minute) => ({ minute: new Date(FROM + minute * 60_000).toISOString(), rows: 3 }));

const beats = (...gaps: (readonly [string, string, string])[]): Row[] => [
  { service: 'trader', beats: 96, gap_from: at('00:00'), gap_to: at('00:05') },
  ...gaps.map(([service, from, to]) => ({ service, beats: 96, gap_from: at(from), gap_to: at(to) })),
];

function run(rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(monitoringCoverage, {
    rows: {
      snapshots: snapshots(),
      'heartbeat-gaps': beats(),
      'heartbeat-minutes': minutes(),
      'event-minutes': minutes(),
      ...rows,
    },
    ...more,
  });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}

test('a fully watched window finds nothing and passes its checks', () => {
  const result = run();
  expect(result.findings).toEqual([]);
  expect([checkOf(result, 'EX10'), checkOf(result, 'NA1'), checkOf(result, 'DI11')]).toEqual([1, 1, 1]);
  expect(valueOf(result, 'snapshots_observed')).toBe(480);
  expect(valueOf(result, 'snapshot_total', { stat: 'end' })).toBe(10);
  expect(valueOf(result, 'snapshot_total', { exchange: 'bybit', stat: 'max' })).toBe(3);
});

describe('MC-01 snapshots missing', () => {
  test.each([
    ['4 single minutes (99.2 %) are no finding', (slot: number) => slot % 120 === 60, null],
    ['6 single minutes (98.75 %)', (slot: number) => slot % 80 === 40, 'MEDIUM'],
    ['exactly five minutes are no finding', (slot: number) => slot >= 100 && slot < 104, null],
    ['one gap of six minutes', (slot: number) => slot >= 100 && slot < 106, 'MEDIUM'],
    ['a gap over half an hour', (slot: number) => slot >= 100 && slot < 131, 'HIGH'],
    ['under 95 %', (slot: number) => slot % 16 === 0, 'HIGH'],
  ])('%s', (_name, gone, severity) => {
    const result = run({ snapshots: snapshots((slot) => (gone(slot) ? null : {})) });
    expect(findingsOf(result, 'MC-01')[0]?.severity ?? null).toBe(severity);
    expect(valueOf(result, 'snapshots_missing')).toBe(
      Array.from({ length: 480 }, (_, slot) => slot).filter(gone).length,
    );
  });

  const gone = (slot: number): boolean => slot >= 100 && slot < 118;
  const hole = snapshots((slot) => (gone(slot) ? null : {}));
  test.each([
    ['monitor-down', 'LIKELY', { 'event-minutes': minutes() }, {}],
    ['all-silent', 'LIKELY', { 'event-minutes': minutes(gone), 'heartbeat-minutes': minutes(gone) }, {}],
    ['unknown', 'UNKNOWN', {}, { lacks: ['event', 'heartbeat'] }],
  ])('the cause is %s when that is what the other sources show', (id, confidence, rows, more) => {
    const [finding] = findingsOf(run({ snapshots: hole, ...rows }, more), 'MC-01');
    expect(finding?.cause).toMatchObject({ id, confidence });
    expect(finding?.occurrences).toEqual([{ subject: 'snapshots', at: at('01:40'), until: at('01:58') }]);
  });
});

describe('MC-02 snapshot alerts', () => {
  const between = (first: number, count: number, row: Row) =>
    snapshots((slot) => (slot >= first && slot < first + count ? row : {}));
  test.each([
    ['one unprotected minute', between(50, 1, { unprotected: 1 }), 'HIGH'],
    ['three in a row', between(50, 3, { unprotected: 2 }), 'HIGH'],
    ['four in a row', between(50, 4, { unprotected: 2 }), 'CRITICAL'],
    ['the last one', between(479, 1, { unprotected: 1 }), 'CRITICAL'],
    ['an emergency', between(50, 1, { emergency: 1 }), 'HIGH'],
    ['15 openings, the limit', between(50, 1, { new_opened: 15, closed: 15 }), null],
    ['16 openings', between(50, 1, { new_opened: 16, closed: 16 }), 'LOW'],
    ['six errors in ten minutes', between(50, 10, { errors: 6 }), 'LOW'],
    ['six errors in eleven minutes', between(50, 11, { errors: 6 }), 'MEDIUM'],
    ['no price updates with positions', between(50, 1, { prices_updated: 0 }), 'LOW'],
    ['no price updates without positions', snapshots(() => ({ total: 0, prices_updated: 0 })), null],
    ['aged positions are information', snapshots(() => ({ aged: 30 })), null],
  ])('%s', (_name, rows, severity) => {
    expect(findingsOf(run({ snapshots: rows }), 'MC-02')[0]?.severity ?? null).toBe(severity);
  });

  test('two counters are two findings, and gauges are not summed', () => {
    const result = run({ snapshots: between(50, 4, { unprotected: 3, ws_reconnects: 1 }) });
    expect(findingsOf(result, 'MC-02').map(({ id }) => id)).toEqual([
      'MC-02/bot/unprotected',
      'MC-02/bot/ws_reconnects',
    ]);
    expect(valueOf(result, 'snapshot_unprotected', { stat: 'max' })).toBe(3);
    expect(valueOf(result, 'snapshot_unprotected_minutes')).toBe(4);
    expect(valueOf(result, 'snapshot_ws_reconnects')).toBe(4);
  });

  test('a gap ends a run', () => {
    const rows = snapshots((slot) =>
      slot === 53 ? null : slot >= 50 && slot < 56 ? { unprotected: 1 } : {},
    );
    expect(valueOf(run({ snapshots: rows }), 'snapshot_alert_streak', { alert: 'unprotected' })).toBe(3);
  });
});

describe('MC-03 gauge identity', () => {
  test.each([
    [
      'it holds',
      (slot: number) => ({
        total: 10 + (slot % 2),
        new_opened: slot % 2,
        closed: slot > 0 && slot % 2 === 0 ? 1 : 0,
      }),
      null,
      '',
    ],
    [
      'closes are never counted',
      (slot: number) => ({ total: 10 + (slot % 2), new_opened: slot % 2 }),
      'HIGH',
      'closes-never-counted',
    ],
    [
      'closes stop being counted',
      (slot: number) => ({
        total: 10 + (slot % 2),
        new_opened: slot % 2,
        closed: slot > 0 && slot < 200 && slot % 2 === 0 ? 1 : 0,
      }),
      'MEDIUM',
      'closes-stopped',
    ],
  ])('%s', (_name, edit, severity, cause) => {
    const [finding] = findingsOf(run({ snapshots: snapshots(edit) }), 'MC-03');
    expect(finding?.severity ?? null).toBe(severity);
    if (finding) expect(finding.cause.id).toBe(cause);
  });
});

describe('NA-01 and uptime', () => {
  const position = { id: '1', symbol: 'BTCUSDT', status: 'open', opened_at: at('01:00', '2026-11-19') };
  test('a silence of ten minutes is tolerated, a longer one with open positions is critical', () => {
    expect(findingsOf(run({ 'heartbeat-gaps': beats(['trader', '02:00', '02:10']) }), 'NA-01')).toEqual([]);
    const result = run({ 'heartbeat-gaps': beats(['trader', '02:00', '02:15']), positions: [position] });
    const [finding] = findingsOf(result, 'NA-01');
    expect(finding).toMatchObject({
      severity: 'CRITICAL',
      occurrences: [{ subject: 'trader', at: at('02:00'), until: at('02:15') }],
    });
    expect(finding?.cause.id).toBe('loop-blocked');
    expect(checkOf(result, 'NA1')).toBe(0);
    expect(valueOf(result, 'uptime')).toBeCloseTo(100 * (1 - 10 / 480), 9);
    expect(valueOf(result, 'uptime_max')).toBe(100);
  });

  test('nobody saw a position: HIGH; nothing was written: the process was down', () => {
    const quiet = (minute: number): boolean => minute >= 120 && minute < 135;
    const [finding] = findingsOf(
      run({
        'heartbeat-gaps': beats(['trader', '02:00', '02:15']),
        'event-minutes': minutes(quiet),
        snapshots: snapshots(() => ({ total: 0, by_exchange: {} })),
      }),
      'NA-01',
    );
    expect(finding).toMatchObject({ severity: 'HIGH', cause: { id: 'process-down' } });
  });

  test('no heartbeat at all while the bot trades is unwatched, and uptime is not 0 but unknown', () => {
    const result = run({ 'heartbeat-gaps': [], positions: [position] });
    expect(valueOf(result, 'uptime')).toBe('<no_data>');
    expect(checkOf(result, 'EX10')).toBe('unknown');
    expect(findingsOf(result, 'NA-01')[0]?.severity).toBe('HIGH');
  });

  test('no heartbeat source: unknown, never passed', () => {
    const result = run({}, { lacks: ['heartbeat'] });
    expect([checkOf(result, 'EX10'), checkOf(result, 'NA1')]).toEqual(['unknown', 'unknown']);
    expect(figureOf(result, 'uptime')).toMatchObject({ value: null, reason: 'missing_entity' });
    expect(findingsOf(result, 'NA-01')).toEqual([]);
  });
});

describe('data quality', () => {
  const entity = (over: Partial<EntityState>): EntityState => ({
    entity: 'order',
    status: 'ok',
    columns: ['id'],
    wrongTypes: [],
    everHadRows: true,
    unknownSpellings: [],
    unusable: [],
    ...over,
  });
  test('DQ-01 and DQ-02 name column and value', () => {
    const entities = [
      entity({
        unknownSpellings: [{ column: 'status', value: 'ON_HOLD', rows: 3 }],
        unusable: [{ column: 'price', rows: 2 }],
      }),
    ];
    const result = run({}, { context: { entities } });
    expect(findingsOf(result, 'DQ-01')[0]).toMatchObject({
      severity: 'MEDIUM',
      frequency: 3,
      occurrences: [{ subject: 'order.status: ON_HOLD' }],
    });
    expect(findingsOf(result, 'DQ-02')[0]).toMatchObject({
      severity: 'MEDIUM',
      frequency: 2,
      occurrences: [{ subject: 'order.price' }],
    });
  });

  test.each([
    ['a mapped entity that fails, required', entity({ status: 'error', error: 'permission denied' }), 'HIGH'],
    [
      'a wrong type, required',
      entity({ wrongTypes: [{ column: 'price', type: 'text', expected: 'numeric' }] }),
      'HIGH',
    ],
    ['an entity that the mapping does not have', entity({ status: 'missing' }), null],
  ])('DQ-03: %s', (_name, state, severity) => {
    expect(findingsOf(run({}, { context: { entities: [state] } }), 'DQ-03')[0]?.severity ?? null).toBe(
      severity,
    );
  });

  test('DQ-03: an optional source that failed is MEDIUM', () => {
    const { sources } = contextOf({});
    const failed = {
      ...sources,
      snapshots: {
        ...sources.snapshots,
        declared: 'optional' as const,
        status: 'failed' as const,
        error: 'down',
      },
    };
    expect(findingsOf(run({}, { context: { sources: failed } }), 'DQ-03')[0]).toMatchObject({
      severity: 'MEDIUM',
      cause: { confidence: 'CONFIRMED' },
    });
  });
});

test('a bot with snapshots only still gets its numbers and charts', () => {
  const { sources } = contextOf({});
  const none = { ...sources.database, declared: 'none' as const, status: 'none' as const };
  const declared = {
    database: 'none',
    snapshots: 'required',
    logs: 'none',
    exchange: 'none',
    configuration: 'none',
    code: 'none',
  } as const;
  const missing = { value: null, reason: 'not_applicable' } as const;
  const result = run(
    { 'heartbeat-gaps': missing, 'heartbeat-minutes': missing, 'event-minutes': missing, positions: missing },
    { bot: { sources: declared }, context: { sources: { ...sources, database: none } } },
  );
  expect(checkOf(result, 'NA1')).toBe('not_applicable');
  const charts = result.parts.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.type === 'chart' ? [block.title] : [])),
  );
  expect(charts).toContain('Open positions by minute');
  expect(result.series.find(({ id }) => id === 'monitoring-coverage.open.binance')?.points).toHaveLength(480);
});

test('snapshots that failed are unknown, not missing minutes', () => {
  const result = run({ snapshots: { value: null, reason: 'source_failed', detail: 'store down' } });
  expect(valueOf(result, 'snapshots_missing')).toBe('<source_failed>');
  expect(checkOf(result, 'DI11')).toBe('unknown');
  expect(findingsOf(result, 'MC-01')).toEqual([]);
});
