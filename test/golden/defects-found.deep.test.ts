import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { PRODUCTION } from '../../audit/kinds.ts';
import { DEFECTS } from '../../local/demo/defects/index.ts';
import { planOf } from '../../local/demo/defects/plan.ts';
import type { Finding } from '../../audit/finding.ts';
import {
  auditShifts,
  auditWindow,
  createBench,
  fillBench,
  type Audited,
  type Bench,
} from '../support/audit.ts';
import { foreignRows } from '../support/own-rows.ts';
import { expectGolden } from '../support/golden.ts';
import { differenceText, saidBy } from './said.ts';

const NOW = '2026-11-20T08:10:00Z';
/** For a loaded machine: seconds on a quiet one. */
const PATIENCE_MS = 600_000;

/**
 * Every fifth one in the gate, which has forty minutes for everything: a fill and an audit of each take ten seconds.
 * `npm run golden` tries them all, and so does AUDIT_ALL_DEFECTS=1.
 */
const isWhole = process.env['UPDATE_GOLDENS'] === '1' || process.env['AUDIT_ALL_DEFECTS'] === '1';
const TRIED = DEFECTS.filter((_defect, index) => isWhole || index % 5 === 0);

let bench: Bench;
let readerUrl = '';
/** The clean world's report of each kind that was asked for. */
const cleanOf = new Map<string, Audited>();
beforeAll(async () => {
  bench = await createBench();
}, PATIENCE_MS);
afterAll(async () => {
  await bench.close();
});

/** Rows that a finding's own statement returns in the database that it names, as its reader. */
async function rowsSeen({ see }: Finding, text = see.text): Promise<number> {
  const client = new pg.Client({ connectionString: see.database === 'audit' ? bench.storeUrl : readerUrl });
  await client.connect();
  try {
    return (await client.query(text)).rows.length;
  } finally {
    await client.end();
  }
}

async function cleanAudit(kind: string): Promise<Audited> {
  const clean = cleanOf.get(kind) ?? (await auditOf([], kind));
  cleanOf.set(kind, clean);
  return clean;
}

async function auditOf(defects: readonly string[], kind: string): Promise<Audited> {
  const plan = planOf(defects);
  const filled = await fillBench(bench, NOW, plan);
  const window = filled.shifts[2];
  if (!window) throw new Error('the demo has three shifts');
  readerUrl = filled.bot.databaseUrl ?? '';
  // With every source that the demo has, the exchanges' own states among them.
  const sources = { ...filled.bot.facts.sources, exchange: 'required' } as const;
  const bot = { ...filled.bot, facts: { ...filled.bot.facts, sources } };
  if (plan.oldest.length === 0) return auditWindow(bench, { ...filled, bot, window, kind });
  const [, , newest] = await auditShifts(bench, { ...filled, bot });
  if (!newest) throw new Error('three shifts are audited');
  return newest;
}

const ruleAndSeverity = ({ rule, severity }: { rule: string; severity: string }): string =>
  `${rule} ${severity}`;

describe('the planted defects are ground truth', () => {
  test('a clean world has no finding', async () => {
    const clean = await cleanAudit(PRODUCTION.id);
    expect(clean.report.findings.map(({ id, severity }) => `${severity} ${id}`)).toEqual([]);
  });

  test.each(TRIED.map((defect) => [defect.name, defect] as const))(
    '%s is found, and nothing else, and its own statement shows it; what it changes is what is committed',
    async (name, defect) => {
      const kind = defect.kind ?? PRODUCTION.id;
      const clean = await cleanAudit(kind);
      const audited = await auditOf([name], kind);
      const found = audited.report.findings;
      const expected = [...new Set(defect.causes.map(ruleAndSeverity))].sort();
      expect([...new Set(found.map(ruleAndSeverity))].sort()).toEqual(expected);
      for (const finding of found.filter(({ see }) => see.language === 'sql')) {
        expect(`${String((await rowsSeen(finding)) > 0)} ${finding.see.text}`).toBe(
          `true ${finding.see.text}`,
        );
        const { own } = finding.see;
        if (own !== undefined)
          expect(`${String(await rowsSeen(finding, own))} ${own}`).toBe(
            `${String(await rowsSeen(finding))} ${own}`,
          );
      }
      expect(found.flatMap((finding) => foreignRows(finding, audited.results))).toEqual([]);
      for (const cause of defect.causes) {
        const finding = found.find(({ rule }) => rule === cause.rule);
        if (cause.venue !== undefined) expect(finding?.venue).toBe(cause.venue);
        for (const subject of cause.subjects ?? []) {
          expect(finding?.occurrences.map((occurrence) => occurrence.subject)).toContain(subject);
        }
      }
      expectGolden(
        `test/golden/sections/defects/${name}.txt`,
        differenceText(saidBy(audited), saidBy(clean)),
      );
    },
    PATIENCE_MS,
  );
});
