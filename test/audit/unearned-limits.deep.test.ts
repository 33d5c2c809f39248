import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { lyingDatabase, said, shift, type LyingDatabase } from './lying-database.ts';

let lies: LyingDatabase;

beforeAll(async () => {
  lies = await lyingDatabase();
});
afterAll(async () => {
  await lies.close();
});

const own = (kind: string, by: string): string =>
  `update bot.limits set value = value / ${by} where name = '${kind}'`;

/** Each once ended GREEN, with nothing found. */
test.each<[string, readonly string[], 'FAIL' | 'not PASS' | 'not GREEN', RegExp]>([
  ['exposure 60-fold over the limit', [own('exposure', '60')], 'FAIL', /CRITICAL PM-01/],
  [
    'exposure of one symbol over its own limit',
    [
      `insert into bot.limits (name, value, scope, scope_value, unit)
       select 'exposure', 10, 'symbol', symbol, 'USDT' from bot.positions
       where opened_at > '2026-11-19 17:00Z' and opened_at < '2026-11-19 23:00Z' limit 1`,
    ],
    'FAIL',
    /CRITICAL PM-01/,
  ],
  ['leverage of an account 64-fold over the limit', [own('leverage', '64')], 'FAIL', /CRITICAL PM-01/],
  [
    'leverage of positions over the limit',
    [`update bot.positions set leverage = 5.25`],
    'not GREEN',
    /HIGH PM-01/,
  ],
  [
    'a limit in a unit that nobody compares',
    [
      `insert into bot.limits (name, value, scope, scope_value, unit) values ('exposure', 3, 'strategy', 'trend', '%')`,
    ],
    'not PASS',
    /^P6$/m,
  ],
])('%s', async (_name, damage, verdict, reason) => {
  const report = await lies.audited(damage, { window: shift(lies.filled, 1) });
  expect(report.judgement.colour).not.toBe('GREEN');
  if (verdict === 'not PASS') expect(report.judgement.verdict).not.toBe('PASS');
  if (verdict === 'FAIL') expect(report.judgement.verdict).toBe(verdict);
  expect(said(report)).toMatch(reason);
});
