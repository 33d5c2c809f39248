import type { GlyphTexts } from './font-text.ts';
import type { GlyphWidths } from './font-widths.ts';

const MARKS = 100;
const MARK = /(?<![\d.,])0\d\d(?![\d.,])/g;

/** Gives each anchor that is asked for a mark of its own; beyond the hundredth, none. */
export interface PageMarks {
  markOf(anchor: string): string;
  /** Anchor -> mark, of all that were asked for. */
  readonly given: ReadonlyMap<string, string>;
}

/**
 * What stands in for the page of an anchor until the pages are known: `001`, `012`, ... as wide as a page number's room,
 * and nobody writes numbers so. Any ten of them have all digits, so that their font has them.
 */
export function createPageMarks(): PageMarks {
  const given = new Map<string, string>();
  return {
    given,
    markOf(anchor) {
      const index = given.size;
      const mark =
        given.get(anchor) ?? (index < MARKS ? String((index * 11 + 1) % MARKS).padStart(3, '0') : '');
      given.set(anchor, mark);
      return mark;
    },
  };
}

/** How often a printed page's HTML has the mark in a place of a page number. */
export function timesPrinted(html: string, mark: string): number {
  return [`"page-number">${mark}<`, `page\u00a0${mark}<`].reduce(
    (times, place) => times + html.split(place).length - 1,
    0,
  );
}

/** A page's fonts by their name in its resources. */
export interface PageFonts {
  readonly widths: ReadonlyMap<string, GlyphWidths>;
  readonly texts: ReadonlyMap<string, GlyphTexts>;
}

interface PageFont {
  readonly widths: GlyphWidths;
  readonly texts: GlyphTexts;
}

export interface FilledMarks {
  readonly content: string;
  /** How often each mark was replaced. */
  readonly filled: ReadonlyMap<string, number>;
}

/**
 * Replaces the marks in a page's packed text by their page numbers. One that stands alone keeps its right edge, one that
 * follows words its left. A mark whose font lacks a digit stays, and is not counted.
 */
export function fillPageMarks(
  content: string,
  fonts: PageFonts,
  pages: ReadonlyMap<string, number>,
): FilledMarks {
  const filled = new Map<string, number>();
  const next = content.replace(/BT\n\/(\S+) [\d.]+ Tf\n[^]*?ET\n/g, (object, name: string) => {
    const [widths, texts] = [fonts.widths.get(name), fonts.texts.get(name)];
    if (widths === undefined || texts === undefined) return object;
    return object.replace(/<((?:[0-9A-F]{4})+)>( Tj)?/g, (string, hex: string, operator?: string) => {
      const parts = filledGlyphs(hex.match(/.{4}/g) ?? [], { widths, texts }, pages, filled);
      if (parts === null) return string;
      return operator === undefined ? parts : `[${parts}] TJ`;
    });
  });
  return { content: next, filled };
}

/** The glyphs as elements of a TJ array; null when no mark was in them. */
function filledGlyphs(
  glyphs: readonly string[],
  font: PageFont,
  pages: ReadonlyMap<string, number>,
  filled: Map<string, number>,
): string | null {
  const texts = glyphs.map((glyph) => font.texts.get(glyph) ?? '\ufffd');
  if (texts.some(({ length }) => length !== 1)) return null;
  let parts = '';
  let at = 0;
  for (const { 0: mark, index } of texts.join('').matchAll(MARK)) {
    const page = pages.get(mark);
    const digits = page === undefined ? null : digitGlyphs(String(page), glyphs[index] ?? '', font);
    if (digits === null) continue;
    filled.set(mark, (filled.get(mark) ?? 0) + 1);
    const room = glyphs.length === mark.length ? glyphs.slice(digits.length) : [];
    const shift = room.reduce((width, glyph) => width + widthOf(font, glyph), 0);
    if (shift > 0) parts += String(-shift);
    parts += `<${[...glyphs.slice(at, index), ...digits].join('')}>`;
    at = index + mark.length;
  }
  if (at === 0) return null;
  return at < glyphs.length ? `${parts}<${glyphs.slice(at).join('')}>` : parts;
}

/** Digits as wide as the mark's zero: a font has tabular and proportional ones. Null when it lacks one. */
function digitGlyphs(number: string, zero: string, font: PageFont): readonly string[] | null {
  const wanted = widthOf(font, zero);
  const byDigit = new Map(
    [...font.texts]
      .filter(([glyph]) => widthOf(font, glyph) === wanted)
      .map(([glyph, text]) => [text, glyph]),
  );
  const glyphs = Array.from(number).flatMap((digit) => byDigit.get(digit) ?? []);
  return glyphs.length === number.length ? glyphs : null;
}

function widthOf({ widths }: PageFont, glyph: string): number {
  return widths(Number.parseInt(glyph, 16));
}
