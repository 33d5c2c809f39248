import { describe, expect, test } from '@jest/globals';
import { sectionsOn, withRunningHead } from '../../report/pdf/running-heads.ts';

const headings = [
  { title: 'A', page: 2, below: 70 },
  { title: 'B', page: 2, below: 400 },
  { title: 'C', page: 4, below: 300 },
  { title: 'D', page: 5, below: 72 },
];

test('a page names the section that goes on from the page before and those that begin on it', () => {
  expect([1, 2, 3, 4, 5, 6].map((page) => sectionsOn(page, headings))).toEqual([
    [],
    ['A', 'B'],
    ['B'],
    ['B', 'C'],
    ['D'],
    ['D'],
  ]);
});

describe('the head of a page', () => {
  const glyphs = Array.from('AB, ', (text, index) => [`000${String(index)}`, text] as const);
  const fonts = {
    texts: new Map([['F4', new Map(glyphs)]]),
    widths: new Map([['F4', (): number => 1000]]),
  };
  const page = (first: string): string =>
    `q\nBT\n/F4 10 Tf\n1 0 0 -1 60 61 Tm\n${first} Tj\nET\nBT\n/F4 9 Tf\n1 0 0 -1 1 1 Tm\n<0009> Tj\nET\nQ`;

  test('is the first text of it, and the others stay', () => {
    expect(withRunningHead(page('<0007>'), ['A', 'B'], fonts)).toBe(page('<0000000200030001>'));
  });

  test('stays as it was where its font lacks a character, or where no section stands', () => {
    expect(withRunningHead(page('<0007>'), ['Z'], fonts)).toBe(page('<0007>'));
    expect(withRunningHead(page('<0007>'), [], fonts)).toBe(page('<0007>'));
  });

  test('has as many titles as there is room for', () => {
    expect(withRunningHead(page('<0007>'), ['A'.repeat(30), 'B'.repeat(30)], fonts)).toBe(
      page(`<${'0000'.repeat(30)}>`),
    );
  });
});
