import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { scopedKind } from '../../audit/scope.ts';
import { migrate } from '../../store/migrate.ts';
import { createPool } from '../../store/pool.ts';
import {
  attachFiles,
  findReports,
  historyBefore,
  latestReport,
  recordReport,
  useReport,
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

test('a window remembers all that later ones compare with: its ruler, and the rules that it could not judge', async () => {
  const bot = 'remembers';
  const summary: NewReport['summary'] = {
    findings: [
      { rule: 'SL-01', venue: 'binance', severity: 'HIGH', title: 'old', fingerprints: ['f'], windows: 3 },
    ],
    blind: ['WS-01'],
    method: {
      policy: 'p',
      overrides: ['a'],
      mapping: { name: 'native', selects: { fill: 'x' } },
      program: 'c',
    },
    figures: { net_pnl: '1.50' },
  };
  for (const [from, to] of [
    ['20T00', '20T08'],
    ['20T08', '20T16'],
  ] as const)
    await recordReport(pool, report(bot, from, to, { summary }));
  const { window } = report(bot, '20T16', '21T00');
  const history = await historyBefore(pool, bot, 'production', window);
  expect(
    history.map(({ findings, blind, method, figures }) => ({ findings, blind, method, figures })),
  ).toEqual([summary, summary]);
});

describe('the window before is the one of the same thing', () => {
  const windowOf = (from: string, to: string) => report('any', from, to).window;
  const hashes = async (bot: string, kind: string, from: string, to: string): Promise<readonly string[]> =>
    (await historyBefore(pool, bot, kind, windowOf(from, to))).map(({ reportHash }) => reportHash);
  const trend = scopedKind('production', { strategy: 'trend' });

  test('of its own kind and its own part of the bot, whatever else ends there', async () => {
    const bot = 'kinds';
    for (const kind of ['production', 'failures', trend, scopedKind('production', { strategy: 'grid' })])
      await recordReport(pool, report(bot, '20T00', '20T08', { kind, reportHash: kind }));
    expect(await hashes(bot, 'production', '20T08', '20T16')).toEqual(['production']);
    expect(await hashes(bot, trend, '20T08', '20T16')).toEqual([trend]);
    expect(await hashes(bot, 'storage', '20T08', '20T16')).toEqual([]);
    expect(await hashes('kinds-2', 'production', '20T08', '20T16')).toEqual([]);
  });

  test('a second revision of a window has what the first had before it, never the first', async () => {
    const bot = 'revisions';
    await recordReport(pool, report(bot, '20T00', '20T08', { reportHash: 'before' }));
    await recordReport(pool, report(bot, '20T08', '20T16', { reportHash: 'first' }));
    expect(await hashes(bot, 'production', '20T08', '20T16')).toEqual(['before']);
    await recordReport(
      pool,
      report(bot, '20T08', '20T16', { reportHash: 'second', reportedAt: '2026-11-22T00:00:00.000Z' }),
    );
    expect(await hashes(bot, 'production', '20T16', '21T00')).toEqual(['second', 'before']);
  });

  test('a report that another run goes on with is the one before, as it was recorded', async () => {
    const bot = 'reused';
    const kept = report(bot, '20T00', '20T08', { reportHash: 'kept' });
    await recordReport(pool, kept);
    await recordReport(
      pool,
      report(bot, '20T00', '20T08', { reportHash: 'poorer', reportedAt: '2026-11-21T01:00:00.000Z' }),
    );
    await recordReport(pool, { ...kept, reportedAt: '2026-11-21T02:00:00.000Z' });
    expect(await useReport(pool, kept)).toBe(true);
    expect(await hashes(bot, 'production', '20T08', '20T16')).toEqual(['kept']);
  });
});
