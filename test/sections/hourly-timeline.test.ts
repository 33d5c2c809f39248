import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hourlyTimeline } from '../../sections/hourly-timeline.ts';
import { at, danglingReferences, evaluate, findingsOf, valueOf, WINDOW, type Evidence } from './support.ts';
import { many, position } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;
const HOURS = [0, 1, 2, 3, 4, 5, 6, 7];
const errors = (bucket: number, events: number): Row => ({
  bucket,
  type: 'api_error',
  severity: 'ERROR',
  events,
});
const infos = (hours: readonly number[]): Row[] =>
  hours.map((bucket) => ({ bucket, type: 'tick', severity: 'INFO', events: 50 }));
const beats = many(480, (n) => ({
  minute: new Date(Date.parse(WINDOW.from) + n * 60_000).toISOString(),
  rows: 1,
}));

function run(rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(hourlyTimeline, {
    ...more,
    rows: { 'heartbeat-minutes': beats, 'event-counts': infos(HOURS), ...rows },
  });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
const cells = (result: ReturnType<typeof run>, column: string) => {
  const dataset = result.datasets.find(({ id }) => id === 'hourly-timeline.buckets');
  const index = dataset?.columns.findIndex(({ key }) => key === column) ?? -1;
  return dataset?.rows.map((row) => row[index] ?? null) ?? [];
};

test('one row an hour, empty hours too; edges are half-open', () => {
  const rows = [
    position('A', { opened_at: at('00:00') }),
    position('B', { opened_at: at('00:59:59.999'), closed_at: at('01:00'), realized_pnl: '2', fees: '0.1' }),
    position('C', {
      opened_at: at('22:00', '2026-11-19'),
      closed_at: at('07:59:59'),
      realized_pnl: '-5',
      fees: '0.2',
    }),
  ];
  const result = run({ positions: rows }, { lacks: ['fill', 'funding'] });
  expect(cells(result, 'opened')).toEqual([2, 0, 0, 0, 0, 0, 0, 0]);
  expect(cells(result, 'closed')).toEqual([0, 1, 0, 0, 0, 0, 0, 1]);
  expect(cells(result, 'net')).toEqual(['0', '2', '0', '0', '0', '0', '0', '-5']);
  expect([valueOf(result, 'timeline_opened'), valueOf(result, 'timeline_net_pnl')]).toEqual([2, '-3']);
  expect(result.series.map(({ id }) => id)).toEqual([
    'timeline.opened',
    'timeline.closed',
    'timeline.errors',
    'timeline.alerts',
  ]);
});

test('the columns add up to the totals, whatever happens when', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(479), fc.nat(600)), { maxLength: 25 }),
      fc.array(fc.nat(30), { minLength: 8, maxLength: 8 }),
      (list, failed) => {
        const rows = list.map(([minute, length], n) => {
          const opened = Date.parse(WINDOW.from) + minute * 60_000;
          const closed = opened + length * 60_000;
          return position(String(n), {
            opened_at: new Date(opened).toISOString(),
            ...(closed < Date.parse(WINDOW.to) && { closed_at: new Date(closed).toISOString() }),
          });
        });
        const result = evaluate(hourlyTimeline, {
          rows: { positions: rows, 'event-counts': failed.map((events, bucket) => errors(bucket, events)) },
        });
        const add = (column: string): number =>
          cells(result, column).reduce<number>((all, value) => all + Number(value), 0);
        expect([add('opened'), add('errors')]).toEqual([list.length, failed.reduce((a, b) => a + b, 0)]);
        expect(valueOf(result, 'timeline_opened')).toBe(list.length);
      },
    ),
    { numRuns: 30 },
  );
});

test('a last partial bucket is labelled; days are buckets of a month', () => {
  const short = run({}, { window: { from: WINDOW.from, to: at('02:30') } });
  expect(cells(short, 'notes')).toEqual(['', '', 'partial, 30 min']);
  const days = run(
    {},
    { window: { from: at('00:00', '2026-11-01'), to: at('00:00', '2026-12-01') }, bucketS: 86_400 },
  );
  expect(cells(days, 'number')).toHaveLength(30);
});

describe('TL-01 error cluster', () => {
  test.each([
    ['10 of 19', [errors(4, 10), errors(1, 9)], 1],
    ['10 of 20 are half', [errors(4, 10), errors(1, 10)], 0],
    ['9 of 9 are too few', [errors(4, 9)], 0],
  ])('%s', (_name, counts, findings) => {
    const found = findingsOf(run({ 'event-counts': [...infos(HOURS), ...counts] }), 'TL-01');
    expect(found).toHaveLength(findings);
    if (findings > 0)
      expect(found[0]).toMatchObject({
        severity: 'MEDIUM',
        frequency: 10,
        occurrences: [{ subject: 'hour 5' }],
      });
  });

  test.each([
    ['three hours with events', [0, 1, 4], 0],
    ['four', [0, 1, 2, 4], 1],
  ])('of %s one holds most whatever happens', (_name, hours, findings) => {
    const counts = [...infos(hours), errors(4, 10)];
    const result = run({ 'event-counts': counts, 'heartbeat-minutes': [] });
    expect(findingsOf(result, 'TL-01')).toHaveLength(findings);
    expect(result.rules.unjudged.map(({ id }) => id).includes('TL-01')).toBe(findings === 0);
  });

  test('one signature on one exchange names cause and venue', () => {
    const signature = {
      bucket: 4,
      exchange: 'bybit',
      type: 'api_error',
      signature: 'HTTP 503',
      events: 9,
      first_at: at('04:02'),
      last_at: at('04:55'),
    };
    const [finding] = findingsOf(
      run({ 'event-counts': [errors(4, 10)], 'error-signatures': [signature] }),
      'TL-01',
    );
    expect(finding).toMatchObject({
      venue: 'bybit',
      firstSeen: at('04:02'),
      cause: { id: 'one-signature', confidence: 'LIKELY' },
    });
  });
});

