import { findChromium } from './local/chromium.ts';
import type { PdfPrinter } from './report/formats.ts';
import type { PdfRenderer } from './report/pdf.ts';
import { ownerTag } from './store/owner.ts';

/** The printer is made with the first PDF: a machine without a browser still makes every other format. */
export function createLazyPdf(
  chromiumPath: string | null,
  environment: Readonly<Record<string, string | undefined>>,
): PdfPrinter & { close(): Promise<void> } {
  let renderer: Promise<PdfRenderer> | null = null;
  const start = async (): Promise<PdfRenderer> => {
    const { createPdfRenderer } = await import('./report/pdf.ts');
    const named = chromiumPath === null ? {} : { PUPPETEER_EXECUTABLE_PATH: chromiumPath };
    const chromium = await findChromium({ ...environment, ...named });
    return createPdfRenderer({
      executablePath: chromium.executablePath,
      environment: { ...chromium.environment },
      owner: ownerTag(),
      noSandbox: process.getuid?.() === 0,
    });
  };
  return {
    async render(report, edition, options) {
      renderer ??= start();
      let ready: Awaited<typeof renderer>;
      try {
        ready = await renderer;
      } catch (error) {
        // Look again next time: a browser may have been installed meanwhile.
        renderer = null;
        throw error;
      }
      return ready.render(report, edition, options);
    },
    async close() {
      await (await renderer)?.close();
    },
  };
}
