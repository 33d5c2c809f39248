import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { collectEvidence } from '../../sources/collect.ts';
import { importSnapshots, type ImportResult } from '../../sources/snapshots/import.ts';
import { instantOf } from '../../sources/snapshots/zoned-time.ts';
import { findGaps, forgetGap, noteGaps } from '../../store/snapshot-gaps.ts';
import { findSnapshots, insertSnapshots } from '../../store/snapshots.ts';
import { asking, botOf, freshStore, queryOf } from './support.ts';
import { scratchDirectory } from '../support/scratch.ts';

let store: Awaited<ReturnType<typeof freshStore>>;

beforeAll(async () => {
  store = await freshStore();
});
afterAll(() => store.drop());

function line(
  timestamp: string,
  positions: Record<string, unknown> = { total: 3, Binance: 2, bybit: 1, unprotected: 0 },
): string {
  return JSON.stringify({
    timestamp,
    metrics: {
      positions,
      activity: { new_opened: 1, prices_updated: 0, ts_activated: 0, sl_updates: 0, closed: 2 },
      issues: { aged: 0, zombies: 0, emergency: 0, errors: 0, ws_reconnects: 0 },
    },
  });
}

async function importLines(bot: string, lines: readonly string[], timeZone = 'UTC'): Promise<ImportResult> {
  const file = join(scratchDirectory('import'), 'snapshots.jsonl');
  await writeFile(file, lines.join('\n'));
  return importSnapshots({ file, bot, timeZone, insert: (rows) => insertSnapshots(store.pool, bot, rows) });
}

const DAY = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-21T00:00:00.000Z' };

test('bad lines are counted and named, the others imported; again, nothing is new', async () => {
  const lines = [
    `\uFEFF${line('2026-11-20T00:00:07.080383')}`,
    '{"timestamp": "2026-11-20T00:01',
    '',
    line('yesterday'),
    line('2026-02-30T00:00:00'),
    line('2026-11-20T00:01:59', { total: -1 }),
    line('2026-11-20T00:01:59', { binance: 1 }),
    line('2026-11-20T00:01:59', { total: 1.5 }),
    line('2026-11-20T00:00:59.5Z'),
    `"${'x'.repeat(70_000)}"`,
  ];
  const first = await importLines('bad', lines);
  expect(first).toMatchObject({
    lines: 9,
    inserted: 2,
    duplicates: 0,
    badLines: 7,
    first: '2026-11-20T00:00:07.080383Z',
  });
  expect(first.bad.map(({ line: number }) => number)).toEqual([2, 4, 5, 6, 7, 8, 10]);
  expect(first.bad[0]?.reason).toBe('not JSON');
  expect(await importLines('bad', lines)).toMatchObject({ inserted: 0, duplicates: 2, badLines: 7 });
  const rows = await findSnapshots(store.pool, 'bad', DAY);
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    at: '2026-11-20T00:00:07.080383Z',
    slot: '2026-11-20T00:00:00.000Z',
    total: 3,
    by_exchange: { binance: 2, bybit: 1 },
    unprotected: 0,
    new_opened: 1,
    closed: 2,
  });
});

test('two snapshots of one minute are both kept and share its slot; one time twice is one', async () => {
  const result = await importLines(
    'twice',
    ['2026-11-20T00:00:01', '2026-11-20T00:00:58', '2026-11-20T00:00:58'].map((at) => line(at)),
  );
  expect(result).toMatchObject({ inserted: 2, duplicates: 1 });
  const rows = await findSnapshots(store.pool, 'twice', DAY);
  expect(new Set(rows.map(({ slot }) => slot)).size).toBe(1);
});

test('snapshots of many months and of several imports at once all arrive', async () => {
  const months = Array.from({ length: 12 }, (_, month) =>
    new Date(Date.UTC(2025, month + 1, 1) - 1).toISOString(),
  );
  const bots = ['a', 'b', 'c', 'd', 'e'].map((bot) => `months-${bot}`);
  await Promise.all(
    bots.map((bot) =>
      importLines(
        bot,
        months.map((at) => line(at)),
      ),
    ),
  );
  for (const bot of bots) {
    const year = { from: '2025-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' };
    expect(await findSnapshots(store.pool, bot, year)).toHaveLength(12);
  }
});

test('a missing counter is unknown, not 0', async () => {
  await importLines('sparse', ['{"timestamp":"2026-11-20T00:00:00Z","metrics":{"positions":{"total":1}}}']);
  expect(await findSnapshots(store.pool, 'sparse', DAY)).toMatchObject([
    { total: 1, unprotected: null, errors: null, by_exchange: {} },
  ]);
});

