import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Verdict } from '../../audit/report.ts';
import { renderJson } from '../../report/json.ts';
import { createReportSource } from '../../server/report-source.ts';
import type { ReportSource } from '../../server/http-server.ts';
import { createArtifactStore, type ArtifactStore } from '../../store/artifacts.ts';
import { migrate } from '../../store/migrate.ts';
import { createPool } from '../../store/pool.ts';
import { attachFiles, recordReport } from '../../store/reports.ts';
import { sample } from '../report/sample-report.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { scratchDirectory } from '../support/scratch.ts';

let database: FreshDatabase;
let pool: ReturnType<typeof createPool>;
let artifacts: ArtifactStore;
let source: ReportSource;

beforeAll(async () => {
  database = await freshDatabase({ name: 'source' });
  pool = createPool(database.url);
  await migrate(pool);
  artifacts = createArtifactStore(join(scratchDirectory('source'), 'artifacts'));
  source = createReportSource(pool, artifacts);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** A report of that bot, with those formats; each holds its format and verdict, so that they can be told apart. */
async function record(
  bot: string,
  verdict: Verdict,
  hour: number,
  formats: readonly string[],
): Promise<string> {
  const judgement = { ...sample.judgement, verdict, overall: 4.5 };
  const report = { ...sample, bot: { ...sample.bot, name: bot }, judgement };
  const json = await artifacts.put(renderJson(report));
  const key = { bot, kind: report.kind, window: report.window, scopeHash: 's', reportHash: json.hash };
  const { colour, overall } = judgement;
  const reportedAt = new Date(Date.UTC(2026, 10, 20, hour)).toISOString();
  const summary = { findings: [], figures: {} };
  await recordReport(pool, { ...key, evidenceHash: 'e', verdict, colour, overall, reportedAt, summary });
  for (const format of formats) {
    const file = format === 'json' ? json : await artifacts.put(`${format} of ${verdict}`);
    await attachFiles(pool, key, { [format]: file });
  }
  return json.hash;
}

async function served(bot: string, file: string, revision: number | null = null): Promise<string | null> {
  const { kind, window } = sample;
  const found = await source.find({ bot, kind, window, revision, file });
  return found?.hash ? (await source.read(found.hash)).toString('utf8') : null;
}

async function listed(bot: string): Promise<unknown> {
  return (await source.list()).find((one) => one.bot === bot);
}

test('a format that the newest revision lacks is not taken from an earlier one', async () => {
  await record('lacking', 'PASS', 8, ['html', 'pdf', 'json']);
  await record('lacking', 'FAIL', 9, ['html', 'json']);
  expect(await served('lacking', 'html')).toBe('html of FAIL');
  expect(await served('lacking', 'pdf')).toBeNull();
  expect(await served('lacking', 'pdf', 1)).toBe('pdf of PASS');
  expect(await listed('lacking')).toMatchObject({ verdict: 'FAIL', revision: 2, files: ['html', 'json'] });
});

test('a revision that is not archived yet does not hide the one before', async () => {
  await record('rendering', 'PASS', 8, ['html', 'pdf', 'json']);
  await record('rendering', 'FAIL', 9, []);
  expect(await served('rendering', 'pdf')).toBe('pdf of PASS');
  expect(await listed('rendering')).toMatchObject({ verdict: 'PASS', revision: 1 });
});

test('the run of a revision that answers, of another, and of a report that is not there', async () => {
  const key = { bot: 'of-a-run', kind: sample.kind, window: sample.window };
  expect(await source.run({ ...key, revision: null })).toBeNull();
  await record('of-a-run', 'FAIL', 8, ['json']);
  expect(await source.run({ ...key, revision: null })).toEqual({ revision: 1, run: null });
  await pool.query(`update audit.report set workflow_id = 'w', run_id = 'r' where bot = 'of-a-run'`);
  await record('of-a-run', 'PASS', 9, []);
  const run = { workflowId: 'w', runId: 'r' };
  expect(await source.run({ ...key, revision: null })).toEqual({ revision: 1, run });
  expect(await source.run({ ...key, revision: 2 })).toEqual({ revision: 2, run: null });
  expect(await source.run({ ...key, revision: 3 })).toBeNull();
});

test('back to the first report: it is served again', async () => {
  await record('back', 'PASS', 8, ['pdf', 'json']);
  await record('back', 'INCONCLUSIVE', 9, ['pdf', 'json']);
  await record('back', 'PASS', 10, ['pdf', 'json']);
  expect(await served('back', 'pdf')).toBe('pdf of PASS');
  expect(await listed('back')).toMatchObject({ verdict: 'PASS', revision: 1 });
});

test('the list has the newest windows of every bot and kind; the newest archived report has an address', async () => {
  const day = (date: number) => ({
    from: `2026-10-${String(date).padStart(2, '0')}T00:00:00.000Z`,
    to: `2026-10-${String(date + 1).padStart(2, '0')}T00:00:00.000Z`,
  });
  const key = {
    bot: 'many',
    kind: 'daily',
    scopeHash: 's',
    evidenceHash: 'e',
    colour: 'GREEN',
    overall: 9,
  } as const;
  for (let date = 1; date <= 20; date += 1) {
    const report = { ...key, window: day(date), reportHash: `report ${String(date)}` };
    const summary = { findings: [], figures: {} };
    await recordReport(pool, { ...report, verdict: 'PASS', reportedAt: day(date).to, summary });
    if (date < 20) await attachFiles(pool, report, { json: { hash: 'j', bytes: 1 } });
  }
  const own = (await source.list()).filter(({ bot }) => bot === 'many');
  expect(own.map(({ window }) => window.from)).toEqual(
    Array.from({ length: 14 }, (_, back) => day(20 - back).from),
  );
  expect(await source.latest('many', null)).toEqual({ kind: 'daily', window: day(19), files: ['json'] });
  expect(await source.latest('many', 'daily')).toMatchObject({ window: day(19) });
  expect(await source.latest('many', 'weekly')).toBeNull();
});

test('the list says what the report says, whatever the row of the store was changed to', async () => {
  await record('changed', 'FAIL', 8, ['json']);
  await pool.query(`update audit.report set verdict = 'PASS', overall = 10 where bot = 'changed'`);
  expect(await listed('changed')).toMatchObject({ verdict: 'FAIL', overall: 4.5 });
});

test('a row that points at a report of another bot, or at none, is listed as damaged', async () => {
  const hash = await record('other', 'PASS', 8, ['json']);
  await record('pointed', 'FAIL', 8, ['json']);
  await pool.query(`update audit.report set report_hash = $1 where bot = 'pointed'`, [hash]);
  expect(await listed('pointed')).toMatchObject({ verdict: 'DAMAGED', overall: null });
  await record('gone', 'FAIL', 8, ['json']);
  await pool.query(`update audit.report set report_hash = $1 where bot = 'gone'`, ['0'.repeat(64)]);
  expect(await listed('gone')).toMatchObject({ verdict: 'DAMAGED', overall: null });
});
