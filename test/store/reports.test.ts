import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { migrate } from '../../store/migrate.ts';
import { createPool } from '../../store/pool.ts';
import {
  attachFiles,
  findReports,
  historyBefore,
  latestReport,
  recordReport,
  type NewReport,
} from '../../store/reports.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { scratchDirectory } from '../support/scratch.ts';

let database: FreshDatabase;
let pool: ReturnType<typeof createPool>;

beforeAll(async () => {
  database = await freshDatabase({ name: 'reports' });
  pool = createPool(database.url, { max: 10 });
  await Promise.all([migrate(pool), migrate(pool), migrate(pool)]);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

function report(bot: string, from: string, to: string, more: Partial<NewReport> = {}): NewReport {
  return {
    bot,
    kind: 'production',
    window: { from: `2026-11-${from}:00:00.000Z`, to: `2026-11-${to}:00:00.000Z` },
    scopeHash: 'scope',
    reportHash: 'r1',
    evidenceHash: 'e1',
    verdict: 'PASS',
    colour: 'GREEN',
    overall: 9.1,
    reportedAt: '2026-11-21T00:00:00.000Z',
    summary: { findings: [], figures: { net_pnl: '1.50' } },
    ...more,
  };
}

test('the same report again is the same revision with the first time', async () => {
  const first = report('same', '20T00', '20T08');
  expect(await recordReport(pool, first)).toEqual({
    revision: 1,
    created: true,
    reportedAt: '2026-11-21T00:00:00.000Z',
  });
  const again = await recordReport(pool, { ...first, reportedAt: '2026-11-22T00:00:00.000Z' });
  expect(again).toEqual({ revision: 1, created: false, reportedAt: '2026-11-21T00:00:00.000Z' });
  expect(await recordReport(pool, { ...first, reportHash: 'r2' })).toMatchObject({
    revision: 2,
    created: true,
  });
  expect(await recordReport(pool, { ...first, scopeHash: 'other' })).toMatchObject({
    revision: 1,
    created: true,
  });
});

test('a report names the run that gave it last; a run that nobody knows does not take the name away', async () => {
  const key = report('runs', '20T00', '20T08');
  const given = async (hour: string, run?: NewReport['run']) => {
    const reportedAt = `2026-11-21T${hour}:00:00.000Z`;
    await recordReport(pool, { ...key, reportedAt, ...(run !== undefined && { run }) });
    return (await findReports(pool, { bot: 'runs' })).map((stored) => stored.run);
  };
  const [first, second] = [
    { workflowId: 'audit/runs', runId: 'a' },
    { workflowId: 'by-hand', runId: 'b' },
  ];
  expect(await given('00')).toEqual([null]);
  expect(await given('01', first)).toEqual([first]);
  expect(await given('02', second)).toEqual([second]);
  expect(await given('03')).toEqual([second]);
});

test('many runs at once: one row a report, revisions without gap or double', async () => {
  const runs = Array.from({ length: 40 }, (_, n) =>
    report('race', '20T00', '20T08', { reportHash: `h${String(n % 8)}` }),
  );
  const recorded = await Promise.all(runs.map((run) => recordReport(pool, run)));
  expect(recorded.filter(({ created }) => created)).toHaveLength(8);
  const stored = await findReports(pool, { bot: 'race' });
  expect(stored.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(new Set(stored.map(({ reportHash }) => reportHash)).size).toBe(8);
});

test('reports are found by window, kind and beginning of their hash, the newest first', async () => {
  await recordReport(pool, report('find', '18T00', '18T08', { reportHash: 'aa11' }));
  await recordReport(pool, report('find', '19T00', '19T08', { reportHash: 'bb22' }));
  expect((await latestReport(pool, { bot: 'find' }))?.reportHash).toBe('bb22');
  expect((await latestReport(pool, { hashPrefix: 'aa' }))?.window.from).toBe('2026-11-18T00:00:00.000Z');
  expect(await latestReport(pool, { bot: 'find', kind: 'monthly' })).toBeNull();
  expect(await findReports(pool, { hashPrefix: '%' })).toEqual([]);
});

test('files are attached format by format', async () => {
  const key = report('files', '20T00', '20T08');
  await recordReport(pool, key);
  await attachFiles(pool, key, { json: { hash: 'a', bytes: 1 } });
  await attachFiles(pool, key, { pdf: { hash: 'b', bytes: 2 } });
  expect((await latestReport(pool, { bot: 'files' }))?.files).toEqual({
    json: { hash: 'a', bytes: 1 },
    pdf: { hash: 'b', bytes: 2 },
  });
  await expect(attachFiles(pool, { ...key, reportHash: 'gone' }, {})).rejects.toThrow('is not recorded');
});

test('history is a row of windows that do not overlap, each in its latest revision', async () => {
  const bot = 'history';
  await recordReport(
    pool,
    report(bot, '20T00', '20T08', { reportHash: 'old', verdict: 'FAIL', colour: 'RED' }),
  );
  await recordReport(
    pool,
    report(bot, '20T00', '20T08', { reportHash: 'new', reportedAt: '2026-11-21T01:00:00.000Z' }),
  );
  await recordReport(pool, report(bot, '20T08', '20T16', { reportHash: 'mid' }));
  await recordReport(pool, report(bot, '20T05', '20T13', { reportHash: 'adhoc' }));
  await recordReport(pool, report(bot, '20T15', '20T16', { reportHash: 'hour' }));
  await recordReport(pool, report(bot, '20T16', '21T00', { reportHash: 'now' }));
  const from = '2026-11-20T16:00:00.000Z';
  const shift = { from, to: '2026-11-21T00:00:00.000Z' };
  const history = await historyBefore(pool, bot, 'production', shift);
  expect(history.map(({ reportHash }) => reportHash)).toEqual(['mid', 'new']);
  expect(history[0]?.window).toEqual({ from: '2026-11-20T08:00:00.000Z', to: from });
  expect(history[0]?.figures).toEqual({ net_pnl: '1.50' });
  expect(await historyBefore(pool, bot, 'production', shift, 1)).toHaveLength(1);
  expect(await historyBefore(pool, 'nobody', 'production', shift)).toEqual([]);
});

test('a report that comes again after another is the newest again, under its first revision', async () => {
  const bot = 'recovered';
  const at = (hour: string): { reportedAt: string } => ({ reportedAt: `2026-11-20T${hour}:00:00.000Z` });
  const pass = report(bot, '20T00', '20T08', { reportHash: 'pass', ...at('08') });
  const lost = report(bot, '20T00', '20T08', {
    reportHash: 'lost',
    verdict: 'INCONCLUSIVE',
    colour: 'RED',
    ...at('09'),
  });
  const newest = async (): Promise<string | undefined> => (await latestReport(pool, { bot }))?.reportHash;
  await recordReport(pool, pass);
  await recordReport(pool, lost);
  // A late retry of the first run says nothing new.
  await recordReport(pool, pass);
  expect(await newest()).toBe('lost');
  expect(await recordReport(pool, { ...pass, ...at('10') })).toMatchObject({ revision: 1, created: false });
  expect(await newest()).toBe('pass');
  expect(await latestReport(pool, { bot })).toMatchObject({ confirmedAt: at('10').reportedAt, ...at('08') });
  const later = { from: '2026-11-20T08:00:00.000Z', to: '2026-11-20T16:00:00.000Z' };
  expect((await historyBefore(pool, bot, 'production', later)).map(({ verdict }) => verdict)).toEqual([
    'PASS',
  ]);
});

test('an ad hoc run that ends with a shift does not take its place in the history', async () => {
  const bot = 'adhoc';
  await recordReport(pool, report(bot, '20T00', '20T08', { reportHash: 'shift' }));
  await recordReport(pool, report(bot, '20T07', '20T08', { reportHash: 'adhoc' }));
  const hashesBefore = async (from: string, to: string): Promise<readonly string[]> => {
    const { window } = report(bot, from, to);
    return (await historyBefore(pool, bot, 'production', window)).map(({ reportHash }) => reportHash);
  };
  expect(await hashesBefore('20T08', '20T16')).toEqual(['shift']);
  expect(await hashesBefore('20T08', '20T09')).toEqual(['adhoc']);
});

test('migrations run once, refuse to be changed and refuse a newer store', async () => {
  expect(await migrate(pool)).toEqual([]);
  const folder = scratchDirectory('migrations');
  await writeFile(join(folder, '001_store.sql'), 'select 1');
  await expect(migrate(pool, folder)).rejects.toThrow(/newer program|was changed/);
});

test('a migration that fails leaves nothing of itself', async () => {
  const other = await freshDatabase({ name: 'half' });
  const half = createPool(other.url);
  const folder = scratchDirectory('migrations');
  await writeFile(join(folder, '001_a.sql'), 'create table audit.a (x int)');
  await writeFile(join(folder, '002_b.sql'), 'create table audit.b (x int); select 1 / 0');
  await expect(migrate(half, folder)).rejects.toThrow('division by zero');
  const { rows } = await half.query("select 1 from pg_tables where schemaname = 'audit'");
  expect(rows).toEqual([]);
  await half.end();
  await other.drop();
});

test('a connection that is cut between two queries of a transaction costs the transaction, not the process', async () => {
  const own = createPool(database.url, { max: 1 });
  const client = await own.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const cut = new Promise((resolve) => client.once('end', resolve));
  await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
  await cut;
  await expect(client.query('select 1')).rejects.toThrow();
  client.release(true);
  expect((await own.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await own.end();
});

test('a cut idle connection costs the pool nothing', async () => {
  const cut: Error[] = [];
  const own = createPool(database.url, { max: 1, onError: (error) => cut.push(error) });
  const { rows } = await own.query<{ pid: number }>('select pg_backend_pid() as pid');
  await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
  while (cut.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await own.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await own.end();
});

const LATER = '2026-11-22T00:00:00.000Z';
test.each([
  ['confirmed', recordReport, { revision: 1, created: true, reportedAt: LATER }],
  [
    'given files',
    (own: typeof pool, gone: NewReport): Promise<unknown> =>
      attachFiles(own, gone, { html: { hash: 'h', bytes: 1 } }).catch(String),
    'Error: report r1 of bot given files is not recorded',
  ],
])(
  'a report that a purge deletes while it is %s is not taken for one that is there',
  async (bot, again, answer) => {
    const old = report(bot, '20T00', '20T08');
    await recordReport(pool, old);
    const purge = await pool.connect();
    await purge.query('begin');
    await purge.query('delete from audit.report where bot = $1', [bot]);
    const answered = again(pool, { ...old, reportedAt: LATER });
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    while ((await pool.query(waiting)).rowCount === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await purge.query('commit');
    purge.release();
    expect(await answered).toEqual(answer);
  },
);
