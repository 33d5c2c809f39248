import { describe, expect, test } from '@jest/globals';
import { outlineOf } from '../../report/outline.ts';
import { shortWindow, testPeriod } from '../../report/words.ts';
import { visibleText } from '../../audit/visible-text.ts';
import { oneLine } from '../../report/one-line.ts';
import { chosenColumns } from '../../report/column-choice.ts';
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
  expect(visibleText('a\u202eb\u200bc\u0000d')).toBe('a[U+202E]b[U+200B]c[U+0000]d');
  expect(visibleText('soft\u00adhyphen \u3164 \u2800 \ud83d')).toBe(
    'soft[U+00AD]hyphen [U+3164] [U+2800] [U+D83D]',
  );
  // The style of a picture hides nothing; beside a letter or a digit the same mark does.
  expect(visibleText('👍🏽 1️⃣ ☂️')).toBe('👍🏽 1️⃣ ☂️');
  expect(visibleText('1\ufe0f a\ufe0f 👩\u200d💻')).toBe('1[U+FE0F] a[U+FE0F] 👩[U+200D]💻');
  expect(visibleText('Straße 東京 🔴 e\u0301')).toBe('Straße 東京 🔴 e\u0301');
  expect(oneLine('x'.repeat(1_000_000))).toHaveLength(240);
  expect(oneLine('one\r\n  two')).toBe('one two');
});

test('findings that no section shows stand before the appendices', () => {
  const titles = outlineOf(sample).map(({ title }) => title);
  expect(titles.indexOf('Other findings')).toBe(titles.indexOf('Appendix A: Full statistics') - 1);
  expect(outlineOf({ ...sample, findings: [] }).map(({ title }) => title)).not.toContain('Other findings');
});

describe('of the columns of a table are shown', () => {
  const columns = (count: number, more: Readonly<Record<number, object>> = {}): readonly number[] =>
    chosenColumns({
      columns: Array.from({ length: count }, (_, index) => ({
        title: 'Column',
        number: false,
        ...more[index],
      })),
      rows: [Array.from({ length: count }, (_, index) => (index === 3 ? '–' : 'BTCUSDT'))],
    });

  test('all while they are eight', () => {
    expect(columns(8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('of more, details go first, then those without a value, then the last', () => {
    expect(columns(9)).toEqual([0, 1, 2, 4, 5, 6, 7, 8]);
    expect(columns(9, { 1: { detail: true } })).toEqual([0, 2, 3, 4, 5, 6, 7, 8]);
    expect(columns(11, { 5: { detail: true } })).toEqual([0, 1, 2, 4, 6, 7, 8, 9]);
  });

  test('as many as a page is wide, and never none', () => {
    const wide = (count: number, length: number): number =>
      chosenColumns({
        columns: Array.from({ length: count }, () => ({ title: 'Column', number: true })),
        rows: [Array.from({ length: count }, () => '9'.repeat(length))],
      }).length;
    expect(wide(8, 20)).toBe(4);
    expect(wide(3, 500)).toBe(1);
  });
});
