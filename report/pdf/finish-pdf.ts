import { createHash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import { type PDFDict, PDFDocument, PDFHexString, PDFName, PDFRawStream, PDFStreamWriter } from 'pdf-lib';
import { pageFontWidths } from './font-widths.ts';
import { simplifyStructure } from './structure-tree.ts';
import { packTextRuns, roundCoordinates } from './text-runs.ts';

export interface PdfFacts {
  readonly title: string;
  readonly author: string;
  readonly subject: string;
  /** Printed as creation and modification date, so that the same report gives the same bytes. */
  readonly at: Date;
}

/** Larger object streams compress better; a reader has to inflate one to see an object of it. */
const OBJECTS_PER_STREAM = 400;

export interface FinishedPdf {
  readonly pdf: Uint8Array;
  readonly document: PDFDocument;
}

/**
 * Chromium's output made small and repeatable: tags and other dictionaries packed into compressed object streams, own
 * dates, and an /ID that is a hash of the rest. Nothing that a reader sees is changed.
 */
export async function finishPdf(printed: Uint8Array, facts: PdfFacts): Promise<FinishedPdf> {
  const document = await PDFDocument.load(printed, { updateMetadata: false });
  document.setTitle(facts.title, { showInWindowTitleBar: true });
  document.setAuthor(facts.author);
  document.setSubject(facts.subject);
  document.setProducer('production-audit');
  document.setCreationDate(facts.at);
  document.setModificationDate(facts.at);
  simplifyStructure(document);
  recompress(document);
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
  return { pdf, document };
}

/** Streams deflated once more with the highest effort, where that pays; the pages' text in fewer operators. */
function recompress(document: PDFDocument): void {
  const fontsOf = new Map(
    document
      .getPages()
      .map(({ node }) => [node.get(PDFName.of('Contents'))?.toString(), pageFontWidths(document, node)]),
  );
  for (const [ref, object] of document.context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFRawStream) || !isPlainFlate(object.dict)) continue;
    const fonts = fontsOf.get(ref.toString());
    const plain = inflateSync(object.contents);
    const content =
      fonts === undefined
        ? plain
        : Buffer.from(roundCoordinates(packTextRuns(plain.toString('latin1'), fonts)), 'latin1');
    const smaller = deflateSync(content, { level: 9 });
    if (smaller.length < object.contents.length)
      document.context.assign(ref, PDFRawStream.of(object.dict, smaller));
  }
}

function isPlainFlate(dict: PDFDict): boolean {
  return dict.get(PDFName.of('Filter')) === PDFName.of('FlateDecode') && !dict.has(PDFName.of('DecodeParms'));
}
