import { inflateSync } from 'node:zlib';
import { PDFDict, PDFName, PDFRawStream, type PDFDocument, type PDFPageLeaf } from 'pdf-lib';

/** Glyph (four hex digits) -> the text that it stands for. */
export type GlyphTexts = ReadonlyMap<string, string>;

/** Pages share their fonts: each is read once. */
const known = new WeakMap<PDFRawStream, GlyphTexts>();

/** What the glyphs of a page's composite fonts mean, by the font's name in the page's resources (`F4`). */
export function pageFontTexts(document: PDFDocument, page: PDFPageLeaf): ReadonlyMap<string, GlyphTexts> {
  const fonts = page.Resources()?.lookupMaybe(PDFName.of('Font'), PDFDict);
  const texts = new Map<string, GlyphTexts>();
  for (const [name, reference] of fonts?.entries() ?? []) {
    const font = document.context.lookup(reference);
    const map = font instanceof PDFDict ? font.lookup(PDFName.of('ToUnicode')) : undefined;
    if (!(map instanceof PDFRawStream)) continue;
    const own = known.get(map) ?? glyphTexts(inflateSync(map.contents).toString('latin1'));
    known.set(map, own);
    texts.set(name.decodeText(), own);
  }
  return texts;
}

/** A ToUnicode map (PDF 32000-1, 9.10.3) as Chromium writes it: single glyphs, and ranges of consecutive characters. */
function glyphTexts(map: string): GlyphTexts {
  const texts = new Map<string, string>();
  for (const [, rows = ''] of map.matchAll(/beginbfchar\n([^]*?)endbfchar/g))
    for (const [, glyph = '', text = ''] of rows.matchAll(/<(\w+)> <(\w+)>/g))
      texts.set(glyph, decoded(text));
  for (const [, rows = ''] of map.matchAll(/beginbfrange\n([^]*?)endbfrange/g))
    for (const [, first = '', last = '', text = ''] of rows.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g)) {
      const begin = Number.parseInt(first, 16);
      for (let glyph = begin; glyph <= Number.parseInt(last, 16); glyph += 1)
        texts.set(hexGlyph(glyph), decoded(hexGlyph(Number.parseInt(text, 16) + glyph - begin)));
    }
  return texts;
}

function hexGlyph(glyph: number): string {
  return glyph.toString(16).toUpperCase().padStart(4, '0');
}

function decoded(hex: string): string {
  return Buffer.from(hex, 'hex').swap16().toString('utf16le');
}
