import pg from 'pg';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Report } from '../../audit/report.ts';
import { NO_DEFECTS } from '../../local/demo/defects/plan.ts';
import { reportSchema } from '../../report/schema.ts';
import { shift } from '../audit/lying-database.ts';
import { auditWindow, createBench, fillBench, type Bench } from '../support/audit.ts';
import { freshDatabase } from '../support/postgres.ts';

let bench: Bench;
let admin: pg.Client;
beforeAll(async () => {
  bench = await createBench();
  admin = new pg.Client({ connectionString: bench.storeUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await bench.close();
});

/** The clean demo's last shift, in a database of that encoding after the statements. */
async function auditedIn(encoding: string, damage: readonly string[]): Promise<Report> {
  const bot = await freshDatabase({ name: 'encoded' });
  await admin.query(`drop database "${bot.name}"`);
  await admin.query(
    `create database "${bot.name}" template template0 encoding '${encoding}' lc_collate 'C' lc_ctype 'C'`,
  );
  try {
    const filled = await fillBench({ ...bench, botUrl: bot.url }, '2026-11-20T08:10:00Z', NO_DEFECTS);
    const client = new pg.Client({ connectionString: bot.url });
    await client.connect();
    for (const sql of damage) expect((await client.query(sql)).rowCount).toBeGreaterThan(0);
    await client.end();
    return (await auditWindow(bench, { ...filled, window: shift(filled, 2) })).report;
  } finally {
    await bot.drop();
  }
}

/** One cell of the newest row in the window. */
function spoiled(table: string, column: string, time: string, bytes: string): string {
  return `update bot.${table} set ${column} = convert_from('\\x${bytes}', getdatabaseencoding()::name)
    where id = (select id from bot.${table} where ${time} < '2026-11-20T08:00Z' order by ${time} desc limit 1)`;
}

/** Verdict and colour, then what was found or not seen. */
function troubles({ judgement, findings, checks }: Report): readonly string[] {
  const unseen = checks.filter(({ outcome }) => outcome.state === 'unknown');
  return [
    judgement.verdict,
    judgement.colour,
    ...findings.map(({ rule }) => rule),
    ...unseen.map(({ id }) => id),
  ];
}

test('one cell that is not UTF-8 costs that cell, named, and not the checks of its table', async () => {
  const report = await auditedIn('SQL_ASCII', [
    spoiled('events', 'error_message', 'at', 'e9ff80'),
    spoiled('positions', 'strategy', 'opened_at', '636166e9'),
    spoiled('orders', 'reject_reason', 'created_at', 'c3a9c328'),
  ]);
  expect(troubles(report)).toEqual(['PASS', 'GREEN', 'DQ-02']);
  expect(reportSchema.safeParse(report).error).toBeUndefined();
  const named = report.datasets.find(({ id }) => id === 'monitoring-coverage.unusable')?.rows ?? [];
  expect(named.map((row) => row.join(' '))).toEqual([
    'position strategy bytes that are not UTF-8, shown as \ufffd caf\ufffd 1',
    'order reject_reason bytes that are not UTF-8, shown as \ufffd \u00e9\ufffd( 1',
    'event error_message bytes that are not UTF-8, shown as \ufffd \ufffd\ufffd\ufffd 1',
  ]);
}, 180_000);

test.each([
  ['WIN1252', '6361669fe981', 'caf\u0178\u00e9\ufffd'],
  ['EUC_JP', 'c6fccbdca2af', '\u65e5\u672c\ufffd'],
])(
  'one character of %s that UTF-8 does not have costs its cell',
  async (encoding, bytes, read) => {
    const report = await auditedIn(encoding, [
      spoiled('events', 'error_message', 'at', bytes),
      spoiled('positions', 'strategy', 'opened_at', bytes),
    ]);
    expect(troubles(report)).toEqual(['PASS', 'GREEN', 'DQ-02']);
    const named = report.datasets.find(({ id }) => id === 'monitoring-coverage.unusable')?.rows ?? [];
    expect(named.map((row) => row.join(' '))).toEqual([
      `position strategy bytes that are not UTF-8, shown as \ufffd ${read} 1`,
      `event error_message bytes that are not UTF-8, shown as \ufffd ${read} 1`,
    ]);
  },
  180_000,
);

test('a LATIN1 database is read as what its letters are', async () => {
  const report = await auditedIn(
    'LATIN1',
    ['positions', 'orders', 'fills'].map(
      (table) => `update bot.${table} set strategy = convert_from('\\x636166e9', 'LATIN1')`,
    ),
  );
  expect(troubles(report)).toEqual(['PASS', 'GREEN']);
  expect([JSON.stringify(report).includes('caf\u00e9'), JSON.stringify(report).includes('\ufffd')]).toEqual([
    true,
    false,
  ]);
}, 180_000);
