import { describe, expect, test } from '@jest/globals';
import { at, checkOf, contextOf, entity, figureOf, findingsOf, valueOf } from './support.ts';
import { foreignRows } from '../support/own-rows.ts';
import { type Row, snapshots, minutes, beats, gap, run } from './monitoring-coverage-support.ts';

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

  test.each([
    [undefined, 6, 'More than 5 errors'],
    [{ errorsPerSnapshot: 1 }, 2, 'More than 1 error'],
  ])('a title names the limit below which snapshots are not counted: %j', (settings, errors, says) => {
    const rows = snapshots((slot) => ({ errors: slot === 50 ? errors : 1 }));
    const [finding] = findingsOf(run({ snapshots: rows }, settings && { settings }), 'MC-02');
    expect(finding?.title[0]).toBe(says);
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

test('each alert shows its own snapshots, and a broken identity the pairs that break it', () => {
  const result = run({
    snapshots: snapshots((slot) => ({
      unprotected: slot < 8 ? 1 : 0,
      errors: slot >= 100 && slot < 109 ? 9 : 0,
      total: slot >= 300 ? 12 : 10,
      zombies: slot === 400 ? 1 : 0,
    })),
  });
  const found = [...findingsOf(result, 'MC-02'), ...findingsOf(result, 'MC-03')];
  const evidence = found.map(
    ({ evidence: id }) => result.datasets.find((dataset) => dataset.id === id)?.rows,
  );
  expect(found.map(({ cause }, index) => [cause.id, evidence[index]?.length])).toEqual([
    ['unprotected', 8],
    ['errors', 9],
    ['zombies', 1],
    ['closes-stopped', 1],
  ]);
  expect(evidence[3]).toEqual([[at('05:00'), 10, 0, 0, 12, 2]]);
  expect(found.flatMap((finding) => foreignRows(finding, [result]))).toEqual([]);
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

  test('a service that beats only to say that it is stuck was down, and the finding says so', () => {
    const stuck = [gap('trader', '00:00', '08:00', { beats: 0, unwell: 480 })];
    const result = run({ 'heartbeat-gaps': stuck, positions: [position] });
    expect(valueOf(result, 'uptime')).toBeLessThan(2);
    const [finding] = findingsOf(result, 'NA-01');
    expect(finding?.severity).toBe('CRITICAL');
    expect(JSON.stringify(finding?.description)).toContain('count as none');
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

  describe('a window without any sign of life', () => {
    const silent = { 'heartbeat-gaps': [], 'event-minutes': [], 'heartbeat-minutes': [], snapshots: [] };
    const silence = (traded: boolean) =>
      run(silent, {
        context: { entities: [entity('position', { everHadRows: traded }), entity('heartbeat')] },
      });

    test('before the bot ever traded: uptime is unknown with its reason, and nothing is found', () => {
      const result = silence(false);
      for (const name of ['uptime', 'uptime_min', 'uptime_max', 'heartbeat_gaps'])
        expect(figureOf(result, name)).toMatchObject({
          value: null,
          reason: 'no_data',
          detail: expect.stringContaining('nothing shows that the bot should have run'),
        });
      expect([checkOf(result, 'EX10'), checkOf(result, 'NA1')]).toEqual(['unknown', 'unknown']);
      expect(findingsOf(result, 'NA-01')).toEqual([]);
    });

    test('of a bot that traded before: it was down all the time', () => {
      const result = silence(true);
      expect([valueOf(result, 'uptime'), checkOf(result, 'EX10')]).toEqual([0, 0]);
      expect(findingsOf(result, 'NA-01')).toHaveLength(1);
    });
  });

  test('no heartbeat source: unknown, never passed', () => {
    const result = run({}, { lacks: ['heartbeat'] });
    expect([checkOf(result, 'EX10'), checkOf(result, 'NA1')]).toEqual(['unknown', 'unknown']);
    expect(figureOf(result, 'uptime')).toMatchObject({ value: null, reason: 'missing_entity' });
    expect(findingsOf(result, 'NA-01')).toEqual([]);
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
  // Open positions are drawn by the section on positions.
  expect(charts).toEqual(['Minutes with a snapshot', 'Minutes with an unprotected position']);
});

test('snapshots that failed are unknown, not missing minutes', () => {
  const result = run({ snapshots: { value: null, reason: 'source_failed', detail: 'store down' } });
  expect(valueOf(result, 'snapshots_missing')).toBe('<source_failed>');
  expect(checkOf(result, 'DI11')).toBe('unknown');
  expect(findingsOf(result, 'MC-01')).toEqual([]);
});

test('unprotected minutes in a row are one, and what moved in most of them is named', () => {
  const { sources } = contextOf({});
  const database = { ...sources.database, declared: 'none' as const, status: 'none' as const };
  const result = run(
    {
      snapshots: snapshots((slot) =>
        slot < 50 || slot > 52 ? {} : { unprotected: 1, new_opened: 2, errors: slot === 52 ? 0 : 6 },
      ),
    },
    { context: { sources: { ...sources, database } } },
  );
  const strips = result.parts.flatMap(({ blocks }) =>
    blocks.flatMap((block) =>
      block.type === 'chart' && block.chart.kind === 'strip' && block.chart.tone === 'bad'
        ? [block.chart.intervals]
        : [],
    ),
  );
  expect(strips).toEqual([[{ from: at('00:50'), to: at('00:53') }]]);
  const [finding] = findingsOf(result, 'MC-02');
  expect(JSON.stringify(finding?.cause.text)).toContain('Positions were being opened');
});
