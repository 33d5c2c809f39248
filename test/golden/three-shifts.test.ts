import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findChromium } from '../../local/chromium.ts';
import { NO_DEFECTS } from '../../local/demo/defects/plan.ts';
import { MOST_CHARACTERS, renderMarkdown } from '../../report/markdown.ts';
import { createPdfRenderer } from '../../report/pdf.ts';
import {
  auditShifts,
  auditWindow,
  createBench,
  fillBench,
  type Audited,
  type Bench,
} from '../support/audit.ts';
import { expectGolden } from '../support/golden.ts';
import { saidBy, saidText } from './said.ts';

const NOW = '2026-11-20T08:10:00Z';

/** For a loaded machine: seconds on a quiet one. */
const PATIENCE_MS = 600_000;

let bench: Bench;
let audits: readonly Audited[];
beforeAll(async () => {
  bench = await createBench();
  audits = await auditShifts(bench, await fillBench(bench, NOW));
}, PATIENCE_MS);
afterAll(async () => {
  await bench.close();
});

const rules = (index: number): readonly string[] => [
  ...new Set(audits[index]?.report.findings.map(({ rule }) => rule).sort()),
];

test('the demo shows its planted defects in the shifts they were planted in', () => {
  expect(rules(0)).toEqual(['PM-03']);
  expect(rules(1)).toEqual(['SL-05']);
  expect(rules(2)).toEqual(['AG-01', 'DI-05', 'MC-01', 'SL-01', 'SL-05', 'TL-01']);
});

test('only the newest shift fails, for the positions without a stop', () => {
  expect(audits.map(({ report }) => report.judgement.verdict)).toEqual(['PASS', 'PASS', 'FAIL']);
  expect(audits[2]?.report.findings[0]).toMatchObject({ rule: 'SL-01', severity: 'CRITICAL' });
});

test('what changed is told from the shift before', () => {
  const [, middle, newest] = audits.map(({ report }) => report.front.changes);
  expect(middle?.resolved.map(({ rule }) => rule)).toEqual(['PM-03']);
  expect(newest?.recurring.map(({ rule, windows }) => [rule, windows])).toEqual([['SL-05', 2]]);
  expect(newest?.new.map(({ rule }) => rule)).toContain('SL-01');
  expect(newest?.trend).toHaveLength(3);
});

test('the same evidence gives the same report, and every figure in it says where it comes from', () => {
  for (const { report } of audits) {
    const known = new Set(report.queries.map(({ id }) => id));
    for (const figure of report.figures) {
      expect(figure.formula).not.toBe('');
      for (const query of figure.queries) expect(known).toContain(query);
    }
  }
});

test('a figure that several sections state is one number, printed once', () => {
  for (const { report, results } of audits) {
    const values = new Map(report.figures.map(({ key, value }) => [key, value]));
    expect(report.figures).toHaveLength(values.size);
    for (const { key, value } of results.flatMap(({ figures }) => figures))
      expect([key, values.get(key)]).toEqual([key, value]);
  }
});

test('within a section findings stand in the order of the whole report', () => {
  for (const { report } of audits) {
    const rank = new Map(report.findings.map(({ id }, index) => [id, index]));
    for (const block of report.sections.flatMap(({ parts }) => parts.flatMap(({ blocks }) => blocks))) {
      if (block.type !== 'findings') continue;
      const ranks = block.findings.map((id) => rank.get(id) ?? -1);
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    }
  }
});

/** Of all sections: what people read to the end. */
const MOST_PAGES = { failing: 28, clean: 16 } as const;

async function pagesOf({ report, reportHash }: Audited): Promise<number> {
  const { executablePath, environment } = await findChromium(process.env);
  const renderer = createPdfRenderer({ executablePath, environment, noSandbox: process.getuid?.() === 0 });
  try {
    const edition = { revision: 1, reportedAt: report.window.to, reportHash };
    return (await renderer.render(report, edition)).pages;
  } finally {
    await renderer.close();
  }
}

test(
  'the failing shift is printed on few pages, and fits one issue',
  async () => {
    const [, , newest] = audits;
    if (!newest) throw new Error('the demo has three shifts');
    expect(await pagesOf(newest)).toBeLessThanOrEqual(MOST_PAGES.failing);
    const edition = { revision: 1, reportedAt: newest.report.window.to, reportHash: newest.reportHash };
    expect(renderMarkdown(newest.report, edition).length).toBeLessThanOrEqual(MOST_CHARACTERS);
    expect(renderMarkdown(newest.report, edition)).not.toContain('Left out for length');
  },
  PATIENCE_MS,
);

test.each(['oldest', 'middle', 'newest'])(
  'what sections say of the %s shift is what is committed',
  (shift) => {
    const audited = audits[['oldest', 'middle', 'newest'].indexOf(shift)];
    if (!audited) throw new Error('the demo has three shifts');
    expectGolden(`test/golden/sections/shift-${shift}.txt`, saidText(saidBy(audited)));
  },
);

test(
  'what sections say of a clean world is what is committed, on few pages',
  async () => {
    const filled = await fillBench(bench, NOW, NO_DEFECTS);
    const window = filled.shifts[2];
    if (!window) throw new Error('the demo has three shifts');
    const clean = await auditWindow(bench, { ...filled, window });
    expect(await pagesOf(clean)).toBeLessThanOrEqual(MOST_PAGES.clean);
    expectGolden('test/golden/sections/clean-world.txt', saidText(saidBy(clean)));
  },
  PATIENCE_MS,
);
