import type { PageFonts } from './page-marks.ts';

/** A heading of the printed report: its page, from 1, and how far below the page's upper edge it stands, in points. */
export interface PrintedHeading {
  readonly title: string;
  readonly page: number;
  readonly below: number;
}

/** A section that begins above this, in points, leaves no room for the end of the one before. */
const PAGE_BEGIN = 90;
/** Points that a head may be wide: the other box of its line has the rest of it. */
const ROOM = 300;
const BETWEEN = ', ';

/** The sections that stand on a page, in their order: the one that goes on from the page before, and those that begin. */
export function sectionsOn(page: number, headings: readonly PrintedHeading[]): readonly string[] {
  const begin = headings.filter((heading) => heading.page === page);
  const before = headings.findLast((heading) => heading.page < page);
  const goesOn = before !== undefined && (begin[0]?.below ?? Infinity) > PAGE_BEGIN;
  return [...(goesOn ? [before] : []), ...begin].map(({ title }) => title);
}

/**
 * A page's packed text with other words in its head, which is the first that Chromium draws: it knows no running
 * strings. As many titles as there is room for; where the head's font lacks a character, the head stays as it was.
 */
export function withRunningHead(content: string, titles: readonly string[], fonts: PageFonts): string {
  let done = false;
  return content.replace(
    /(BT\n\/(\S+) ([\d.]+) Tf\n[^\n]+ Tm\n)[^]*?ET\n/,
    (whole, start: string, name: string, size: string) => {
      if (done) return whole;
      done = true;
      const glyphs = glyphsOf(name, fonts);
      const width = (text: readonly string[]): number =>
        (text.reduce((sum, glyph) => sum + (fonts.widths.get(name)?.(Number.parseInt(glyph, 16)) ?? 0), 0) *
          (Number(size) * 0.75)) /
        1000;
      for (let count = titles.length; count > 0; count -= 1) {
        const text = glyphs(titles.slice(0, count).join(BETWEEN));
        if (text === null || (width(text) > ROOM && count > 1)) continue;
        return `${start}<${text.join('')}> Tj\nET\n`;
      }
      return whole;
    },
  );
}

/** A text as glyphs of the font; null where it lacks one. */
function glyphsOf(name: string, fonts: PageFonts): (text: string) => readonly string[] | null {
  const byText = new Map([...(fonts.texts.get(name) ?? [])].map(([glyph, text]) => [text, glyph]));
  return (text) => {
    const glyphs = Array.from(text, (character) => byText.get(character));
    return glyphs.includes(undefined) ? null : glyphs.filter((glyph) => glyph !== undefined);
  };
}
