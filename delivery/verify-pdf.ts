import { ParseSpeeds, PDFDocument } from 'pdf-lib';

/** What is wrong with a PDF that is to be mailed, as the end of a sentence; null: it opens, is whole and has its pages. */
export async function pdfProblem(pdf: Uint8Array): Promise<string | null> {
  const bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  if (!bytes.subarray(0, 8).toString('latin1').startsWith('%PDF-')) return 'is no PDF';
  // The trailer says where the table of objects is; a file that was cut has none, or one that points behind its end.
  const tail = bytes.subarray(-1_024).toString('latin1');
  const start = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(tail)?.[1];
  if (start === undefined || Number(start) >= bytes.length) return 'has no end';
  try {
    const document = await PDFDocument.load(bytes, {
      updateMetadata: false,
      throwOnInvalidObject: true,
      parseSpeed: ParseSpeeds.Fastest,
    });
    if (document.getPageCount() === 0) return 'has no pages';
    return document.getProducer() === PRODUCER ? null : 'was not finished';
  } catch {
    return 'cannot be read';
  }
}

/** Written into the file after everything else was checked (report/pdf). */
const PRODUCER = 'production-audit';
