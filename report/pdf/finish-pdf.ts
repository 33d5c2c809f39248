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
  PDFStreamWriter,
} from 'pdf-lib';
import type { Bookmark } from '../html/bookmarks-of.ts';
import { addBookmarks } from './bookmarks.ts';
import { pageFontTexts } from './font-text.ts';
import { pageFontWidths } from './font-widths.ts';
import { fillPageMarks } from './page-marks.ts';
import { placesOf } from './outline-pages.ts';
import { sectionsOn, withRunningHead, type PrintedHeading } from './running-heads.ts';
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
  const places = placesOf(document);
  addBookmarks(document, bookmarks, places);
  const headings = bookmarks.flatMap(({ title, anchor }) => {
    const place = places.get(anchor);
    return place === undefined ? [] : [{ title, ...place }];
  });
  const filled = await recompress(document, pages, headings);
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
 * Streams deflated once more with the highest effort, where that pays; the pages' text in fewer operators. Deflating has
 * threads of its own, which work while the next page is packed.
 */
async function recompress(
  document: PDFDocument,
  pages: ReadonlyMap<string, number>,
  headings: readonly PrintedHeading[],
): Promise<ReadonlyMap<string, number>> {
  const pageOf = new Map(
    document
      .getPages()
      .map(({ node }, index) => [node.get(PDFName.of('Contents'))?.toString(), { node, number: index + 1 }]),
  );
  const [first] = pageOf.keys();
  let filled: ReadonlyMap<string, number> = new Map();
  const smaller: Promise<void>[] = [];
  for (const [ref, object] of document.context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFRawStream) || !isPlainFlate(object.dict)) continue;
    const page = pageOf.get(ref.toString());
    let content: Buffer = inflateSync(object.contents);
    if (page !== undefined) {
      const widths = pageFontWidths(document, page.node);
      const fonts = { widths, texts: pageFontTexts(document, page.node) };
      let text = roundCoordinates(packTextRuns(content.toString('latin1'), widths));
      if (ref.toString() === first) {
        const marked = fillPageMarks(text, fonts, pages);
        text = marked.content;
        filled = marked.filled;
      } else {
        text = withRunningHead(text, sectionsOn(page.number, headings), fonts);
      }
      content = Buffer.from(text, 'latin1');
    }
    const isAlways = page !== undefined;
    smaller.push(
      deflated(content, { level: 9 }).then((bytes) => {
        if (isAlways || bytes.length < object.contents.length)
          document.context.assign(ref, PDFRawStream.of(object.dict, bytes));
      }),
    );
  }
  await Promise.all(smaller);
  return filled;
}

function isPlainFlate(dict: PDFDict): boolean {
  return dict.get(PDFName.of('Filter')) === PDFName.of('FlateDecode') && !dict.has(PDFName.of('DecodeParms'));
}
