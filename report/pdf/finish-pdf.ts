import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflate, inflateSync } from 'node:zlib';
import {
  ParseSpeeds,
  type PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  PDFRawStream,
  PDFRef,
  PDFStreamWriter,
} from 'pdf-lib';
import type { Bookmark } from '../html/bookmarks-of.ts';
import { addBookmarks } from './bookmarks.ts';
import { pageFontTexts } from './font-text.ts';
import { pageFontWidths } from './font-widths.ts';
import { fillPageMarks } from './page-marks.ts';
import { placesOf } from './outline-pages.ts';
import { sectionsOn, withRunningHead, type PrintedHeading } from './running-heads.ts';
import { numberStructureIds } from './structure-ids.ts';
import { simplifyStructure } from './structure-tree.ts';
import { packTextRuns, roundCoordinates } from './text-runs.ts';

export interface PdfFacts {
  readonly title: string;
  readonly author: string;
  readonly subject: string;
  /** Printed as creation and modification date, so that the same report gives the same bytes. */
  readonly at: Date;
}

/** What the finished file has more than the printed one. */
export interface PdfAdditions {
  /** Mark -> page number; see `page-marks.ts`. */
  readonly pages?: ReadonlyMap<string, number>;
  /** Sections with their findings: the outline, and the heads of the pages. */
  readonly bookmarks?: readonly Bookmark[];
}

/** Larger object streams compress better; a reader has to inflate one to see an object of it. */
const OBJECTS_PER_STREAM = 400;

export interface FinishedPdf {
  readonly pdf: Uint8Array;
  /** How often each mark became its page number. */
  readonly filled: ReadonlyMap<string, number>;
}

const deflated = promisify(deflate);

/** Parsed in one go, a tenth of a second: by default pdf-lib waits for a timer after each hundred of some thousand objects. */
export function openPdf(printed: Uint8Array): Promise<PDFDocument> {
  return PDFDocument.load(printed, { updateMetadata: false, parseSpeed: ParseSpeeds.Fastest });
}

/**
 * Chromium's output made small and repeatable: tags and other dictionaries packed into compressed object streams, own
 * dates, and an /ID that is a hash of the rest. Of what a reader sees, the first page's marks (`page-marks.ts`) become
 * their page numbers, and the heads name the sections of their pages. The document is used up.
 */
export async function finishPdf(
  document: PDFDocument,
  facts: PdfFacts,
  { pages = new Map(), bookmarks = [] }: PdfAdditions = {},
): Promise<FinishedPdf> {
  document.setTitle(facts.title, { showInWindowTitleBar: true });
  document.setAuthor(facts.author);
  document.setSubject(facts.subject);
  document.setProducer('production-audit');
  document.setCreationDate(facts.at);
  document.setModificationDate(facts.at);
  simplifyStructure(document);
  numberStructureIds(document);
  const places = placesOf(document);
  addBookmarks(document, bookmarks, places);
  const headings = bookmarks.flatMap(({ title, anchor }) => {
    const place = places.get(anchor);
    return place === undefined ? [] : [{ title, ...place }];
  });
  const filled = await repackPages(document, pages, headings);
  const id = createHash('sha256').update(JSON.stringify({ ...facts, at: facts.at.toISOString() }));
  for (const [, object] of document.context.enumerateIndirectObjects()) {
    if (object instanceof PDFRawStream) id.update(object.contents);
  }
  const hex = PDFHexString.of(id.digest('hex').slice(0, 32));
  document.context.trailerInfo.ID = document.context.obj([hex, hex]);
  const pdf = await PDFStreamWriter.forContext(
    document.context,
    Infinity,
    true,
    OBJECTS_PER_STREAM,
  ).serializeToBuffer();
  return { pdf, filled };
}

/**
 * The pages' text in fewer operators, deflated with the highest effort, which pays for nothing else in the file. Deflating has
 * threads of its own, which work while the next page is packed.
 */
async function repackPages(
  document: PDFDocument,
  pages: ReadonlyMap<string, number>,
  headings: readonly PrintedHeading[],
): Promise<ReadonlyMap<string, number>> {
  const { context } = document;
  let filled: ReadonlyMap<string, number> = new Map();
  const packed: Promise<void>[] = [];
  for (const [index, { node }] of document.getPages().entries()) {
    const ref = node.get(PDFName.of('Contents'));
    const object = ref instanceof PDFRef ? context.lookup(ref) : undefined;
    if (!(ref instanceof PDFRef) || !(object instanceof PDFRawStream) || !isPlainFlate(object.dict)) continue;
    const fonts = { widths: pageFontWidths(document, node), texts: pageFontTexts(document, node) };
    let text = inflateSync(object.contents).toString('latin1');
    text = roundCoordinates(packTextRuns(text, fonts.widths));
    if (index === 0) {
      const marked = fillPageMarks(text, fonts, pages);
      text = marked.content;
      filled = marked.filled;
    } else {
      text = withRunningHead(text, sectionsOn(index + 1, headings), fonts);
    }
    packed.push(
      deflated(Buffer.from(text, 'latin1'), { level: 9 }).then((bytes) => {
        context.assign(ref, PDFRawStream.of(object.dict, bytes));
      }),
    );
  }
  await Promise.all(packed);
  return filled;
}

function isPlainFlate(dict: PDFDict): boolean {
  return dict.get(PDFName.of('Filter')) === PDFName.of('FlateDecode') && !dict.has(PDFName.of('DecodeParms'));
}