describe('times without a zone', () => {
  const at = (written: string, zone: string, previous: string | null = null): string => {
    const result = instantOf(written, zone, previous === null ? null : Date.parse(previous));
    return result.ok ? result.iso : result.reason;
  };

  test.each([
    ['2026-07-01T12:00:00', 'Europe/Berlin', '2026-07-01T10:00:00.000Z'],
    ['2026-01-01 00:00:00,5', 'Asia/Kolkata', '2025-12-31T18:30:00.500Z'],
    ['2026-11-20T23:59:59.123456', 'America/New_York', '2026-11-21T04:59:59.123456Z'],
    ['2026-11-20T00:00:00+05:30', 'Europe/Berlin', '2026-11-19T18:30:00.000Z'],
    [
      '2026-10-04T02:15:00',
      'Australia/Lord_Howe',
      '2026-10-04T02:15:00 does not exist in Australia/Lord_Howe: clocks went forward',
    ],
    [
      '2026-03-29T02:30:00',
      'Europe/Berlin',
      '2026-03-29T02:30:00 does not exist in Europe/Berlin: clocks went forward',
    ],
    ['2026-11-20T24:00:00', 'UTC', '"2026-11-20T24:00:00" is not a day and time'],
  ])('%s in %s', (written, zone, expected) => {
    expect(at(written, zone)).toBe(expected);
  });

  test('the hour that is written twice is told apart by the line before', () => {
    expect(at('2026-10-25T02:30:00', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
    expect(at('2026-10-25T02:30:00', 'Europe/Berlin', '2026-10-25T00:59:00Z')).toBe(
      '2026-10-25T01:30:00.000Z',
    );
  });
});

test('queries on snapshots see those of their bot alone', async () => {
  await importLines('probe', [line('2026-11-20T00:00:01'), line('2026-11-20T07:59:59')]);
  await importLines('other', [line('2026-11-20T00:00:02')]);
  const query = queryOf(
    'select s.at, s.by_exchange, s.total from @snapshot s where s.at >= :from and s.at < :to order by s.at',
    {
      id: 'snapshots',
      source: 'snapshots',
      entities: ['snapshot'],
    },
  );
  const broken = queryOf('select s.total / 0 from @snapshot s', {
    id: 'broken',
    source: 'snapshots',
    entities: ['snapshot'],
  });
  const { evidence, blobs } = await collectEvidence({
    bot: botOf({ mapping: 'native', databaseUrl: null, database: 'none', snapshots: 'required' }),
    kind: 'production',
    window: { from: DAY.from, to: '2026-11-20T08:00:00.000Z' },
    sections: [asking(broken, query)],
    entryIds: [],
    policy: {},
    history: [],
    now: '2026-11-20T09:00:00.000Z',
    storePool: store.pool,
  });
  expect(evidence.alive).toBe(true);
  expect(evidence.sources.snapshots).toMatchObject({
    status: 'ok',
    dataAsOf: '2026-11-20T07:59:59.000Z',
    stale: false,
  });
  expect(evidence.queries).toMatchObject([
    { id: 'broken', status: 'error', reason: 'source_failed', error: 'division by zero' },
    { id: 'snapshots', status: 'ok', rowCount: 2, parameters: { bot: 'probe' } },
  ]);
  expect([...blobs.values()].join('').split('\n')[0]).toBe(
    '{"at":"2026-11-20T00:00:01.000Z","by_exchange":{"binance":2,"bybit":1},"total":3}',
  );
});

test('a minute is noted as missed once, with its newest reason, and never when it has a snapshot', async () => {
  const bot = 'noted';
  await importLines(bot, [line('2026-11-20T00:02:00')]);
  const from = '2026-11-20T00:00:00.000Z';
  const gap = { from, to: '2026-11-20T00:04:00.000Z', reason: 'workerAway', detail: null } as const;
  expect(await noteGaps(store.pool, bot, [gap])).toEqual(['2026-11-20T00:02:00.000Z']);
  const minute = '2026-11-20T00:01:00.000Z';
  await noteGaps(store.pool, bot, [
    { from: minute, to: '2026-11-20T00:02:00.000Z', reason: 'databaseLost', detail: 'no route' },
  ]);
  await noteGaps(store.pool, 'other', [gap]);
  const rows = await findGaps(store.pool, bot, { from, to: '2026-11-21T00:00:00.000Z' });
  expect(rows.map(({ slot, reason, detail }) => [slot.slice(11, 16), reason, detail])).toEqual([
    ['00:00', 'workerAway', null],
    ['00:01', 'databaseLost', 'no route'],
    ['00:03', 'workerAway', null],
  ]);
  await forgetGap(store.pool, bot, minute);
  expect(await findGaps(store.pool, bot, { from: minute, to: gap.to })).toHaveLength(1);
});
