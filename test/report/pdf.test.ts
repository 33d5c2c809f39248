import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  PDFRawStream,
  PDFRef,
  PDFString,
} from 'pdf-lib';
import { findChromium, type FoundChromium } from '../../local/chromium.ts';
import type { Report } from '../../audit/report.ts';
import { launchBrowser, stopBrowser } from '../../report/pdf/browser.ts';
import { finishPdf, openPdf } from '../../report/pdf/finish-pdf.ts';
import { anchorsOf } from '../../report/pdf/outline-pages.ts';
import { createPageMarks } from '../../report/pdf/page-marks.ts';
import { printPage } from '../../report/pdf/print-page.ts';
import {
  createPdfRenderer,
  type PdfRenderer,
  type PdfRendererOptions,
  type RenderedPdf,
} from '../../report/pdf.ts';
import { bookmarksOf } from '../../report/html/bookmarks-of.ts';
import { renderHtml } from '../../report/html.ts';
import { firstTexts, printedContents } from './first-page-text.ts';
import { overfull } from './overfull-report.ts';
import { linksOf } from './pdf-links.ts';
import { edition, sample } from './sample-report.ts';

let chromium: FoundChromium;
let renderer: PdfRenderer;
let printed: RenderedPdf;
let document: PDFDocument;

function options(more: Partial<PdfRendererOptions> = {}): PdfRendererOptions {
  const { executablePath, environment } = chromium;
  return { executablePath, environment, noSandbox: process.getuid?.() === 0, ...more };
}

beforeAll(async () => {
  chromium = await findChromium(process.env);
  renderer = createPdfRenderer(options());
  printed = await renderer.render(sample, edition);
  document = await PDFDocument.load(printed.pdf, { updateMetadata: false });
});

afterAll(async () => {
  await renderer.close();
});

/** Titles of the bookmarks with the page that each leads to. */
function bookmarks(): { title: string; page: number }[] {
  const pages = new Map(document.getPages().map((page, index) => [page.ref.toString(), index + 1]));
  const found: { title: string; page: number }[] = [];
  const walk = (item: PDFDict | undefined): void => {
    for (let at = item; at; at = at.lookupMaybe(PDFName.of('Next'), PDFDict)) {
      const title = at.lookup(PDFName.of('Title'));
      const target = at.lookup(PDFName.of('Dest'));
      const page = target instanceof PDFArray ? target.get(0) : undefined;
      found.push({
        title: title instanceof PDFString || title instanceof PDFHexString ? title.decodeText() : '',
        page: page instanceof PDFRef ? (pages.get(page.toString()) ?? 0) : 0,
      });
      walk(at.lookupMaybe(PDFName.of('First'), PDFDict));
    }
  };
  walk(document.catalog.lookup(PDFName.of('Outlines'), PDFDict).lookupMaybe(PDFName.of('First'), PDFDict));
  return found;
}

