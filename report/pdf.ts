import { errorMessage } from '../audit/error-message.ts';
import type { Edition, Report } from '../audit/report.ts';
import { documentTitle } from './html/page-view.ts';
import { type BrowserOptions } from './pdf/browser.ts';
import { createBrowserPool } from './pdf/browser-pool.ts';
import { PdfFailed } from './pdf/pdf-failed.ts';
import { printReport, type RenderedPdf } from './pdf/print-report.ts';

export type { RenderedPdf } from './pdf/print-report.ts';

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
          printReport({ browser, report, edition, signal: end, tell, timeoutMs: attemptTimeoutMs }),
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
