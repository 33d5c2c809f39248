import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { NO_DEFECTS } from '../../local/demo/defects/plan.ts';
import {
  auditWindow,
  createBench,
  fillBench,
  type Audited,
  type Bench,
  type FilledBench,
} from '../support/audit.ts';

let bench: Bench;
let filled: FilledBench;
let admin: pg.Client;

beforeEach(async () => {
  bench = await createBench();
  filled = await fillBench(bench, '2026-11-20T08:10:00Z', NO_DEFECTS);
  admin = new pg.Client({ connectionString: bench.botUrl });
  await admin.connect();
});
afterEach(async () => {
  await admin.end();
  await bench.close();
});

async function audit(bot = filled.bot): Promise<Audited> {
  const window = filled.shifts[2];
  if (!window) throw new Error('the demo has three shifts');
  return auditWindow(bench, { ...filled, bot, window });
}

const TABLES = `select table_name from information_schema.tables where table_schema = 'bot' and table_type = 'BASE TABLE'`;
const reader = (): string => new URL(filled.bot.databaseUrl ?? '').username;

describe('a damaged database', () => {
  test.each<[string, () => string]>([
    ['a missing table', () => 'drop table bot.orders cascade'],
    ['a missing column', () => 'alter table bot.positions drop column status cascade'],
    ['a permission denied', () => `revoke select on bot.fills from "${reader()}"`],
    [
      'a wrong column type',
      () => 'alter table bot.positions alter column quantity type text using quantity::text',
    ],
    ['an empty table', () => 'truncate bot.heartbeats'],
  ])('with %s is never passed, and the report says what is missing', async (_name, damage) => {
    await admin.query(damage());
    const { report } = await audit();
    expect(report.judgement.verdict).not.toBe('PASS');
    expect(report.judgement.reasons).not.toHaveLength(0);
    const lost = report.figures.filter(({ value }) => value === null);
    for (const figure of lost) expect(figure.reason).toBeDefined();
    expect(report.figures.filter(({ value }) => value === 0).length).toBeLessThan(report.figures.length);
  });

  test('with every table empty is never passed, and prints no position', async () => {
    const { rows } = await admin.query<{ table_name: string }>(TABLES);
    await admin.query(`truncate ${rows.map((row) => `bot."${row.table_name}"`).join(', ')}`);
    const { report } = await audit();
    expect(report.judgement.verdict).not.toBe('PASS');
    const opened = report.figures.find(({ key }) => key === 'positions_opened');
    expect(opened?.value).toBeNull();
  });

  test('that cannot be reached or entered is an error that names the bot and hides the password', async () => {
    const url = new URL(filled.bot.databaseUrl ?? '');
    const { password } = url;
    url.password = 'wrong-secret-1';
    const wrongPassword = audit({ ...filled.bot, databaseUrl: url.href });
    await expect(wrongPassword).rejects.toThrow(/demo/);
    await expect(wrongPassword).rejects.not.toThrow(/wrong-secret-1/);
    url.password = password;
    url.pathname = '/no_such_database';
    const noDatabase = audit({ ...filled.bot, databaseUrl: url.href });
    await expect(noDatabase).rejects.toThrow(/no_such_database/);
    await expect(noDatabase).rejects.not.toThrow(new RegExp(password));
  });
});

test('a table of 20,000 rows: the report shows some and says so, its file has all', async () => {
  await admin.query(
    `insert into bot.events (id, at, type, severity, exchange, error_message)
     select 'flood-' || n, timestamptz '2026-11-20T01:00Z' + n * interval '1 second', 'emergency_close', 'CRITICAL', 'binance', 'number ' || n
     from generate_series(1, 20000) n`,
  );
  const { report } = await audit();
  expect(report.judgement.colour).not.toBe('GREEN');
  expect(report.findings.map(({ rule }) => rule)).toContain('CE-01');
  for (const { rows, total } of report.datasets)
    expect(rows.length).toBeLessThanOrEqual(Math.min(total, 2_000));
  for (const { name, rows } of report.files.filter((file) => file.name.endsWith('.csv'))) {
    const shown = report.datasets.find(({ file }) => file === name);
    if (shown) expect(rows).toBe(shown.total);
  }
});
