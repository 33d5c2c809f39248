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

const LATE = `> '2026-11-20T07:35Z'`;
const OPENED = `delete from bot.positions where opened_at ${LATE}`;
const REOPENED = `update bot.positions set status = 'open', closed_at = null, exit_price = null, exit_reason = null,
  exit_order_id = null, realized_pnl = null where closed_at ${LATE}`;
const ORDERS = `delete from bot.orders where created_at ${LATE}`;
const FILLS = `delete from bot.fills where at ${LATE}`;
const CHANGES = `delete from bot.stop_changes where at ${LATE}`;
const AS_THEN = `update bot.orders set status = 'new', cancelled_at = null, filled_at = null, triggered_at = null, filled = 0,
  remaining = quantity, updated_at = created_at where coalesce(cancelled_at, filled_at) ${LATE}`;
const LATEST_STOP = `(select order_id from bot.stop_changes where kind in ('placed', 'updated')
  and ${IN} and at < '2026-11-20T08:00Z' order by at desc, ctid limit 1)`;
const half = (table: string, at: string): string =>
  `delete from bot.${table} where ${at} >= '2026-11-20T00:00Z' and hashtext(id::text) % 2 = 0`;
const ofBybit = (sql: string): string => `${sql} and exchange = 'bybit'`;
const EARLY = /HIGH DQ-03/;

type Lost = readonly [name: string, damage: readonly string[], why: RegExp];
const LOST: readonly Lost[] = [
  ['orders, fills and stop changes of the last minutes', [ORDERS, FILLS, CHANGES], EARLY],
  ['what positions became in the last minutes', [OPENED, REOPENED], EARLY],
  ['orders and fills of one exchange in the last minutes', [ofBybit(ORDERS), ofBybit(FILLS)], EARLY],
  ['one stop order', [`delete from bot.orders where id = ${LATEST_STOP}`], /MEDIUM DQ-06/],
  ['half of the fills of the window', [half('fills', 'at')], /HIGH PM-06/],
];
/** AUDIT_TRIALS=1 tries them too. */
const RARER: readonly Lost[] = [
  ['orders of the last minutes', [ORDERS], EARLY],
  ['what orders became in the last minutes', [ORDERS, AS_THEN], EARLY],
  ['orders and stop changes of the last minutes', [ORDERS, CHANGES], EARLY],
  ['orders and fills of the last minutes', [ORDERS, FILLS], EARLY],
  ['fills of the last minutes', [FILLS], EARLY],
  ['stop changes of the last minutes', [CHANGES], EARLY],
  ['positions of the last minutes', [OPENED], EARLY],
  ['closings of the last minutes', [REOPENED], EARLY],
  ['orders and stop changes of one exchange', [ofBybit(ORDERS), ofBybit(CHANGES)], EARLY],
  [
    'all orders of one exchange',
    [ofBybit(`delete from bot.orders where created_at >= '2026-11-20T00:00Z'`)],
    EARLY,
  ],
];

/** Each once accused positions of what only the rows lack. */
test.each(process.env['AUDIT_TRIALS'] === '1' ? [...LOST, ...RARER] : LOST)(
  'without %s no position is accused',
  async (_name, damage, why) => {
    const report = await lies.audited(damage);
    const all = said(report);
    expect(all).toMatch(why);
    expect(all).not.toMatch(/CRITICAL|SL-0\d|PM-02|ZO-0\d|DI-05/);
    expect(report.judgement.verdict).toBe('INCONCLUSIVE');
  },
);
