import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NO_DEFECTS } from '../../local/demo/defects/plan.ts';
import { auditWindow, createBench, fillBench, type Bench } from '../support/audit.ts';

const NOW = '2026-11-20T08:10:00Z';
/** For a loaded machine: seconds on a quiet one. */
const PATIENCE_MS = 600_000;
/** Twenty by hand, of three shifts each; one in the gate, of the newest shift. */
const isTrial = process.env['AUDIT_TRIALS'] === '1';
const SEEDS = Array.from({ length: isTrial ? 20 : 1 }, (_, index) => `clean-${String(index + 1)}`);
/** Luck alone let this world's middle shift earn less than its fees. PN-01 tells it, and what it tells is checked. */
const UNLUCKY = 'clean-10';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
}, PATIENCE_MS);
afterAll(async () => {
  await bench.close();
});

describe('a rule that fires on a clean world accuses falsely', () => {
  test.each(SEEDS)(
    'world %s with every source required: no finding, PASS and GREEN',
    async (seed) => {
      const filled = await fillBench(bench, NOW, NO_DEFECTS, seed);
      const sources = { ...filled.bot.facts.sources, exchange: 'required' } as const;
      const bot = { ...filled.bot, facts: { ...filled.bot.facts, sources } };
      const said: string[] = [];
      for (const window of isTrial ? filled.shifts : filled.shifts.slice(2)) {
        const { findings, judgement, figures } = (await auditWindow(bench, { ...filled, bot, window }))
          .report;
        if (seed === UNLUCKY && window === filled.shifts[1]) {
          const money = (name: string) => Number(figures.find(({ key }) => key === name)?.value);
          expect(findings.map(({ rule }) => rule)).toEqual(['PN-01']);
          expect(money('gross_pnl')).toBeGreaterThan(0);
          expect(money('net_pnl')).toBeLessThan(0);
          continue;
        }
        const found = findings.map(({ id, severity, title }) => `${severity} ${id} ${JSON.stringify(title)}`);
        const is = `${judgement.verdict} ${judgement.colour}`;
        if (found.length > 0 || is !== 'PASS GREEN')
          said.push(
            [window.from, is, ...found, ...judgement.reasons.map((reason) => JSON.stringify(reason))].join(
              '\n',
            ),
          );
      }
      expect(said).toEqual([]);
    },
    PATIENCE_MS,
  );
});
