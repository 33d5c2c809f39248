import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { lyingDatabase, said, type LyingDatabase } from './lying-database.ts';

let lies: LyingDatabase;

beforeAll(async () => {
  lies = await lyingDatabase();
  expect(lies.clean.report.findings).toEqual([]);
});
afterAll(async () => {
  await lies.close();
});

const IN = `at >= '2026-11-20T00:00Z'`;
/** One row of the window that names another. */
const one = (table: string, key: string): string =>
  `ctid = (select ctid from bot.${table} where ${IN} and ${key} is not null order by at, ctid limit 1)`;
const otherThan = (table: string, column: string): string =>
  `(select min(x.${column}) from bot.${table} x where x.${column} <> ${table}.${column})`;

/** Each once passed with nothing found, in the rows of a journal that nothing is computed from. */
test.each<[string, readonly string[], RegExp]>([
  [
    'one event of another instrument than its position',
    [`update bot.events set symbol = ${otherThan('events', 'symbol')} where ${one('events', 'position_id')}`],
    /LOW DQ-06/,
  ],
  [
    'payments of funding of each other’s instruments',
    [
      'alter table bot.funding drop constraint funding_pkey',
      `update bot.funding set symbol = ${otherThan('funding', 'symbol')} where ${IN}`,
    ],
    /LOW DQ-06/,
  ],
  [
    'moves of trailing stops that say that they were left',
    [`update bot.trailing_updates set skipped = not skipped where ${IN}`],
    /LOW DQ-06/,
  ],
  [
    'decisions of the other side than the entries that they led to',
    [`update bot.decisions set side = case side when 'long' then 'short' else 'long' end where ${IN}`],
    /LOW DQ-06/,
  ],
  [
    'ten times what the orders filled, and a commission of another execution',
    [
      `update bot.executions set filled_quantity = filled_quantity * 10 where ${IN}`,
      `update bot.executions set commission = commission * 3 where ${one('executions', 'order_id')}`,
    ],
    /LOW DQ-06/,
  ],
  [
    'signals of the other side than what was opened on them',
    [`update bot.signals set side = case side when 'long' then 'short' else 'long' end where ${IN}`],
    /LOW DQ-06/,
  ],
  [
    'prices of stops below 0',
    [`update bot.trailing_updates set new_stop = -new_stop where ${IN}`],
    /MEDIUM DQ-02/,
  ],
  [
    'rows without their time or their word, and numbers that cannot be',
    [
      'alter table bot.alerts alter at drop not null, alter text drop not null',
      'alter table bot.decisions alter symbol drop not null',
      'update bot.alerts set at = null where ctid = (select min(ctid) from bot.alerts)',
      `update bot.decisions set symbol = null where ${one('decisions', 'symbol')}`,
      `update bot.api_calls set http_status = 9999 where ${one('api_calls', 'http_status')}`,
      `update bot.api_calls set duration_ms = 0 where ${IN}`,
    ],
    /MEDIUM DQ-02\nMEDIUM DQ-02/,
  ],
  [
    'calls without an hour, and moves of stops that end two hours early',
    [
      `delete from bot.api_calls where at >= '2026-11-20T03:00Z' and at < '2026-11-20T04:00Z'`,
      `delete from bot.trailing_updates where at >= '2026-11-20T06:00Z'`,
    ],
    /MEDIUM DQ-03/,
  ],
  ['ten times the equity', [`update bot.balances set equity = equity * 10 where ${IN}`], /MEDIUM DQ-06/],
  ['durations below 0', [`update bot.events set duration_ms = -duration_ms where ${IN}`], /MEDIUM DQ-02/],
  [
    'makers of all market orders',
    [`update bot.fills set is_maker = not is_maker where ${IN}`],
    /MEDIUM DQ-06/,
  ],
])('%s', async (_name, damage, why) => {
  expect(said(await lies.audited(damage))).toMatch(why);
});

test.each<[string, string]>([
  ['decisions write their ids in upper case', 'update bot.decisions set id = upper(id)'],
  [
    'executions name their decisions in lower case',
    'update bot.executions set decision_id = lower(decision_id)',
  ],
])('%s: the same rows', async (_name, change) => {
  const { findings, judgement } = await lies.audited([change]);
  expect(findings).toEqual([]);
  expect(judgement.colour).toBe('GREEN');
});
