import { inflateSync } from 'node:zlib';
import { PDFName, PDFRawStream, type PDFDocument } from 'pdf-lib';
import { pageFontTexts } from '../../report/pdf/font-text.ts';

/** The texts of the first page in the order in which they are drawn, one for each text object. */
export function firstTexts(of: PDFDocument): readonly string[] {
  const [page] = of.getPages();
  const contents = page?.node.lookup(PDFName.of('Contents'));
  if (page === undefined || !(contents instanceof PDFRawStream)) throw new Error('there is no first page');
  const fonts = pageFontTexts(of, page.node);
  return [
    ...inflateSync(contents.contents)
      .toString('latin1')
      .matchAll(/BT\n[^]*?ET\n/g),
  ].map(([object]) => {
    const texts = fonts.get(/\/(F\d+) /.exec(object)?.[1] ?? '');
    const glyphs = [...object.matchAll(/<((?:[0-9A-F]{4})+)>(?! >>)/g)].flatMap(([, hex = '']) =>
      hex.match(/.{4}/g),
    );
    return glyphs.map((glyph) => texts?.get(glyph ?? '') ?? '').join('');
  });
}

/** The entries of the contents with the page that is printed beside each. */
export function printedContents(of: PDFDocument): { title: string; page: number }[] {
  const texts = firstTexts(of);
  const entries = texts.slice(texts.lastIndexOf('Contents') + 1);
  return entries.flatMap((text, index) =>
    /^\s*\d+$/.test(text) ? [{ title: entries[index - 1] ?? '', page: Number(text) }] : [],
  );
}
