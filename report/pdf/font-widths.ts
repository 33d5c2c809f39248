import { PDFArray, PDFDict, PDFName, PDFNumber, type PDFDocument, type PDFPageLeaf } from 'pdf-lib';

/** Advance of a glyph in thousandths of the font size. */
export type GlyphWidths = (glyph: number) => number;

/** Pages share their fonts: each is read once. */
const known = new WeakMap<PDFDict, GlyphWidths>();

/** Widths of a page's composite fonts by their name in the page's resources (`F4`); other fonts are left out. */
export function pageFontWidths(document: PDFDocument, page: PDFPageLeaf): ReadonlyMap<string, GlyphWidths> {
  const fonts = page.Resources()?.lookupMaybe(PDFName.of('Font'), PDFDict);
  const widths = new Map<string, GlyphWidths>();
  for (const [name, reference] of fonts?.entries() ?? []) {
    const font = document.context.lookup(reference);
    const descendants =
      font instanceof PDFDict ? font.lookupMaybe(PDFName.of('DescendantFonts'), PDFArray) : undefined;
    const descendant = descendants?.lookupMaybe(0, PDFDict);
    if (!descendant) continue;
    const own = known.get(descendant) ?? widthsOf(descendant);
    known.set(descendant, own);
    widths.set(name.decodeText(), own);
  }
  return widths;
}

/** `W` of a CIDFont (PDF 32000-1, 9.7.4.3): `c [w1 w2 ...]` or `first last w`. */
function widthsOf(font: PDFDict): GlyphWidths {
  const standard = font.lookupMaybe(PDFName.of('DW'), PDFNumber)?.asNumber() ?? 1000;
  const list = font.lookupMaybe(PDFName.of('W'), PDFArray);
  const widths = new Map<number, number>();
  for (let index = 0; index < (list?.size() ?? 0);) {
    const first = list?.lookup(index, PDFNumber).asNumber() ?? 0;
    const second = list?.lookup(index + 1);
    if (second instanceof PDFArray) {
      for (let nth = 0; nth < second.size(); nth += 1)
        widths.set(first + nth, second.lookup(nth, PDFNumber).asNumber());
      index += 2;
    } else if (second instanceof PDFNumber) {
      const width = list?.lookup(index + 2, PDFNumber).asNumber() ?? standard;
      for (let glyph = first; glyph <= second.asNumber(); glyph += 1) widths.set(glyph, width);
      index += 3;
    } else {
      break;
    }
  }
  return (glyph) => widths.get(glyph) ?? standard;
}
