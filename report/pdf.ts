import type { Browser } from 'puppeteer';
import { errorMessage } from '../audit/error-message.ts';
import type { Edition, Report } from '../audit/report.ts';
import { PAPER_FITS } from './html/front-fit.ts';
import { documentTitle, printedAnchors, type HtmlOptions } from './html/page-view.ts';
import { VERDICT } from './html/verdict-view.ts';
import { renderHtml } from './html.ts';
import { type BrowserOptions } from './pdf/browser.ts';
import { createBrowserPool } from './pdf/browser-pool.ts';
import { finishPdf } from './pdf/finish-pdf.ts';
import { anchorsOf, destinationPages } from './pdf/outline-pages.ts';
import { PdfFailed } from './pdf/pdf-failed.ts';
import { printPage } from './pdf/print-page.ts';
import { testPeriod } from './words.ts';

export interface RenderedPdf {
  readonly pdf: Uint8Array;
  readonly pages: number;
  /** `Chrome/153.0.8016.0`: the same report gives the same bytes with the same browser. */
  readonly browser: string;
}

export interface PdfRenderer {
  /** @throws PdfFailed when a second browser could not print it either; the signal's reason when it was cancelled */
  render(
    report: Report,
    edition: Edition,
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (what: string) => void },
  ): Promise<RenderedPdf>;
  close(): Promise<void>;
}

export interface PdfRendererOptions extends BrowserOptions {
  /** Wall clock of one attempt. A frozen or starved browser gives no error of its own: only the clock ends it. */
  readonly attemptTimeoutMs?: number;
}

const ATTEMPT_TIMEOUT_MS = 45_000;

/** Prints reports with one browser, which is started with the first of them. */
export function createPdfRenderer(options: PdfRendererOptions): PdfRenderer {
  const pool = createBrowserPool(options);
  const attemptTimeoutMs = options.attemptTimeoutMs ?? ATTEMPT_TIMEOUT_MS;

  async function attempt(
    report: Report,
    edition: Edition,
    signal: AbortSignal,
    tell: (what: string) => void,
  ): Promise<RenderedPdf> {
    return pool.use(async (browser) => {
      const deadline = AbortSignal.timeout(attemptTimeoutMs);
      const end = AbortSignal.any([signal, deadline]);
      try {
        return await unlessAborted(
          printTwice(browser, report, edition, { signal: end, tell, timeoutMs: attemptTimeoutMs }),
          end,
        );
      } catch (error) {
        // Whatever it was, this browser is not trusted any more, except when only its user has gone away.
        if (!signal.aborted) await pool.discard(browser);
        throw deadline.aborted ? new Error(`no answer within ${String(attemptTimeoutMs / 1000)} s`) : error;
      }
    });
  }

  return {
    async render(
      report,
      edition,
      { signal = new AbortController().signal, onProgress = () => undefined } = {},
    ) {
      try {
        return await attempt(report, edition, signal, onProgress);
      } catch (first) {
        signal.throwIfAborted();
        if (first instanceof PdfFailed && !first.retryable) throw first;
        onProgress('printing again with a new browser');
        try {
          return await attempt(report, edition, signal, onProgress);
        } catch (second) {
          signal.throwIfAborted();
          if (second instanceof PdfFailed) throw second;
          throw new PdfFailed(
            `The PDF of ${documentTitle(report)} could not be printed, twice: ${errorMessage(first)}; then ${errorMessage(second)}. ` +
              'HTML, Markdown and JSON do not need the browser. Run "production-audit doctor" to test it.',
            { retryable: true, cause: second },
          );
        }
      }
    },
    close: () => pool.close(),
  };
}

interface Printing {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly tell: (what: string) => void;
}

/**
 * Printed once to learn on which page each section begins, and again with these numbers in the contents: no version of
 * Chromium can refer to pages by itself. The numbers have fixed room, so that nothing moves between the two.
 */
async function printTwice(
  browser: Browser,
  report: Report,
  edition: Edition,
  printing: Printing,
): Promise<RenderedPdf> {
  const { signal, timeoutMs, tell } = printing;
  tell('laying out');
  const { pages, pageNumbers, frontFit } = await layOut(browser, report, edition, printing);
  tell(`printing ${String(pages)} pages`);
  const html = renderHtml(report, edition, { mode: 'print', pageNumbers, frontFit });
  const printed = await printPage(browser, html, { tagged: true, timeoutMs, signal });
  tell('packing');
  const { pdf, document } = await finishPdf(printed, {
    title: documentTitle(report),
    author: report.bot.auditor,
    subject: testPeriod(report.window),
    at: new Date(edition.reportedAt),
  });
  assertWhole(pdf);
  assertUnmoved(printedAnchors(report), pageNumbers, anchorsOf(document));
  if (document.getPageCount() !== pages)
    throw moved(`${String(pages)} pages became ${String(document.getPageCount())}`);
  return { pdf, pages, browser: await browser.version() };
}

interface Layout {
  readonly pages: number;
  readonly pageNumbers: ReadonlyMap<string, number>;
  readonly frontFit: number;
}

/** With the roomiest first page that does not run over to the second; long texts are cut short only when they must be. */
async function layOut(
  browser: Browser,
  report: Report,
  edition: Edition,
  { signal, timeoutMs }: Printing,
): Promise<Layout> {
  const draft = async (options: HtmlOptions): Promise<Omit<Layout, 'frontFit'>> => {
    const html = renderHtml(report, edition, { ...options, mode: 'print' });
    const pdf = await printPage(browser, html, { tagged: false, timeoutMs, signal });
    const { anchors, pages } = await destinationPages(pdf);
    return { pages, pageNumbers: anchors };
  };
  const first = await draft({});
  if (first.pageNumbers.get(VERDICT.anchor) === 2) return { ...first, frontFit: 0 };
  const last = PAPER_FITS.length - 1;
  let frontFit = 1;
  while (frontFit < last && (await draft({ frontFit, frontOnly: true })).pages > 1) frontFit += 1;
  return { ...(await draft({ frontFit })), frontFit };
}

function assertWhole(pdf: Uint8Array): void {
  const head = Buffer.from(pdf.subarray(0, 5)).toString('latin1');
  const tail = Buffer.from(pdf.subarray(-16)).toString('latin1');
  if (head !== '%PDF-' || !tail.includes('%%EOF')) {
    throw new PdfFailed('The printed file is not a whole PDF.', { retryable: true });
  }
}

/** Every section is in the file, on the page that the contents say: so the text is the report and not an error page. */
function assertUnmoved(
  anchors: readonly string[],
  expected: ReadonlyMap<string, number>,
  actual: ReadonlyMap<string, number>,
): void {
  for (const anchor of anchors) {
    const [before, after] = [expected.get(anchor), actual.get(anchor)];
    if (after === undefined) throw moved(`${anchor} is missing`);
    if (before !== after) throw moved(`${anchor} went from page ${String(before)} to ${String(after)}`);
  }
}

function moved(what: string): PdfFailed {
  return new PdfFailed(`The printed file does not agree with its contents: ${what}.`, { retryable: true });
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stop);
    });
  });
}
