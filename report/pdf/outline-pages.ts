import { PDFArray, PDFDict, PDFName, PDFNumber, PDFRef, type PDFDocument, type PDFObject } from 'pdf-lib';

/** Where an anchor of the HTML stands in the printed file. */
export interface Place {
  /** From 1. */
  readonly page: number;
  /** Points below the page's upper edge. */
  readonly below: number;
  /** What a link or bookmark to it needs. */
  readonly destination: PDFObject;
}

/** Named destination (the anchor in the HTML) -> place. Chromium writes one for each link within the document. */
export function placesOf(document: PDFDocument): ReadonlyMap<string, Place> {
  const pages = new Map(document.getPages().map((page, index) => [page.ref.toString(), { page, index }]));
  const destinations = document.catalog.lookupMaybe(PDFName.of('Dests'), PDFDict);
  const places = new Map<string, Place>();
  for (const [name, value] of destinations?.entries() ?? []) {
    const target = document.context.lookup(value);
    const ref = target instanceof PDFArray ? target.get(0) : undefined;
    const found = ref instanceof PDFRef ? pages.get(ref.toString()) : undefined;
    if (found === undefined || !(target instanceof PDFArray)) continue;
    const top = target.size() > 3 ? target.lookup(3) : undefined;
    const height = found.page.getHeight();
    places.set(name.decodeText(), {
      page: found.index + 1,
      below: height - (top instanceof PDFNumber ? top.asNumber() : height),
      destination: value,
    });
  }
  return places;
}

/** Anchor -> page, from 1. */
export function anchorsOf(document: PDFDocument): ReadonlyMap<string, number> {
  return new Map([...placesOf(document)].map(([anchor, { page }]) => [anchor, page]));
}
