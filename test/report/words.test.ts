import { expect, test } from '@jest/globals';
import { outlineOf } from '../../report/outline.ts';
import { shortWindow, testPeriod } from '../../report/words.ts';
import { visibleText, oneLine } from '../../report/visible-text.ts';
import { settingOf } from '../../report/html/table-html.ts';
import { sample } from './sample-report.ts';

test.each([
  ['2026-11-20T00:00:00.000Z', '2026-11-20T08:00:00.000Z', '2026-11-20 00–08 UTC'],
  ['2026-11-20T16:00:00.000Z', '2026-11-21T00:00:00.000Z', '2026-11-20 16–24 UTC'],
  ['2026-11-20T00:00:00.000Z', '2026-11-21T00:00:00.000Z', '2026-11-20 00–24 UTC'],
  ['2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z', '2026-11-01 to 2026-11-30 UTC'],
  ['2026-11-20T08:13:00.000Z', '2026-11-20T16:13:00.000Z', '2026-11-20 08:13–16:13 UTC'],
  ['2026-11-20T20:00:00.000Z', '2026-11-21T04:00:00.000Z', '2026-11-20 20 to 2026-11-21 04 UTC'],
])('the window from %s to %s is called %s', (from, to, expected) => {
  expect(shortWindow({ from, to })).toBe(expected);
});

test('the test period says its length', () => {
  expect(testPeriod(sample.window)).toBe('2026-11-20 00:00 - 2026-11-20 08:00 UTC (8 hours)');
});

test('text that hides or turns text is made visible, other text is left as it is', () => {
  expect(visibleText('a\u202eb\u200bc\u0000d')).toBe('a\ufffdb\ufffdc\ufffdd');
  expect(visibleText('Straße 東京 🔴 e\u0301')).toBe('Straße 東京 🔴 e\u0301');
  expect(oneLine('x'.repeat(1_000_000))).toHaveLength(240);
  expect(oneLine('one\r\n  two')).toBe('one two');
});

test('findings that no section shows stand before the appendices', () => {
  const titles = outlineOf(sample).map(({ title }) => title);
  expect(titles.indexOf('Other findings')).toBe(titles.indexOf('Appendix A: Full statistics') - 1);
  expect(outlineOf({ ...sample, findings: [] }).map(({ title }) => title)).not.toContain('Other findings');
});

test('a table is set smaller as it gets wider, and on paper ends where the page does', () => {
  const table = (columns: number, text: string): ReturnType<typeof settingOf> =>
    settingOf({
      columns: Array.from({ length: columns }, () => ({ title: 'Column', number: false })),
      rows: [Array.from({ length: columns }, () => text)],
    });
  expect(table(6, 'BTCUSDT')).toEqual({ density: 'normal', fitting: 6 });
  expect(table(12, 'BTCUSDT')).toEqual({ density: 'small', fitting: 12 });
  expect(table(40, 'BTCUSDT').density).toBe('tiny');
  expect(table(40, 'BTCUSDT').fitting).toBeLessThan(20);
  expect(table(1, 'x'.repeat(500)).fitting).toBe(1);
});
