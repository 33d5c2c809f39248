import type { PDFDocument } from 'pdf-lib';
import type { Browser } from 'puppeteer';
import type { Edition, Report } from '../../audit/report.ts';
import { PAPER_FITS } from '../html/front-fit.ts';
import { documentTitle, printedAnchors, trialAnchor } from '../html/page-view.ts';
import { bookmarksOf } from '../html/bookmarks-of.ts';
import { VERDICT } from '../html/verdict-view.ts';
import { renderFrontTrials, renderHtml } from '../html.ts';
import { testPeriod } from '../words.ts';
import { finishPdf, openPdf } from './finish-pdf.ts';
import { anchorsOf } from './outline-pages.ts';
import { createPageMarks, timesPrinted, type PageMarks } from './page-marks.ts';
import { PdfFailed } from './pdf-failed.ts';
import { printPage } from './print-page.ts';

export interface RenderedPdf {
  readonly pdf: Uint8Array;
  readonly pages: number;
  /** `Chrome/153.0.8016.0`: the same report gives the same bytes with the same browser. */
  readonly browser: string;
}

interface Printing {
  readonly browser: Browser;
  readonly report: Report;
  readonly edition: Edition;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly tell: (what: string) => void;
}

type PageText = (anchor: string) => string;

interface Printed {
  readonly html: string;
  readonly document: PDFDocument;
  readonly frontFit: number;
  readonly pageOf: ReadonlyMap<string, number>;
}

/**
 * Printed once, with marks in the contents that become page numbers in the finished file, since no version of Chromium can
 * refer to pages by itself. Where not each mark can be found again it is printed once more, with the numbers.
 */
export async function printReport(printing: Printing): Promise<RenderedPdf> {
  const { browser, report, tell } = printing;
  const marks = createPageMarks();
  tell('printing');
  const printed = await printFitting(printing, marks.markOf);
  assertWhole(printed, printedAnchors(report));
  const pages = printed.document.getPageCount();
  tell(`packing ${String(pages)} pages`);
  const finished =
    (await finishedWithMarks(printing, printed, marks)) ?? (await finishedWithNumbers(printing, printed));
  return { pdf: finished, pages, browser: await browser.version() };
}

/** Null when not each mark that was printed could be replaced, and nothing else was. */
async function finishedWithMarks(
  { report, edition }: Printing,
  { html, document, pageOf }: Printed,
  { given }: PageMarks,
): Promise<Uint8Array | null> {
  const pages = new Map(
    [...given].flatMap(([anchor, mark]) => {
      const page = pageOf.get(anchor);
      return page === undefined ? [] : [[mark, page] as const];
    }),
  );
  const { pdf, filled } = await finishPdf(document, factsOf(report, edition), {
    pages,
    bookmarks: bookmarksOf(report),
  });
  const isEach = [...given.values()].every(
    (mark) => mark !== '' && (filled.get(mark) ?? 0) === timesPrinted(html, mark),
  );
  return isEach ? pdf : null;
}

async function finishedWithNumbers(
  printing: Printing,
  { frontFit, pageOf, document }: Printed,
): Promise<Uint8Array> {
  const { report, edition, tell } = printing;
  tell('printing again, with the page numbers');
  const pageText = (anchor: string): string => String(pageOf.get(anchor) ?? '');
  const again = await print(printing, { pageText, frontFit });
  const anchors = printedAnchors(report);
  assertWhole(again, anchors);
  const wandered = anchors.find((anchor) => pageOf.get(anchor) !== again.pageOf.get(anchor));
  if (wandered !== undefined || again.document.getPageCount() !== document.getPageCount())
    throw disagrees(`${wandered ?? 'the number of pages'} is not where it was`);
  return (await finishPdf(again.document, factsOf(report, edition), { bookmarks: bookmarksOf(report) })).pdf;
}

/**
 * With the roomiest first page that does not run over to the second; long texts are cut short only when they must be. The
 * first pages of all fits are tried first: they print in an eighth of the time.
 */
async function printFitting(printing: Printing, pageText: PageText): Promise<Printed> {
  for (const frontFit of await fitsOfOnePage(printing, pageText)) {
    const printed = await print(printing, { pageText, frontFit });
    if (printed.pageOf.get(VERDICT.anchor) === 2) return printed;
  }
  return print(printing, { pageText, frontFit: PAPER_FITS.length - 1 });
}

async function print(
  { browser, report, edition, signal, timeoutMs }: Printing,
  options: { readonly pageText: PageText; readonly frontFit: number },
): Promise<Printed> {
  const html = renderHtml(report, edition, { mode: 'print', ...options });
  const pdf = await printPage(browser, html, { tagged: true, timeoutMs, signal });
  if (!Buffer.from(pdf.subarray(-16)).includes('%%EOF'))
    throw new PdfFailed('The printed file is not a whole PDF.', { retryable: true });
  const document = await openPdf(pdf);
  return { html, document, frontFit: options.frontFit, pageOf: anchorsOf(document) };
}

/** The last of all is not among them: it is taken whatever its length. */
async function fitsOfOnePage(
  { browser, report, edition, signal, timeoutMs }: Printing,
  pageText: PageText,
): Promise<readonly number[]> {
  const html = renderFrontTrials(report, edition, { pageText });
  const pageOf = anchorsOf(
    await openPdf(await printPage(browser, html, { tagged: false, timeoutMs, signal })),
  );
  return PAPER_FITS.map((_, fit) => fit).filter(
    (fit) => pageOf.get(trialAnchor(fit + 1)) === (pageOf.get(trialAnchor(fit)) ?? 0) + 1,
  );
}

function factsOf(report: Report, edition: Edition): Parameters<typeof finishPdf>[1] {
  return {
    title: documentTitle(report),
    author: report.bot.auditor,
    subject: testPeriod(report.window),
    at: new Date(edition.reportedAt),
  };
}

/** Every section is in the file, so the text is the report and not an error page. */
function assertWhole({ pageOf }: Printed, anchors: readonly string[]): void {
  const lost = anchors.find((anchor) => !pageOf.has(anchor));
  if (lost !== undefined) throw disagrees(`${lost} is missing`);
}

function disagrees(what: string): PdfFailed {
  return new PdfFailed(`The printed file does not agree with its contents: ${what}.`, { retryable: true });
}
