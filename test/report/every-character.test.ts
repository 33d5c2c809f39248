import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PDFDict, PDFDocument, PDFName } from 'pdf-lib';
import { findChromium } from '../../local/chromium.ts';
import { renderHtml } from '../../report/html.ts';
import { withEveryCharacter } from '../../report/html/fallback-fonts.ts';
import { createPdfRenderer, type PdfRenderer } from '../../report/pdf.ts';
import { edition, sample } from './sample-report.ts';
import { spoiled } from './spoiled-report.ts';

let renderer: PdfRenderer;

beforeAll(async () => {
  const { executablePath, environment } = await findChromium(process.env);
  renderer = createPdfRenderer({ executablePath, environment, noSandbox: process.getuid?.() === 0 });
});
afterAll(async () => {
  await renderer.close();
});

const page = (text: string): string => withEveryCharacter(`<html><style></style><p>${text}</p></html>`);
const fonts = (text: string): number => page(text).split('@font-face').length - 1;

test('characters beyond Latin bring the part of a font that has them, and no other', () => {
  expect(fonts('plain – “quoted” … −3')).toBe(0);
  expect(fonts('币安人生USDT')).toBeGreaterThan(0);
  expect(fonts('🚀')).toBe(1);
  expect(fonts('Ж')).toBe(1);
  // Unifont: one file for all that the others lack.
  expect(fonts('سكالبينج יציאה ไทย हिन्दी 한국어 ≥')).toBe(1);
  expect(page('币')).toContain('unicode-range:U+5E01}');
});

test('a letter with marks, or that is drawn as two, is of one font', () => {
  expect(page('Z\u0334')).toContain('unicode-range:U+005A,U+0334}');
  expect(page('\u0e33')).toContain('unicode-range:U+0E32,U+0E33,U+0E4D}');
});

test('what no font can draw stands as its code point', () => {
  const text = page('\u{F8FF} \u{378} \u{1F9FF} \u{F0000} \u{16A40}');
  expect(text).toContain('[U+F8FF] [U+0378]');
  expect(text).toContain('[U+F0000] [U+16A40]');
  expect(text).not.toContain('[U+1F9FF]');
});

test('a report without such characters is as it was', () => {
  expect(renderHtml(sample, edition).split('@font-face').length - 1).toBe(8);
});

test('no font of the machine is asked for a name in a PDF', async () => {
  const { pdf } = await renderer.render(
    spoiled('网格🚀 سكالبينج יציאה ไทย 한국어 ひらЖΩ ≥ → 👨‍👩‍👧 🇩🇪 น้ำ Z\u0334 1️⃣ \u{F8FF}'),
    edition,
  );
  const document = await PDFDocument.load(pdf, { updateMetadata: false });
  const names = document.context
    .enumerateIndirectObjects()
    .flatMap(([, object]) =>
      object instanceof PDFDict && object.get(PDFName.of('Type')) === PDFName.of('Font')
        ? [object.get(PDFName.of('BaseFont'))?.toString() ?? 'drawn']
        : [],
    )
    .map((name) => name.replace(/^\/(\w+\+)?/, '').replace(/-.*/, ''));
  expect([...new Set(names)].sort()).toEqual(['IBMPlexMono', 'Inter', 'UnifontMedium', 'drawn']);
});