describe('the PDF', () => {
  test('is the same bytes again, from another browser and with another of it at the same time', async () => {
    const other = createPdfRenderer(options());
    try {
      const again = await Promise.all([
        other.render(sample, edition),
        renderer.render(sample, edition),
        renderer.render(sample, edition),
      ]);
      expect(again.map(({ pdf }) => Buffer.compare(pdf, printed.pdf))).toEqual([0, 0, 0]);
    } finally {
      await other.close();
    }
  });

  test('links to the report server where that is known, and nowhere else', async () => {
    const folder = 'https://reports.example.test/reports/demo/production/20261120T0000Z-20261120T0800Z';
    const linked = await renderer.render(sample, { ...edition, folder });
    const to = linksOf(await PDFDocument.load(linked.pdf, { updateMetadata: false }));
    expect(to).toEqual(expect.arrayContaining([`${folder}/report.html`, `${folder}/data/figures.csv`]));
    expect(linksOf(document)).toEqual([]);
  });

  test('has bookmarks on the pages that its contents print', () => {
    const contents = printedContents(document);
    expect(contents).toHaveLength(sample.sections.length + 2);
    expect(bookmarks()).toEqual(expect.arrayContaining(contents));
    expect(bookmarks().map(({ title }) => title)).toContain(
      'Critical: 2 positions without a stop at the end of the window (SL-01)',
    );
    expect(printed.pages).toBe(document.getPageCount());
  });

  test('has bookmarks of sections and findings only', () => {
    const titles = bookmarksOf(sample).flatMap(({ title, below }) => [
      title,
      ...below.map((one) => one.title),
    ]);
    expect(bookmarks().map(({ title }) => title)).toEqual(titles);
    expect(titles.length).toBe(sample.sections.length + 2 + sample.findings.length);
  });

  test('prints the page of all that its first page leads to, and leaves no mark in it', async () => {
    const { pdf } = await renderer.render(overfull(sample, 'long'), edition);
    const long = await PDFDocument.load(pdf, { updateMetadata: false });
    const texts = firstTexts(long);
    const refs = texts.filter((text) => text.startsWith('page'));
    expect(refs.length).toBeGreaterThan(sample.front.actions.length);
    const pages = [...anchorsOf(long).values()].map(String);
    for (const ref of refs) expect(pages).toContain(/^page\s(\d+)$/.exec(ref)?.[1]);
    expect(texts.join('\n')).not.toMatch(/(?<![\d.,])0\d\d(?![\d.,])/);
  });

  test('is printed again with its numbers where a text looks like a mark', async () => {
    const told: string[] = [];
    const [shown] = sample.front.glance.figures;
    const figures = sample.figures.map((figure) =>
      figure.key === shown?.key ? { ...figure, unit: 'text' as const, value: '012' } : figure,
    );
    const report: Report = { ...sample, figures };
    const { pdf } = await renderer.render(report, edition, { onProgress: (what) => told.push(what) });
    expect(told).toContain('printing again, with the page numbers');
    const again = await PDFDocument.load(pdf, { updateMetadata: false });
    expect(firstTexts(again)).toContain('012');
    expect(printedContents(again)).toEqual(printedContents(document));
  });

  test('says what it is: language, tags, title, dates of the report and not of the clock', () => {
    const { catalog } = document;
    expect(catalog.lookup(PDFName.of('Lang'))?.toString()).toBe('(en)');
    expect(catalog.lookup(PDFName.of('MarkInfo'), PDFDict).get(PDFName.of('Marked'))?.toString()).toBe(
      'true',
    );
    expect(document.getTitle()).toBe('FAIL: demo, Production audit 2026-11-20 00–08 UTC');
    expect(document.getCreationDate()?.toISOString()).toBe(edition.reportedAt);
    expect(document.getModificationDate()?.toISOString()).toBe(edition.reportedAt);
  });

  test('tells a screen reader of headings, table heads and the words of charts', () => {
    const kinds = new Map<string, number>();
    const alternatives: string[] = [];
    for (const [, object] of document.context.enumerateIndirectObjects()) {
      if (!(object instanceof PDFDict) || object.get(PDFName.of('Type')) !== PDFName.of('StructElem'))
        continue;
      const kind = object.get(PDFName.of('S'))?.toString() ?? '';
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      const alternative = object.lookup(PDFName.of('Alt'));
      if (alternative instanceof PDFHexString || alternative instanceof PDFString)
        alternatives.push(alternative.decodeText());
    }
    for (const kind of ['/H1', '/H2', '/H3', '/H4', '/Table', '/TH', '/TD', '/Figure', '/Link', '/L'])
      expect(kinds.get(kind) ?? 0).toBeGreaterThan(0);
    expect(alternatives.join('\n')).toContain('Open positions');
    // Chromium's empty nodes are gone, except those that stand for something that cannot be without them.
    expect(kinds.get('/NonStruct') ?? 0).toBeLessThan(5);
  });

  test('holds no script, action, attachment or link out of itself', () => {
    const names = new Set<string>();
    for (const [, object] of document.context.enumerateIndirectObjects()) {
      const dict = object instanceof PDFRawStream ? object.dict : object;
      if (dict instanceof PDFDict) for (const key of dict.keys()) names.add(key.toString());
    }
    for (const name of [
      '/URI',
      '/JS',
      '/JavaScript',
      '/Launch',
      '/EmbeddedFile',
      '/EmbeddedFiles',
      '/OpenAction',
      '/AA',
      '/GoToR',
    ])
      expect([...names]).not.toContain(name);
  });

  test('is a third of what Chromium prints, with every page and mark of it', async () => {
    const browser = await launchBrowser(options());
    try {
      const html = renderHtml(sample, edition, {
        mode: 'print',
        pageText: createPageMarks().markOf,
      });
      const bare = await printPage(browser, html, {
        tagged: true,
        timeoutMs: 30_000,
        signal: new AbortController().signal,
      });
      // Fonts weigh more in this small report than in a real one, where it is below a quarter.
      expect(printed.pdf.length / bare.length).toBeLessThan(0.33);
      const finished = await finishPdf(await openPdf(bare), {
        title: 'x',
        author: 'y',
        subject: 'z',
        at: new Date(0),
      });
      expect((await openPdf(finished.pdf)).getPageCount()).toBe(printed.pages);
    } finally {
      await stopBrowser(browser);
    }
  });
});

