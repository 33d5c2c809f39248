import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditShifts, createBench, fillBench, type Audited, type Bench } from '../support/audit.ts';

let bench: Bench;
let audits: readonly Audited[];
beforeAll(async () => {
  bench = await createBench();
  audits = await auditShifts(bench, await fillBench(bench, '2026-11-20T08:10:00Z'));
});
afterAll(async () => {
  await bench.close();
});

const rules = (index: number): readonly string[] => [
  ...new Set(audits[index]?.report.findings.map(({ rule }) => rule).sort()),
];

test('the demo shows its planted defects in the shifts they were planted in', () => {
  expect(rules(0)).toEqual(['PM-03']);
  expect(rules(1)).toEqual(['SL-05']);
  expect(rules(2)).toEqual(['AG-01', 'DI-05', 'MC-01', 'MC-02', 'SL-01', 'SL-05', 'TL-01']);
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
