import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import type { Report } from '../../audit/report.ts';
import { findChromium } from '../../local/chromium.ts';
import { PAPER_FITS } from '../../report/html/front-fit.ts';
import { anchorsOf } from '../../report/pdf/outline-pages.ts';
import { createPdfRenderer, type PdfRenderer } from '../../report/pdf.ts';
import { renderHtml } from '../../report/html.ts';
import { renderJson } from '../../report/json.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { overfull } from './overfull-report.ts';
import { edition, sample } from './sample-report.ts';

let renderer: PdfRenderer;

beforeAll(async () => {
  const { executablePath, environment } = await findChromium(process.env);
  renderer = createPdfRenderer({
    executablePath,
    environment,
    noSandbox: process.getuid?.() === 0,
  });
});
afterAll(() => renderer.close());

async function pageOfVerdict(report: Report): Promise<number | undefined> {
  const { pdf } = await renderer.render(report, edition);
  return anchorsOf(await PDFDocument.load(pdf, { updateMetadata: false })).get('verdict');
}

/** The first page's HTML as it is printed with one of the fits. */
function frontOf(report: Report, frontFit: number): string {
  const html = renderHtml(report, edition, { mode: 'print', frontFit });
  return html.slice(html.indexOf('id="summary"'), html.indexOf('<div class="contents">'));
}

describe('the first page', () => {
  test.each(['long', 'longest'] as const)('stands alone on page 1 with %s texts', async (how) => {
    expect(await pageOfVerdict(overfull(sample, how))).toBe(2);
  });

  test('is cut nowhere when its texts are of usual length', async () => {
    expect(await pageOfVerdict(sample)).toBe(2);
    expect(frontOf(sample, 0)).not.toContain('…');
    const [action] = sample.front.actions;
    if (action === undefined) throw new Error('the sample has nothing to do');
    // What a person is to do is the last that is cut: half of it may be the wrong thing to do.
    const title = [
      'Read the ledger from 12:36 to 12:37, record what is missing, and close what nobody holds now.',
    ];
    const report = {
      ...sample,
      front: { ...sample.front, actions: [{ ...action, title: [title[0]?.repeat(2) ?? ''] }] },
    };
    expect(frontOf(report, 0)).not.toContain('…');
  });

  test('says the overall score with its scale, in Markdown too, and none that is not known', () => {
    expect(frontOf(sample, 0)).toContain('<strong>4.4</strong> of 10');
    expect(renderMarkdown(sample, edition)).toContain('**Overall:** 4.4/10');
    const unknown = { ...sample, judgement: { ...sample.judgement, overall: null } };
    expect(frontOf(unknown, 0)).not.toContain('of 10</p>');
    expect(renderMarkdown(unknown, edition)).not.toContain('**Overall:**');
  });

  test.each(PAPER_FITS.map((_, index) => index))(
    'says what it leaves out, and where that is: fit %i',
    (fit) => {
      const report = overfull(sample, 'long');
      const { green, changes, condition } = PAPER_FITS[fit] ?? { green: 0, changes: 0, condition: 0 };
      const front = frontOf(report, fit);
      const more = (rest: number, anchor: string): string =>
        `<a class="more" href="#${anchor}">and ${String(rest)} more</a> <span class="page-ref">page`;
      expect(front).toContain(more(report.judgement.green.length - green, 'verdict-green'));
      expect(front).toContain(more(report.front.changes.new.length - changes, 'verdict-changes'));
      expect(front).toContain('<a class="more" href="#finding-sl-01--binance--stop-rejected">all of it</a>');
      expect(front).toContain(`…`);
      expect(condition).toBeGreaterThan(0);
    },
  );

  test('on the screen shows the texts whole, without page numbers', () => {
    const html = renderHtml(overfull(sample, 'long'), edition);
    expect(html).not.toContain('class="page-ref"');
    expect(html).toContain('and 5 more');
  });

  test('names the numbers that are not available instead of leaving them out', () => {
    const report: Report = {
      ...sample,
      figures: sample.figures.map((figure) =>
        figure.key === 'net_pnl' ? { ...figure, value: null, reason: 'inadequate_basis' } : figure,
      ),
    };
    expect(renderHtml(report, edition)).toContain('Not available: net PnL; the sections say why.');
  });

  test('without a report of the window before says so instead of counting everything as new', () => {
    const changes = { ...sample.front.changes, compared: false, trend: sample.front.changes.trend.slice(-1) };
    const html = renderHtml({ ...sample, front: { ...sample.front, changes } }, edition);
    expect(html).toContain(
      'No report of this kind covers a window before this one, so there is nothing to compare with.',
    );
    expect(html).not.toContain('<p>New</p>');
  });

  test('names what is worse, what is not as usual, and how it was measured in another way', () => {
    const changes = {
      ...sample.front.changes,
      worsened: [
        { rule: 'SL-05', title: '12 naked gaps', finding: 'SL-05/binance/cancel-first', windows: 3 },
      ],
      figures: [
        { figure: 'overall', text: 'Overall 4.4; median 8.2', median: 8.2, deviation: 0.2, windows: 13 },
      ],
      method: ['Policy: now stop-loss.longGapS = 90 (usually 60)'],
    };
    const report = { ...sample, front: { ...sample.front, changes } };
    const html = renderHtml(report, edition);
    const markdown = renderMarkdown(report, edition);
    for (const row of [/<p>Worsened<\/p>/, /Overall 4\.4; median 8\.2/, /now stop-loss\.longGapS/])
      expect(html).toMatch(row);
    for (const row of [
      /\*\*Worsened:\*\* `SL-05`/,
      /\*\*Unusual:\*\* Overall 4\.4/,
      /\*\*Measured in another way:\*\* Policy/,
    ])
      expect(markdown).toMatch(row);
    expect(JSON.parse(renderJson(report))).toMatchObject({ front: { changes: { method: changes.method } } });
  });
});
