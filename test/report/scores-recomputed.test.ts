import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DIMENSIONS, type CheckResult, type Dimension } from '../../audit/check.ts';
import { SEVERITIES } from '../../audit/finding.ts';
import type { Report } from '../../audit/report.ts';
import { createOutput } from '../../audit/define-section.ts';
import { judgementFigures } from '../../audit/judgement-figures.ts';
import { judge } from '../../audit/verdict.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { check, finding, sources } from '../audit/support.ts';
import { edition, sample } from './sample-report.ts';

type Row = Readonly<Record<string, string>>;

/** The rows of the printed table whose first heading and some other one are these. */
function tableOf(markdown: string, first: string, other: string): readonly Row[] {
  const lines = markdown.split('\n');
  const cells = (line: string): readonly string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\\', ''));
  const head = lines.findIndex((line) => cells(line)[0] === first && cells(line).includes(other));
  if (head < 0) return [];
  const names = cells(lines[head] ?? '');
  const rows = lines.slice(head + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows
    .slice(0, end < 0 ? undefined : end)
    .map((line) => Object.fromEntries(cells(line).map((cell, index) => [names[index] ?? '', cell])));
}

const number = (text = ''): number => Number(/^[\d.]+/.exec(text)?.[0] ?? NaN);
const down = (value: number, places: number): string =>
  (Math.floor(value * 10 ** places + 1e-6) / 10 ** places).toFixed(places);

/** Every number of the scores that the page prints, from the others that it prints. */
function recomputed(markdown: string) {
  const scores = tableOf(markdown, 'Score', 'Checks give');
  const checks = tableOf(markdown, 'Check', 'Result, 0 to 1');
  const findings = tableOf(markdown, 'Finding', 'Takes (%)');
  const again = scores.map((row) => {
    const own = checks.filter(({ Score }) => Score === row['Score']);
    const weight = own.reduce((sum, one) => sum + number(one['Weight']), 0);
    const given = own.reduce((sum, one) => sum + number(one['Weight']) * number(one['Result, 0 to 1']), 0);
    const taken = findings.filter(({ Score }) => Score === row['Score']);
    const left = taken.reduce((rest, one) => rest * (1 - number(one['Takes (%)']) / 100), 10);
    const base = down((10 * given) / weight, 3);
    const cap = down(left, 3);
    const isKnown = !Number.isNaN(number(row['of 10']));
    const seen = own
      .filter((one) => !/not made/.test(one['Result, 0 to 1'] ?? ''))
      .reduce((sum, one) => sum + number(one['Weight']) * Number(one['Weight']?.split(' × ')[1] ?? 1), 0);
    return {
      coverage: own.length === 0 ? '–' : down((100 * seen) / weight, 1),
      score: isKnown ? down(Math.min(Number(base), Number(cap)), 1) : '–',
      base: isKnown ? base : '–',
      cap,
      losses: own.map((one) =>
        ((10 * number(one['Weight']) * (1 - number(one['Result, 0 to 1']))) / weight).toFixed(2),
      ),
      made:
        own.length === 0
          ? 'none applies'
          : `${String(own.filter((one) => !/not made/.test(one['Result, 0 to 1'] ?? '')).length)} of ${String(own.length)}`,
    };
  });
  const printed = scores.map((row) => ({
    coverage: row['Coverage (%)'],
    score: row['of 10'],
    base: row['Checks give'],
    cap: row['Findings leave'],
    losses: checks.filter(({ Score }) => Score === row['Score']).map(({ Loses }) => Loses),
    made: row['Checks made'],
  }));
  return { printed, again, overall: overallOf(scores, markdown) };
}

function overallOf(scores: readonly Row[], markdown: string) {
  const said =
    /Overall ([\d.]+): the mean of the scores by their shares is (\d+\.\d{3})(?:, .*?\): (\d+\.\d{3}))?\./.exec(
      markdown.replaceAll('\\', ''),
    );
  const inReport = scores.filter((row) => row['Checks made'] !== 'none applies');
  const values = inReport.map((row) => number(row['of 10']));
  if (inReport.length === 0 || values.some(Number.isNaN)) return { said: said?.slice(1), again: undefined };
  const share = (row: Row): number => number(row['Share (%)']);
  const weight = inReport.reduce((sum, row) => sum + share(row), 0);
  const mean = inReport.reduce((sum, row) => sum + share(row) * number(row['of 10']), 0) / weight;
  const bounds = scores.map((row) =>
    number(row['Checks made'] === 'none applies' ? row['Findings leave'] : row['of 10']),
  );
  const most = Math.min(...bounds) + 2;
  return {
    said: said?.slice(1),
    again: [
      down(Math.min(Number(down(mean, 3)), most), 1),
      down(mean, 3),
      // The bound is told where it binds.
      Number(down(mean, 3)) > most ? most.toFixed(3) : undefined,
    ],
  };
}

function reportOf(checks: readonly CheckResult[], findings: Report['findings']): Report {
  const evidence = { sources: sources(), bot: sample.bot, queries: [], entities: [] };
  const judgement = judge({ evidence, checks, gates: [], findings, failedSections: [] });
  const out = createOutput('', sample.bot.quoteCurrency);
  judgementFigures(judgement, checks, findings, out);
  const own = new Set(out.figures.map(({ key }) => key));
  const figures = [...out.figures, ...sample.figures.filter(({ key }) => !own.has(key))];
  return { ...sample, checks, findings: [...sample.findings, ...findings], judgement, figures };
}

const dimension = fc.constantFrom(...(Object.keys(DIMENSIONS) as Dimension[]));
const arbitrary = fc.record({
  checks: fc.array(
    fc.record({
      dimension,
      weight: fc.constantFrom(10, 7.5, 5, 2.5),
      r: fc.double({ min: 0, max: 1, noNaN: true }),
      unknown: fc.boolean(),
      notApplicable: fc.boolean(),
      credit: fc.constantFrom(0, 0.5, 1),
    }),
    { maxLength: 16 },
  ),
  findings: fc.array(fc.record({ severity: fc.constantFrom(...SEVERITIES), dimension }), { maxLength: 8 }),
});

test('every score can be recomputed from what the page prints', () => {
  fc.assert(
    fc.property(arbitrary, ({ checks, findings }) => {
      const report = reportOf(
        checks.map((one, index) => check({ ...one, id: `C${String(index)}` })),
        findings.map((one, index) => finding({ ...one, id: String(index) })),
      );
      const { printed, again, overall } = recomputed(renderMarkdown(report, edition));
      expect(printed).toHaveLength(4);
      expect(printed).toEqual(again);
      expect(overall.said).toEqual(overall.again);
    }),
    { numRuns: 60 },
  );
});

test('two HIGH findings leave no overall of 10, whatever measures their dimension', () => {
  const all = (Object.keys(DIMENSIONS) as Dimension[]).map((one) => check({ id: one, dimension: one }));
  for (const where of Object.keys(DIMENSIONS) as Dimension[]) {
    const high = ['a', 'b'].map((id) => finding({ severity: 'HIGH', dimension: where, id }));
    for (const checks of [all, all.filter((one) => one.dimension !== where)])
      expect(reportOf(checks, high).judgement.overall).toBeLessThan(7);
  }
});

test('a score says on how many checks it rests', () => {
  const report = reportOf([check({ id: 'AP4-SL', dimension: 'performance', r: 0.7, weight: 7.5 })], []);
  const markdown = renderMarkdown(report, edition);
  expect(markdown).toContain('**Performance:** 7.0/10 (coverage 100.0 % of 1 check)');
});
