import { afterAll, beforeAll, expect, test } from '@jest/globals';
import axe from 'axe-core';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { sha256 } from '../../audit/hash.ts';
import type { Report } from '../../audit/report.ts';
import { iso, ms, windowStamp } from '../../audit/time.ts';
import { chromiumArguments } from '../../local/chromium.ts';
import { renderHtml } from '../../report/html.ts';
import { startServer, type RunningServer } from '../../server/http-server.ts';
import { auditWindow, createBench, fillBench } from '../support/audit.ts';
import { chromiumPath } from '../support/chromium.ts';

const MINUTES = 60_000;
const SMALLEST_PX = 13;

let server: RunningServer;
let browser: Browser;
let addresses: Readonly<Record<string, string>>;

/** The report server over one report in memory, which passed the window before. */
function serve(report: Report): Promise<RunningServer> {
  const edition = { revision: 1, reportHash: sha256('r'), reportedAt: report.window.to };
  const page = Buffer.from(renderHtml(report, edition));
  const { bot, kind, window, judgement, findings } = report;
  const about = { bot: bot.name, kind, revision: 1, files: ['html', 'pdf', 'md', 'json'] };
  const [from, to] = [ms(window.from), ms(window.to)];
  const before = { from: iso(from - (to - from)), to: window.from };
  const top = { severity: 'CRITICAL', title: 'the first finding' };
  const shown = [
    {
      ...about,
      window,
      verdict: judgement.verdict,
      overall: judgement.overall,
      findings: findings.length,
      top,
    },
    { ...about, window: before, verdict: 'PASS', overall: 9.8, findings: 0, top: null },
  ];
  return startServer({
    host: '127.0.0.1',
    port: 0,
    baseUrl: 'http://127.0.0.1',
    temporal: { uiUrl: 'http://127.0.0.1:8233', namespace: 'default' },
    health: () => ({ ok: true, state: 'RUNNING' }),
    ready: () => Promise.resolve({}),
    degraded: () => Promise.resolve({ watchdog: 'the watchdog has not run for 2 h' }),
    onError: (error) => {
      throw error;
    },
    reports: {
      list: () => Promise.resolve(shown),
      find: () => Promise.resolve({ revision: 1, hash: sha256('r') }),
      run: () => Promise.resolve(null),
      latest: () => Promise.resolve(null),
      read: () => Promise.resolve(page),
    },
  });
}

beforeAll(async () => {
  const bench = await createBench();
  const { bot, policy, shifts } = await fillBench(bench, '2026-11-20T08:10:00Z');
  const window = shifts.at(-1);
  if (window === undefined) throw new Error('the demo has no shift');
  const { report } = await auditWindow(bench, { bot, policy, window });
  await bench.close();
  expect(report.judgement.verdict).toBe('FAIL');
  server = await serve(report);
  const base = `http://127.0.0.1:${String(server.port)}/reports`;
  addresses = {
    'the report of a shift that fails': `${base}/demo/production/${windowStamp(window)}/report.html`,
    'the list of reports': base,
    'the page of a bot': `${base}/demo`,
  };
  const { executablePath, env } = await chromiumPath();
  browser = await puppeteer.launch({
    executablePath,
    env,
    headless: 'shell',
    args: [...chromiumArguments()],
  });
}, 5 * MINUTES);
afterAll(async () => {
  await browser.close();
  await server.close();
});

