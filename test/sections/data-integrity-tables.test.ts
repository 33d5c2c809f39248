import { describe, expect, test } from '@jest/globals';
import { run } from './data-integrity-support.ts';
import { missing } from '../../audit/value.ts';
import { at, checkOf } from './support.ts';

type Counts = readonly number[];
const sample = (clock: string, tables: Readonly<Record<string, Counts>>, reset = 'r') => ({
  at: at(clock),
  tables: { reset, tables },
});

/** rows, bytes, inserted, updated, deleted, scans, rows scanned. */
const FIRST: Counts = [1_000, 1_024_000, 5_000, 100, 7, 50, 90_000];
const LAST: Counts = [1_200, 2_048_000, 5_220, 130, 7, 60, 3_090_000];

function shown(rows: readonly unknown[]) {
  const result = run({ 'table-counters': rows as readonly Readonly<Record<string, unknown>>[] });
  const part = result.parts.find(({ title }) => title === 'Database health');
  const cells = result.datasets.find(({ id }) => id === 'data-integrity.tables')?.rows;
  return { part: JSON.stringify(part?.blocks ?? null), cells };
}

describe('database health', () => {
  test('changes are from the first counters to the last, growth is by day', () => {
    const { part, cells } = shown([
      sample('00:00', { 'bot.calls': FIRST }),
      sample('04:00', { 'bot.calls': LAST, 'bot.later': FIRST }),
    ]);
    expect(cells).toEqual([
      ['bot.calls', 1_200, 2_000, 6_000, 220, 30, 0, 10, 3_000_000],
      ['bot.later', 1_000, 1_000, null, null, null, null, null, null],
    ]);
    expect(part).toContain('From 2026-11-20T00:00Z to 2026-11-20T04:00Z');
    expect(part).toContain('bot.later began anew between, or were taken once');
    expect(part).toContain("where t.relid in ('bot.calls'::regclass)");
  });

  test.each([
    ['a counter fell', [sample('00:00', { t: LAST }), sample('04:00', { t: FIRST })]],
    [
      'one fell between and rose again',
      [
        sample('00:00', { t: FIRST }),
        sample('02:00', { t: [0, 0, 0, 0, 0, 0, 0] }),
        sample('04:00', { t: LAST }),
      ],
    ],
    ['they were reset', [sample('00:00', { t: FIRST }), sample('04:00', { t: LAST }, 'later')]],
    ['there is one sample', [sample('00:00', { t: LAST })]],
  ])('what changed is not known when %s; rows and size are', (_why, rows) => {
    const { cells = [] } = shown(rows);
    expect(cells[0]?.slice(3)).toEqual([null, null, null, null, null, null]);
    expect(cells[0]?.[1]).toBeGreaterThan(0);
  });

  test('scans that read little send nobody to the indexes', () => {
    const few: Counts = [...LAST.slice(0, 6), 990_000];
    const { part } = shown([sample('00:00', { t: FIRST }), sample('04:00', { t: few })]);
    expect(part).not.toContain('pg_stat_user_indexes');
  });

  test('without counters there is no such part, and no dataset', () => {
    expect(shown([])).toEqual({ part: 'null', cells: undefined });
  });
});

describe('DI9, deletions from tables that are appended to', () => {
  const counts = (inserts: number, deletes: number): Counts => [9, 9, inserts, 0, deletes, 0, 0];
  const judged = (rows: unknown) => checkOf(run({ 'table-counters': rows as never }), 'DI9');
  const between = (first: Counts, last: Counts) => [
    sample('00:00', { t: first }),
    sample('08:00', { t: last }),
  ];

  test.each<[string, unknown, number | string]>([
    ['nothing was deleted', between(counts(1_000, 0), counts(1_200, 0)), 1],
    ['a first row was', between(counts(1_000, 0), counts(1_200, 1)), 0],
    ['rows are deleted all the time', between(counts(1_000, 1), counts(1_200, 9)), 'not_applicable'],
    ['too few rows to call it that', between(counts(999, 0), counts(1_200, 1)), 'not_applicable'],
    ['counters began anew', between(counts(1_000, 0), counts(3, 0)), 'not_applicable'],
    ['no snapshot carries counters', [], 'not_applicable'],
    ['no snapshot at all', missing('no_data', 'none'), 'not_applicable'],
    ['snapshots that cannot be read', missing('source_failed', 'permission denied'), 'unknown'],
  ])('%s', (_name, rows, r) => {
    expect(judged(rows)).toBe(r);
  });
});
