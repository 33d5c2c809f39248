import { expect } from '@jest/globals';
import pg from 'pg';
import type { BotConfig } from '../../audit/configuration.ts';
import type { Report } from '../../audit/report.ts';
import type { Window } from '../../audit/evidence.ts';
import { NO_DEFECTS } from '../../local/demo/defects/plan.ts';
import { auditWindow, createBench, fillBench, type Bench, type FilledBench } from '../support/audit.ts';

/** What one audit of a changed copy is asked for, beyond the clean demo. */
export type Change = Partial<Parameters<typeof auditWindow>[1]> & {
  readonly facts?: Partial<BotConfig['facts']>;
};

/** The clean demo, and audits of copies of its database after each was changed by SQL. */
export interface LyingDatabase {
  readonly bench: Bench;
  readonly filled: FilledBench;
  /** Of the last shift, as it is without a lie. */
  readonly clean: { readonly report: Report; readonly evidenceHash: string };
  /** The last shift unless the change names another window. */
  audited(damage: readonly string[], change?: Change): Promise<Report>;
  close(): Promise<void>;
}

/** @param now when the demo is filled, which says what its three shifts are */
export async function lyingDatabase(now = '2026-11-20T08:10:00Z'): Promise<LyingDatabase> {
  const bench = await createBench();
  const filled = await fillBench(bench, now, NO_DEFECTS);
  const admin = new pg.Client({ connectionString: bench.storeUrl });
  await admin.connect();
  let copies = 0;
  return {
    bench,
    filled,
    clean: await auditWindow(bench, { ...filled, window: shift(filled, 2) }),
    async audited(damage, { facts, ...change } = {}) {
      copies += 1;
      const source = new URL(bench.botUrl).pathname.slice(1);
      const name = `${source}_${String(copies)}`;
      const at = (url: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).href;
      await admin.query(`create database "${name}" template "${source}" strategy file_copy`);
      try {
        const client = new pg.Client({ connectionString: at(bench.botUrl) });
        await client.connect();
        const changed: (number | null)[] = [];
        for (const sql of damage) changed.push((await client.query(sql)).rowCount);
        await client.end();
        // DDL counts no rows; a statement that should have changed rows and met none is a test that proves nothing.
        expect(changed).not.toContain(0);
        const bot = {
          ...filled.bot,
          databaseUrl: at(filled.bot.databaseUrl ?? ''),
          facts: { ...filled.bot.facts, ...facts },
        };
        const { report } = await auditWindow(bench, { ...filled, window: shift(filled, 2), bot, ...change });
        return report;
      } finally {
        await admin.query(`drop database "${name}" with (force)`);
      }
    },
    async close() {
      await admin.end();
      await bench.close();
    },
  };
}

export function shift({ shifts }: FilledBench, index: 0 | 1 | 2): Window {
  const window = shifts[index];
  if (!window) throw new Error('the demo has three shifts');
  return window;
}

/** What the report gives as its reason: findings by severity and rule, failed or unseen gates, unseen checks. */
export function said(report: Report): string {
  return [
    ...report.findings.map(({ severity, rule }) => `${severity} ${rule}`),
    ...report.gates.filter(({ failed }) => failed !== false).map(({ title }) => title),
    ...report.checks.filter(({ outcome }) => outcome.state === 'unknown').map(({ id }) => id),
    ...report.judgement.reasons.map((reason) => reason.filter((part) => typeof part === 'string').join('')),
  ].join('\n');
}
