import type { PDFRef } from 'pdf-lib';
import { isolated } from '../../audit/right-to-left.ts';
import { PDFDict, PDFHexString, PDFName, PDFNumber, type PDFDocument } from 'pdf-lib';
import type { Bookmark } from '../html/bookmarks-of.ts';
import type { Place } from './outline-pages.ts';

/** Writes the outline (PDF 32000-1, 12.3.3). Chromium's own has every heading, and no blanks between their parts. */
export function addBookmarks(
  document: PDFDocument,
  bookmarks: readonly Bookmark[],
  places: ReadonlyMap<string, Place>,
): void {
  const { context, catalog } = document;
  const root = context.nextRef();
  const [first, last, count] = addLevel(bookmarks, root);
  if (first === undefined || last === undefined) return;
  context.assign(root, context.obj({ Type: 'Outlines', First: first, Last: last, Count: count }));
  catalog.set(PDFName.of('Outlines'), root);

  function addLevel(
    items: readonly Bookmark[],
    parent: PDFRef,
  ): readonly [first: PDFRef | undefined, last: PDFRef | undefined, count: number] {
    const known = items.filter(({ anchor }) => places.has(anchor));
    const refs = known.map(() => context.nextRef());
    let total = known.length;
    known.forEach((item, index) => {
      const ref = refs[index];
      const destination = places.get(item.anchor)?.destination;
      if (ref === undefined || destination === undefined) return;
      const dict = PDFDict.withContext(context);
      dict.set(PDFName.of('Title'), PDFHexString.fromText(isolated(item.title)));
      dict.set(PDFName.of('Parent'), parent);
      dict.set(PDFName.of('Dest'), destination);
      const [previous, next] = [refs[index - 1], refs[index + 1]];
      if (previous !== undefined) dict.set(PDFName.of('Prev'), previous);
      if (next !== undefined) dict.set(PDFName.of('Next'), next);
      const [firstBelow, lastBelow, below] = addLevel(item.below, ref);
      if (firstBelow !== undefined && lastBelow !== undefined) {
        dict.set(PDFName.of('First'), firstBelow);
        dict.set(PDFName.of('Last'), lastBelow);
        dict.set(PDFName.of('Count'), PDFNumber.of(below));
        total += below;
      }
      context.assign(ref, dict);
    });
    return [refs[0], refs.at(-1), total];
  }
}
