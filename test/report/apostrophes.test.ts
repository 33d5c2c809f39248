import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PDFDocument, PDFRawStream } from 'pdf-lib';
import { findChromium } from '../../local/chromium.ts';
import { createPdfRenderer, type PdfRenderer } from '../../report/pdf.ts';
import { edition } from './sample-report.ts';
import { spoiled } from './spoiled-report.ts';

let renderer: PdfRenderer;

beforeAll(async () => {
  const { executablePath, environment } = await findChromium(process.env);
  renderer = createPdfRenderer({ executablePath, environment, noSandbox: process.getuid?.() === 0 });
});
afterAll(async () => {
  await renderer.close();
});

/** How far back, in thousandths of an em, each apostrophe is drawn from where the text before it ends. */
async function shifts(pdf: Uint8Array): Promise<readonly number[]> {
  const document = await PDFDocument.load(pdf, { updateMetadata: false });
  return document.context.enumerateIndirectObjects().flatMap(([, object]) => {
    if (!(object instanceof PDFRawStream)) return [];
    let text: string;
    try {
      text = inflateSync(object.contents).toString('latin1');
    } catch {
      return [];
    }
    return [...text.matchAll(/\/ActualText <FEFF2019> >> BDC\s*\[?\s*(-?\d*)/g)].map(([, by]) => Number(by));
  });
}

test('an apostrophe of a wrapped line stands in its word', async () => {
  const text = `${'words that fill a line of the paper, '.repeat(6)}${'the bot’s own rows '.repeat(40)}`;
  const found = await shifts((await renderer.render(spoiled(text), edition)).pdf);
  expect(found.length).toBeGreaterThan(20);
  expect(found.filter((by) => Math.abs(by) > 150)).toEqual([]);
});
