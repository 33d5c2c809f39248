import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { scratchDirectory } from '../support/scratch.ts';
import { cleanChanges, TABLES, type CleanChange } from './clean-changes.ts';
import { harmlessWhy } from './harmless-changes.ts';
import { lyingDatabase, said, type LyingDatabase } from './lying-database.ts';

/** Two hours by hand for all, a table by `-t`; what must hold of them in the gate stands in `unearned-*.deep.test.ts`. */
const isTrial = process.env['AUDIT_TRIALS'] === '1';
const PATIENCE_MS = 7_200_000;
/** AUDIT_CHANGES=PATTERN tries those whose names match. */
const ONLY = new RegExp(process.env['AUDIT_CHANGES'] ?? '');
/** What every PASS says, or that has no finding. */
const USUAL = /^(Every position open at the end has|All \d+ checks of weight 10)/;

interface Outcome {
  readonly change: string;
  /** `PASS GREEN`; `refused` where the change met no row, or PostgreSQL does not take it. */
  readonly is: string;
  readonly said: string;
}

(isTrial ? describe : describe.skip)('each change of each column of the clean demo, one at a time', () => {
  let lies: LyingDatabase;
  let changes: ReadonlyMap<string, readonly CleanChange[]>;
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    lies = await lyingDatabase();
    expect(lies.clean.report.judgement).toMatchObject({ verdict: 'PASS', colour: 'GREEN' });
    const client = new pg.Client({ connectionString: lies.bench.botUrl });
    await client.connect();
    changes = await cleanChanges(client);
    await client.end();
    expect([...changes.keys()].toSorted()).toEqual([...TABLES]);
  }, PATIENCE_MS);
  afterAll(async () => {
    const counts = Map.groupBy(outcomes, ({ is, said: why }) => (why === '' ? `${is}, nothing found` : is));
    const lines = [...counts].map(([is, all]) => `${String(all.length).padStart(5)} ${is}`);
    process.stdout.write(`${String(outcomes.length)} changes of the clean demo\n${lines.join('\n')}\n`);
    await lies.close();
  }, PATIENCE_MS);

  test.each(TABLES)(
    '%s: what passes in silence is harmless',
    async (table) => {
      const file = join(scratchDirectory('changes'), `${table}.tsv`);
      const rest = (changes.get(table) ?? []).filter(({ name }) => ONLY.test(name)).values();
      const own: Outcome[] = [];
      const inTurn = async (): Promise<void> => {
        for (const change of rest) {
          const outcome = await outcomeOf(lies, change);
          own.push(outcome);
          const line = [outcome.change, outcome.is, outcome.said].join('\t');
          appendFileSync(file, `${line}\n`);
          process.stdout.write(`${line}\n`);
        }
      };
      await Promise.all([inTurn(), inTurn()]);
      outcomes.push(...own);
      const silent = own.filter(
        ({ change, is, said: why }) => is === 'PASS GREEN' && why === '' && harmlessWhy(change) === null,
      );
      expect(silent.map(({ change }) => change)).toEqual([]);
    },
    PATIENCE_MS,
  );
});

async function outcomeOf(lies: LyingDatabase, { name, sql }: CleanChange): Promise<Outcome> {
  try {
    const report = await lies.audited(sql);
    const lines = said(report)
      .split('\n')
      .filter((line) => line !== '' && !USUAL.test(line));
    const { verdict, colour } = report.judgement;
    return { change: name, is: `${verdict} ${colour}`, said: lines.join(' | ') };
  } catch (error) {
    return { change: name, is: 'refused', said: String(error).split('\n')[0] ?? '' };
  }
}
