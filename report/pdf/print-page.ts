import type { Browser, Page } from 'puppeteer';
import { PdfFailed } from './pdf-failed.ts';

export interface PrintOptions {
  /** Tags for screen readers; what is only read for its number of pages does without. */
  readonly tagged: boolean;
  /** Of loading and of printing, each. */
  readonly timeoutMs: number;
  /** Closes the page, which ends its printing. */
  readonly signal: AbortSignal;
}

/** One HTML text as PDF bytes, in a page of its own: a page that is used twice prints different bytes. */
export async function printPage(browser: Browser, html: string, options: PrintOptions): Promise<Uint8Array> {
  const { tagged, timeoutMs: timeout, signal } = options;
  signal.throwIfAborted();
  const page = await browser.newPage();
  // A page of a browser that has ended cannot be closed, and need not be.
  const close = (): void => void page.close().catch(() => undefined);
  signal.addEventListener('abort', close, { once: true });
  try {
    await page.setJavaScriptEnabled(false);
    await page.setOfflineMode(true);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
    await page.setContent(html, { waitUntil: 'load', timeout });
    assertStayed(page);
    const pdf = await page.pdf({
      preferCSSPageSize: true,
      printBackground: true,
      tagged,
      timeout,
    });
    assertStayed(page);
    return pdf;
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

/** A page that has gone elsewhere would print an error page as if it were the report. */
function assertStayed(page: Page): void {
  if (page.url() !== 'about:blank') {
    throw new PdfFailed(
      `While printing, the page left the report for ${page.url().slice(0, 200)}. Nothing was kept of it.`,
      {
        retryable: false,
      },
    );
  }
}