describe('TL-02 dead hours', () => {
  const without = (...dead: number[]) => infos(HOURS.filter((hour) => !dead.includes(hour)));
  test.each([
    ['one dead hour', { 'event-counts': without(4) }, 'MEDIUM'],
    ['none', {}, null],
    [
      'no heartbeat either: that is NA-01',
      { 'event-counts': without(4), 'heartbeat-minutes': beats.filter((_, n) => n < 240 || n >= 300) },
      null,
    ],
    ['a bot that seldom writes events', { 'event-counts': infos([2]) }, null],
    ['not one event in the window', { 'event-counts': [] }, 'MEDIUM'],
  ])('%s', (_name, rows, severity) => {
    expect(findingsOf(run(rows), 'TL-02')[0]?.severity ?? null).toBe(severity);
  });

  test('positions that moved meanwhile say that only the event log was off', () => {
    const [moved] = findingsOf(
      run({ 'event-counts': without(4), positions: [position('A', { opened_at: at('04:20') })] }),
      'TL-02',
    );
    expect(moved?.cause.id).toBe('event-log-off');
    expect(findingsOf(run({ 'event-counts': without(4) }), 'TL-02')[0]?.cause.id).toBe('loop-stuck');
  });

  describe('is HIGH when signals were expected', () => {
    const opened = (n: number) =>
      many(n, (index) =>
        position(`S${String(index)}`, { opened_at: at(`0${String([0, 1, 2, 3, 5, 6, 7][index % 7])}:10`) }),
      );
    const severityOf = (positions: readonly Row[], rows: Evidence['rows'] = {}) =>
      findingsOf(run({ 'event-counts': without(4), positions, ...rows }), 'TL-02')[0]?.severity;
    const off = { name: 'trading_enabled', value: 'false', kind: 'trading', on: false, at: at('03:30') };

    test('the other hours open so many positions that an hour without any is no chance', () => {
      expect(severityOf(opened(35))).toBe('HIGH');
      expect(severityOf(opened(28))).toBe('MEDIUM');
    });
    test('not when positions were opened in it: then only the event log was off', () => {
      expect(severityOf([...opened(35), position('X', { opened_at: at('04:20') })])).toBe('MEDIUM');
    });
    test('not when trading was switched off by then; a switch set later says nothing', () => {
      expect(severityOf(opened(35), { states: [off] })).toBe('MEDIUM');
      expect(severityOf(opened(35), { states: [{ ...off, at: at('06:00') }] })).toBe('HIGH');
    });
    test('not by a guess: positions that cannot be read expect nothing', () => {
      expect(severityOf([], { positions: { value: null, reason: 'source_failed' } })).toBe('MEDIUM');
    });
  });

  test('heartbeats or events that cannot be read decide nothing', () => {
    const result = run({
      'event-counts': without(4),
      'heartbeat-minutes': { value: null, reason: 'missing_entity' },
    });
    expect([findingsOf(result, 'TL-02'), valueOf(result, 'timeline_dead_buckets')]).toEqual([
      [],
      '<no_data>',
    ]);
  });
});

test('a bot with snapshots only is counted by them, unseen minutes said', () => {
  const none = { value: null, reason: 'not_applicable' } as const;
  const rows = many(480, (n) => ({
    at: new Date(Date.parse(WINDOW.from) + n * 60_000).toISOString(),
    new_opened: 1,
    closed: 0,
    errors: n % 2,
    total: 5,
  }))
    .map((row) => ({ ...row, slot: row.at }))
    .filter((_, n) => n < 60 || n >= 66);
  const result = run({
    snapshots: rows,
    positions: none,
    fills: none,
    funding: none,
    'event-counts': none,
    'error-signatures': none,
    alerts: none,
    'heartbeat-minutes': none,
  });
  expect(cells(result, 'opened')).toEqual([60, 54, 60, 60, 60, 60, 60, 60]);
  expect(valueOf(result, 'timeline_errors')).toBe(237);
  expect(cells(result, 'notes')[1]).toBe('6 min unseen');
  expect(valueOf(result, 'timeline_net_pnl')).toBe('<not_applicable>');
});

test('what cannot be read is null with its reason, never 0', () => {
  const result = run({
    positions: { value: null, reason: 'source_failed' },
    alerts: { value: null, reason: 'missing_entity', detail: 'alert' },
  });
  expect([valueOf(result, 'timeline_opened'), valueOf(result, 'timeline_alerts')]).toEqual([
    '<source_failed>',
    '<missing_entity>',
  ]);
  expect(result.series[0]?.points.every(({ value }) => value === null)).toBe(true);
});
