import type { GlyphWidths } from './font-widths.ts';

/** Units (3/4 point) that a glyph may stand beside its place: a hundredth of a millimetre. */
const TOLERANCE = 0.04;
const RUN =
  /BT\n\/(\S+) ([\d.]+) Tf\n([^\n]+ Tm)\n((?:(?:-?[\d.]+ 0 Td )?<[0-9A-F]+> Tj\n|\/Span<<\/ActualText <[0-9A-F]+> >> BDC\n|EMC\n)+)ET\n/g;
const STEP = /(?:(-?[\d.]+) 0 Td )?<([0-9A-F]+)> Tj\n|(\/Span[^\n]+ BDC|EMC)\n/g;

/**
 * Chromium places each glyph by an operator of its own. The same run is written as one string whose glyphs follow each
 * other by the font's widths, with a correction only where they would leave their place. What is drawn is the same.
 */
export function packTextRuns(content: string, fonts: ReadonlyMap<string, GlyphWidths>): string {
  return content.replace(RUN, (whole, font: string, size: string, matrix: string, steps: string) => {
    const widths = fonts.get(font);
    return widths === undefined
      ? whole
      : `BT\n/${font} ${size} Tf\n${matrix}\n${packed(steps, Number(size), widths)}\nET\n`;
  });
}

function packed(steps: string, size: number, widths: GlyphWidths): string {
  const lines: string[] = [];
  let parts: string[] = [];
  let glyphs = '';
  let origin = 0;
  let cursor = 0;
  const endGlyphs = (): void => {
    if (glyphs !== '') parts.push(`<${glyphs}>`);
    glyphs = '';
  };
  const endString = (): void => {
    endGlyphs();
    if (parts.length === 1 && parts[0]?.startsWith('<') === true) lines.push(`${parts[0]} Tj`);
    else if (parts.length > 0) lines.push(`[${parts.join('')}] TJ`);
    parts = [];
  };
  for (const [, move, hex, mark] of steps.matchAll(STEP)) {
    if (mark !== undefined) {
      endString();
      lines.push(mark);
    }
    if (hex === undefined) continue;
    origin += Number(move ?? 0);
    // A move is from the last one; a string without one begins where the glyph before it ended.
    if (move !== undefined && Math.abs(origin - cursor) > TOLERANCE) {
      const correction = Math.round(((cursor - origin) * 1000) / size);
      endGlyphs();
      parts.push(String(correction));
      cursor -= (correction * size) / 1000;
    }
    glyphs += hex;
    cursor += advance(hex, size, widths);
  }
  endString();
  return lines.join('\n');
}

/** Width of a string of two-byte glyphs. */
function advance(hex: string, size: number, widths: GlyphWidths): number {
  let width = 0;
  for (let at = 0; at < hex.length; at += 4) width += widths(Number.parseInt(hex.slice(at, at + 4), 16));
  return (width * size) / 1000;
}

/** Coordinates of shapes and runs with two decimals: a hundred times finer than a printer's dot. Matrices stay as they are. */
export function roundCoordinates(content: string): string {
  return content.replace(/^[-\d. ]+(?: [mlc]| re| Tm)$/gm, (line) =>
    line.replace(/-?\d*\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100)),
  );
}
