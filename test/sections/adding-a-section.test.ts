import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { known } from '../../audit/value.ts';
import { defineQuery } from '../../audit/query.ts';
import { defineSection } from '../../audit/define-section.ts';
import { createRegistry } from '../../audit/registry.ts';
import type { Edition, Report } from '../../audit/report.ts';
import { fig, text } from '../../audit/text.ts';
import { renderHtml } from '../../report/html.ts';
import { renderJson } from '../../report/json.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { createPdfRenderer } from '../../report/pdf.ts';
import { findChromium } from '../../local/chromium.ts';
import { registry } from '../../sections/index.ts';
import { auditWindow, createBench, fillBench, type Bench } from '../support/audit.ts';

const transfersByCurrency = defineQuery({
  id: 'transfers-by-currency',
  title: 'Transfers by currency',
  source: 'database',
  kind: 'aggregate',
  entities: ['transfer'],
  sql: `select currency, count(*) as transfers from @transfer
        where at < :to group by currency order by currency`,
  row: z.object({ currency: z.string(), transfers: z.number() }),
});

/** The section of docs/adding-a-section.md, with a rule that always fires. */
const transferCount = defineSection({
  id: 'transfer-count',
  number: null,
  title: 'Transfer count',
  settings: z.strictObject({ most: z.number().default(0) }),
  queries: { transfersByCurrency },
  facts: ({ rows }) => rows.transfersByCurrency,
  figures(facts, _input, out) {
    out.figure({
      name: 'transfer_count',
      value: facts.ok ? known(facts.rows.reduce((total, row) => total + row.transfers, 0)) : facts,
      unit: 'count',
      title: 'Transfers so far',
      basis: 'bot-reported transfers',
      queries: [transfersByCurrency.id],
      formula: 'transfers before the end of the window',
    });
  },
  checks: [],
  rules: [
    {
      id: 'TC-01',
      title: 'Too many transfers',
      condition: 'more transfers than allowed',
      dimension: 'integrity',
      evaluate: (facts, input, out) => [
        {
          venue: null,
          severity: 'LOW',
          title: text`${fig('transfer_count')} transfers were made`,
          description: text`${fig('transfer_count')} transfers; the limit is ${String(input.settings.most)}.`,
          cause: { id: 'unknown', text: ['Nobody looked.'], confidence: 'UNKNOWN', predicates: [] },
          occurrences: [{ subject: 'transfers', at: input.window.from }],
          evidence: out.dataset({
            id: 'transfer-count.currencies',
            title: 'Transfers by currency',
            columns: [
              { key: 'currency', title: 'Currency', unit: 'text' },
              { key: 'transfers', title: 'Transfers', unit: 'count' },
            ],
            rows: facts.ok ? facts.rows.map((row) => [row.currency, row.transfers]) : [],
            queries: [transfersByCurrency.id],
          }),
          impact: { financial: ['None.'], operational: ['None.'], risk: ['None.'] },
          detection: ['No alert fired.'],
          recommendation: ['Make fewer transfers.'],
          verification: ['No transfer in the next window.'],
          see: { language: 'sql', text: 'select * from transfer' },
          effort: 'low',
        },
      ],
    },
  ],
  parts: (_facts, _input, _out, findings) => [
    { title: 'Statistics', blocks: [{ type: 'paragraph', text: text`${fig('transfer_count')} transfers.` }] },
    {
      title: 'Findings',
      blocks: [{ type: 'findings', findings: findings.map(({ id }) => id), none: ['None.'] }],
    },
  ],
});

let bench: Bench;
let report: Report;
let edition: Edition;
beforeAll(async () => {
  bench = await createBench();
  const filled = await fillBench(bench, '2026-11-20T08:10:00Z');
  const window = filled.shifts[2];
  if (!window) throw new Error('the demo has three shifts');
  const longer = createRegistry([...registry.entries, { section: transferCount }]);
  const audited = await auditWindow(bench, { ...filled, window, registry: longer });
  report = audited.report;
  edition = { revision: 1, reportedAt: window.to, reportHash: audited.reportHash };
});
afterAll(async () => {
  await bench.close();
});

test('one module and one registry entry put a section with its findings and figures into every format', async () => {
  const figure = report.figures.find(({ key }) => key === 'transfer_count');
  expect(figure?.value).toBeGreaterThan(0);
  const title = `${String(figure?.value)} transfers were made`;
  expect(JSON.parse(renderJson(report))).toMatchObject({
    findings: expect.arrayContaining([expect.objectContaining({ id: 'TC-01/bot/unknown' })]) as unknown,
    sections: expect.arrayContaining([expect.objectContaining({ id: 'transfer-count' })]) as unknown,
  });
  expect(renderMarkdown(report, edition)).toContain(title);
  expect(renderHtml(report, edition).replaceAll(/<[^>]+>/g, '')).toContain(title);
  const { executablePath, environment } = await findChromium(process.env);
  const renderer = createPdfRenderer({
    executablePath,
    environment: { ...environment },
    noSandbox: process.getuid?.() === 0,
  });
  try {
    const { pdf } = await renderer.render(report, edition, {});
    expect(await bookmarksOf(pdf)).toContain('Transfer count');
  } finally {
    await renderer.close();
  }
});

async function bookmarksOf(pdf: Uint8Array): Promise<readonly string[]> {
  const { PDFDocument, PDFHexString, PDFName, PDFString, PDFDict } = await import('pdf-lib');
  const document = await PDFDocument.load(pdf);
  return document.context.enumerateIndirectObjects().flatMap(([, object]) => {
    const title = object instanceof PDFDict ? object.get(PDFName.of('Title')) : undefined;
    return title instanceof PDFString || title instanceof PDFHexString ? [title.decodeText()] : [];
  });
}
