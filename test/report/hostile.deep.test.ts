import { createServer, type Server } from 'node:net';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PDFDocument, PDFRawStream } from 'pdf-lib';
import { findChromium } from '../../local/chromium.ts';
import { createPdfRenderer, type PdfRenderer } from '../../report/pdf.ts';
import { hostileTexts } from './hostile-texts.ts';
import { edition } from './sample-report.ts';
import { spoiled } from './spoiled-report.ts';

/** A print costs seconds; a short text that did something would do it beside others. */
const AT_ONCE = 5;
const CANARY = 'canary-3f1c-do-not-print';

let server: Server;
let folder: string;
let renderer: PdfRenderer;
let connections = 0;
let texts: readonly string[];

beforeAll(async () => {
  server = createServer((socket) => {
    connections += 1;
    socket.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  folder = mkdtempSync(join(tmpdir(), 'canary-'));
  writeFileSync(join(folder, 'secret.txt'), CANARY);
  const file = `file://${folder}/secret.txt`;
  texts = [
    ...hostileTexts(`http://127.0.0.1:${String(port)}`),
    `<iframe src="${file}"></iframe>`,
    `<object data="${file}"></object>`,
    `<embed src="FILE://${folder}/secret.txt">`,
    `<meta http-equiv="refresh" content="0;url=${file}">`,
  ];
  const chromium = await findChromium(process.env);
  renderer = createPdfRenderer({ ...chromium, noSandbox: process.getuid?.() === 0 });
});

afterAll(async () => {
  await renderer.close();
  server.close();
  rmSync(folder, { recursive: true });
});

/** The words of a PDF, where the machine has a tool for it. */
function wordsOf(pdf: Uint8Array): string {
  const path = join(folder, 'out.pdf');
  writeFileSync(path, pdf);
  try {
    return execFileSync('pdftotext', [path, '-'], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

test('no hostile text in any place opens a connection, reads a file or leaves a link in the PDF', async () => {
  const long = texts.filter(({ length }) => length > 500);
  const short = texts.filter((text) => !long.includes(text));
  const together = short.flatMap((_, index) =>
    index % AT_ONCE === 0 ? [short.slice(index, index + AT_ONCE).join('\n')] : [],
  );
  // All carriers at once: every place of the report holds these texts.
  for (const text of [...long, ...together]) {
    const { pdf } = await renderer.render(spoiled(text), edition);
    const document = await PDFDocument.load(pdf, { updateMetadata: false });
    // The bytes of a packed stream may spell anything; what acts stands in a dictionary.
    const objects = document.context
      .enumerateIndirectObjects()
      .map(([, object]) => (object instanceof PDFRawStream ? object.dict : object).toString());
    const reaching = objects.filter((object) =>
      /\/(URI|JS|JavaScript|Launch|EmbeddedFile|GoToR)\b/.test(object),
    );
    expect([text, reaching]).toEqual([text, []]);
    expect(wordsOf(pdf)).not.toContain(CANARY);
  }
  expect(connections).toBe(0);
}, 600_000);
