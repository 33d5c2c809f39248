import puppeteer, { type Browser } from 'puppeteer';
import type { Report } from '../audit/report.ts';
import { findChromium } from '../local/chromium.ts';
import { renderHtml } from '../report/html.ts';
import { createPdfRenderer } from '../report/pdf.ts';
import { median, ratio, wallMs, type Ratio } from './ratio.ts';

/** 1.5 is meant; the bar has room for a busy machine. */
const TIME_BAR = 2.5;
const SIZE_BAR = 0.25;

/** The finished PDF (page numbers, post-processing) against one bare tagged print of the same HTML, interleaved. */
export async function benchPdf(report: Report, rounds: number): Promise<readonly Ratio[]> {
  const { executablePath, environment } = await findChromium(process.env);
  const noSandbox = process.getuid?.() === 0;
  const renderer = createPdfRenderer({ executablePath, environment: { ...environment }, noSandbox });
  const browser = await puppeteer.launch({
    executablePath,
    headless: 'shell',
    env: { ...process.env, ...environment },
    args: ['--disable-gpu', '--disable-dev-shm-usage', ...(noSandbox ? ['--no-sandbox'] : [])],
  });
  const edition = { revision: 1, reportedAt: report.window.to, reportHash: report.evidenceHash };
  const html = renderHtml(report, edition, { mode: 'print' });
  const finished = async (): Promise<number> => (await renderer.render(report, edition, {})).pdf.length;
  const bare = (): Promise<number> => barePrint(browser, html);
  try {
    await finished();
    await bare();
    const samples: { finishedMs: number; bareMs: number; finishedBytes: number; bareBytes: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const [finishedMs, finishedBytes] = await wallMs(finished);
      const [bareMs, bareBytes] = await wallMs(bare);
      samples.push({ finishedMs, bareMs, finishedBytes, bareBytes });
    }
    const of = (key: keyof (typeof samples)[number]): number => median(samples.map((sample) => sample[key]));
    return [
      ratio('PDF', 'finished / one bare tagged print', 'ms', of('finishedMs'), of('bareMs'), TIME_BAR),
      ratio(
        'PDF',
        'finished / one bare tagged print',
        'KiB',
        of('finishedBytes') / 1024,
        of('bareBytes') / 1024,
        SIZE_BAR,
      ),
    ];
  } finally {
    await Promise.all([renderer.close(), browser.close()]);
  }
}

async function barePrint(browser: Browser, html: string): Promise<number> {
  const page = await browser.newPage();
  try {
    await page.setContent(html, { waitUntil: 'load' });
    const pdf = await page.pdf({
      preferCSSPageSize: true,
      printBackground: true,
      tagged: true,
      outline: true,
    });
    return pdf.length;
  } finally {
    await page.close();
  }
}