/** Processes of a group that still run; the dead that nobody has buried yet do not count. */
function livingOfGroup(group: number): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [state, , processGroup] = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        return processGroup === String(group) && state !== 'Z' && state !== 'X'
          ? [`${pid} ${state ?? ''}`]
          : [];
      } catch {
        return [];
      }
    });
}

describe('when the browser fails', () => {
  test('one that is killed is replaced, and the report is printed', async () => {
    let killed = 0;
    const other = createPdfRenderer(
      options({
        onLaunch: (pid) => {
          if (killed !== 0) return;
          killed = pid;
          void setTimeout(150).then(() => process.kill(-pid, 'SIGKILL'));
        },
      }),
    );
    try {
      const { pdf } = await other.render(sample, edition);
      expect(killed).toBeGreaterThan(0);
      expect(Buffer.compare(pdf, printed.pdf)).toBe(0);
    } finally {
      await other.close();
    }
  });

  test('two that freeze end in a PdfFailed that says so, in time, and nothing is left of them', async () => {
    const pids: number[] = [];
    const other = createPdfRenderer(
      options({
        attemptTimeoutMs: 1_500,
        onLaunch: (pid) => {
          pids.push(pid);
          process.kill(pid, 'SIGSTOP');
        },
      }),
    );
    const began = Date.now();
    await expect(other.render(sample, edition)).rejects.toMatchObject({ name: 'PdfFailed', retryable: true });
    expect(Date.now() - began).toBeLessThan(15_000);
    await other.close();
    expect(pids).toHaveLength(2);
    for (let tries = 0; tries < 20 && pids.flatMap(livingOfGroup).length > 0; tries += 1)
      await setTimeout(100);
    expect(pids.flatMap(livingOfGroup)).toEqual([]);
  });

  test('one that is not there is named', async () => {
    const other = createPdfRenderer(options({ executablePath: '/nonexistent/chromium' }));
    await expect(other.render(sample, edition)).rejects.toThrow(
      /\/nonexistent\/chromium did not start.*doctor/,
    );
  });

  test('a cancelled render ends at once, and the browser serves the next', async () => {
    const controller = new AbortController();
    const running = renderer.render(sample, edition, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('cancelled')),
    });
    await expect(running).rejects.toThrow('cancelled');
    expect(Buffer.compare((await renderer.render(sample, edition)).pdf, printed.pdf)).toBe(0);
  });
});
