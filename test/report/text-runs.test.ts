import { expect, test } from '@jest/globals';
import { packTextRuns } from '../../report/pdf/text-runs.ts';

const SIZE = 10;
/** Half the font size each: 5 units. */
const widths = (): number => 500;
const fonts = new Map([['F1', widths]]);
const run = (steps: string): string => `BT\n/F1 ${String(SIZE)} Tf\n1 0 0 -1 0 0 Tm\n${steps}\nET\n`;

/** Each glyph with its place on the line, as PDF 32000-1, 9.4 says. */
function drawn(content: string): readonly (readonly [glyph: string, at: number])[] {
  const glyphs: (readonly [string, number])[] = [];
  let [origin, pen] = [0, 0];
  for (const [, move, shift, hex = ''] of content.matchAll(
    /(-?[\d.]+) 0 Td|(?<=[[>])(-?[\d.]+)(?=<)|<([0-9A-F]{4,})>(?!\s*>>)/g,
  )) {
    if (move !== undefined) origin = pen = origin + Number(move);
    if (shift !== undefined) pen -= (Number(shift) * SIZE) / 1000;
    for (const glyph of hex.match(/.{4}/g) ?? []) {
      glyphs.push([glyph, Math.round(pen * 10) / 10]);
      pen += (widths() * SIZE) / 1000;
    }
  }
  return glyphs;
}

test.each([
  ['letters by an operator each', '<0001> Tj\n5 0 Td <0002> Tj\n7.5 0 Td <0003> Tj'],
  ['a mark that follows its letter without a move', '8 0 Td <0001> Tj\n<0002> Tj\n20 0 Td <0003> Tj'],
  [
    'letters with their text',
    '8 0 Td <0001> Tj\n/Span<</ActualText <FEFF0BA4> >> BDC\n<00020003> Tj\nEMC\n/Span<</ActualText <FEFF0BA5> >> BDC\n<00040005> Tj\nEMC\n40 0 Td <0006> Tj',
  ],
  ['a mark set back over its letter', '8 0 Td <0001> Tj\n-3 0 Td <0002> Tj\n9 0 Td <0003> Tj'],
])('packed, each glyph stands where it stood: %s', (_name, steps) => {
  const content = run(steps);
  const packed = packTextRuns(content, fonts);
  expect(packed).not.toBe(content);
  expect(drawn(packed)).toEqual(drawn(content));
});