async function open(what: string, width: number, scheme: string): Promise<Page> {
  const page = await browser.newPage();
  // For the examiner's own script; the pages have none.
  await page.setBypassCSP(true);
  await page.setViewport({ width, height: 844 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(addresses[what] ?? '', { waitUntil: 'load' });
  return page;
}

/** As text, since this program is compiled without the types of a page. */
const ask = async <T>(page: Page, code: string): Promise<T> => (await page.evaluate(code)) as T;

const UNFOLD = `document.querySelectorAll('details').forEach((one) => { one.open = true; })`;
const VIOLATIONS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => id + ': ' + html.slice(0, 200))))`;
/** Texts and the size in which they are seen: a chart's are scaled with it. */
const SMALL = `[...document.querySelectorAll('body *')].flatMap((element) => {
  const isText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
  if (!isText || element.getClientRects().length === 0) return [];
  const scale = element.ownerSVGElement ? element.getScreenCTM().a : 1;
  const size = Number.parseFloat(getComputedStyle(element).fontSize) * scale;
  return size < ${String(SMALLEST_PX)} - 0.05 ? [element.tagName + ' ' + size.toFixed(1) + ': ' + element.textContent.slice(0, 40)] : [];
})`;
const WIDTHS = `[document.documentElement.scrollWidth, document.documentElement.clientWidth]`;

test.each([
  ['the report of a shift that fails', 390, 'light'],
  ['the report of a shift that fails', 1_280, 'dark'],
  ['the list of reports', 390, 'dark'],
  ['the list of reports', 1_280, 'light'],
  ['the page of a bot', 390, 'light'],
  ['the page of a bot', 1_280, 'dark'],
])(
  '%s, %i px, %s, unfolded: nothing that keeps anybody from reading it',
  async (what, width, scheme) => {
    const page = await open(what, width, scheme);
    await page.evaluate(axe.source);
    await page.evaluate(UNFOLD);
    expect(await ask(page, VIOLATIONS)).toEqual([]);
    expect(await ask(page, SMALL)).toEqual([]);
    const [wanted, there] = await ask<readonly number[]>(page, WIDTHS);
    expect(wanted).toBe(there);
    await page.close();
  },
  3 * MINUTES,
);

test('on a phone, what a row is about and its total stay in sight', async () => {
  const page = await open('the report of a shift that fails', 390, 'light');
  await page.evaluate(UNFOLD);
  const measured = await ask<{
    readonly tables: number;
    readonly totals: number;
    readonly lost: readonly string[];
  }>(
    page,
    `(() => {
      const lost = []; let tables = 0; let totals = 0;
      const isSeen = (cell) => {
        const { left, right } = cell.getBoundingClientRect();
        return left >= -1 && right <= innerWidth + 1;
      };
      for (const scroll of document.querySelectorAll('.scroll')) {
        const row = scroll.querySelector('tbody tr');
        if (row === null || scroll.scrollWidth <= scroll.clientWidth || row.cells.length < 2) continue;
        tables += 1;
        const total = row.querySelector('.total');
        if (total !== null) totals += 1;
        for (const at of [0, scroll.scrollWidth]) {
          scroll.scrollLeft = at;
          if (!isSeen(row.cells[0])) lost.push('first: ' + row.textContent.slice(0, 60));
          if (total !== null && !isSeen(total)) lost.push('total: ' + row.textContent.slice(0, 60));
        }
      }
      return { tables, totals, lost };
    })()`,
  );
  expect(measured.lost).toEqual([]);
  expect(measured.tables).toBeGreaterThan(20);
  expect(measured.totals).toBeGreaterThan(5);
  await page.close();
});

test('the contents beside the text have the findings and show the current place', async () => {
  const page = await open('the report of a shift that fails', 1_280, 'light');
  const contents = await ask<readonly string[]>(
    page,
    `[...document.querySelectorAll('.side a')].map((link) => link.textContent)`,
  );
  expect(contents.filter((text) => text.includes('(SL-01)'))).toHaveLength(1);
  for (const number of [2, 9, 15]) {
    const reached = await ask<string | null>(
      page,
      `(async () => {
        const link = [...document.querySelectorAll('.side a')].find((one) => one.textContent.startsWith('${String(number)} '));
        link.click();
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        return document.querySelector('.side a:target-current')?.textContent ?? null;
      })()`,
    );
    expect(reached).toMatch(new RegExp(`^${String(number)} `));
  }
  await page.close();
});
