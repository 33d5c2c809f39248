import { describe, expect, test } from '@jest/globals';
import { coverageWords } from '../../audit/coverage-words.ts';
import { recurrenceWords } from '../../audit/recurrence.ts';
import { chartTable } from '../../report/markdown/chart-table.ts';
import { createLookup } from '../../report/lookup.ts';
import { tableView } from '../../report/table-view.ts';
import { comparison } from '../../report/words.ts';
import { seeRows } from '../../sections/shared/vocabulary/finding-query.ts';
import { sample } from './sample-report.ts';

test.each([
  [97.7, '97.7 %'],
  [91.6, '91.6 %'],
  [99.99, '99.9 %'],
  [100, '100.0 %'],
  [0, '0.0 %'],
])('a coverage of %s is %s everywhere, never rounded up', (percent, words) => {
  expect(coverageWords(percent)).toBe(words);
});

test.each([
  ['new', 1, 'new'],
  ['no-history', 1, 'no history'],
  ['recurring', 2, 'second window in a row'],
  ['recurring', 12, '12 windows in a row'],
] as const)('%s over %s windows is "%s" in report, mail and terminal', (state, windows, words) => {
  expect(recurrenceWords({ state, windows }, 'no history')).toBe(words);
});

test('what is not compared with is a window before this one, not every report of the bot', () => {
  const changes = { ...sample.front.changes, compared: false, trend: [] };
  expect(comparison({ ...sample, front: { ...sample.front, changes } })).toContain(
    'a window before this one',
  );
});

test('exchanges are written as names in tables, while the data keep their own spelling', () => {
  const dataset = {
    id: 'x',
    title: 'X',
    columns: [
      { key: 'exchange', title: 'Exchange', unit: 'text' as const },
      { key: 'answer', title: 'Answer', unit: 'text' as const },
    ],
    rows: [
      ['binance', '-2021'],
      ['Bybit', null],
      [null, 'rejected -2021'],
    ],
    total: 3,
    file: 'data/x.csv',
    queries: [],
  };
  expect(tableView(dataset, 3, undefined).rows).toEqual([
    ['Binance', '-2021'],
    ['Bybit', '–'],
    ['–', 'rejected -2021'],
  ]);
});

describe('a line as a table', () => {
  const cells = (points: readonly (readonly [string, number | null])[]): readonly string[] => {
    const series = {
      id: 'open',
      title: 'Open',
      unit: 'count' as const,
      queries: [],
      points: points.map(([clock, value]) => ({ at: `2026-11-20T${clock}Z`, value })),
    };
    const lookup = createLookup({ ...sample, series: [series] });
    const window = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T02:00:00.000Z' };
    const block = {
      type: 'chart',
      title: 'Open',
      subtitle: [],
      window,
      gaps: [],
      alt: '',
      chart: { kind: 'line', series: [{ id: 'open', tone: 'first', step: true }] },
    } as const;
    const rows = chartTable(block, lookup).rows;
    return rows.filter(([at]) => at?.endsWith(':00') === true).map(([, value]) => value ?? '');
  };

  test('the snapshot taken a moment after the hour belongs to it, at the start of the window too', () => {
    const points = [
      ['00:00:00.400', 3],
      ['00:59:00.400', 4],
      ['01:00:00.400', 5],
      ['01:59:00.400', 6],
    ] as const;
    expect(cells(points)).toEqual(['3', '5', '6']);
  });

  test('a point on the hour is taken before one after it, and a late one is not', () => {
    const points = [
      ['00:00:00.000', 1],
      ['00:00:30.000', 2],
      ['00:59:00.000', 3],
      ['01:02:00.000', 4],
    ] as const;
    expect(cells(points)).toEqual(['1', '3', '–']);
  });
});

describe('the rows of "see for yourself"', () => {
  const ids = Array.from({ length: 40 }, (_, index) => `O-${String(40 - index)}`);

  test('are those given first, and what was left out is said', () => {
    const { text } = seeRows('order', 'id', 'id', [...ids, ...ids], 'id');
    expect(text).toMatch(/^-- the first 12 of 40\nselect id\nfrom "order"\nwhere id in \('O-40', 'O-39', /);
    expect(text).not.toContain("'O-28'");
  });

  test('say nothing of it when all are there', () => {
    expect(seeRows('order', 'id', 'id', ids.slice(0, 12), 'id').text).toMatch(/^select id\n/);
  });
});
