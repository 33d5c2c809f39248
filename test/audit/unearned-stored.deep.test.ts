import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { lyingDatabase, said, type LyingDatabase } from './lying-database.ts';

let lies: LyingDatabase;

beforeAll(async () => {
  lies = await lyingDatabase();
  expect(lies.clean.report.judgement).toMatchObject({ verdict: 'PASS', colour: 'GREEN' });
});
afterAll(async () => {
  await lies.close();
});

const CLOSED = `closed_at >= '2026-11-20 00:00Z'`;
const prices = (where: string): readonly string[] => [`delete from bot.prices where ${where}`];
const limits = (value: string): readonly string[] => [
  'alter table bot.limits alter value drop not null',
  `update bot.limits set value = ${value} where name = 'exposure'`,
];
const fills = (set: string): readonly string[] => [`update bot.fills set ${set} where realized_pnl <> 0`];

/** Each once ended GREEN with nothing found. */
test.each<[string, readonly string[], 'not PASS' | 'not GREEN', RegExp]>([
  [
    'no price for an hour',
    prices(`at >= '2026-11-20 03:00Z' and at < '2026-11-20 04:00Z'`),
    'not PASS',
    /Rows of the window were lost/,
  ],
  ['no price in the window', prices(`at >= '2026-11-20 00:00Z'`), 'not PASS', /price has no row since/],
  [
    'no price of one exchange in the last two hours',
    prices(`at >= '2026-11-20 06:00Z' and exchange = 'bybit'`),
    'not PASS',
    /bybit has no price between/,
  ],
  [
    'fills that earned ten times as much',
    fills('realized_pnl = realized_pnl * 10'),
    'not GREEN',
    /HIGH DQ-04/,
  ],
  ['fills that earned the opposite', fills('realized_pnl = -realized_pnl'), 'not GREEN', /HIGH DQ-04/],
  ['fills that earned nothing', fills('realized_pnl = 0'), 'not GREEN', /HIGH DQ-04/],
  [
    'closed rows with ten times the fees',
    [`update bot.positions set fees = fees * 10 where ${CLOSED}`],
    'not GREEN',
    /HIGH DQ-04/,
  ],
  [
    'closed rows with other funding',
    [`update bot.positions set funding = coalesce(funding, 0) * 10 + 3 where ${CLOSED}`],
    'not GREEN',
    /HIGH DQ-04/,
  ],
  [
    'rows with half the stop price',
    ['update bot.positions set stop_loss_price = stop_loss_price / 2'],
    'not GREEN',
    /HIGH DQ-04/,
  ],
  [
    'rows with a stop price of 0',
    ['update bot.positions set stop_loss_price = 0'],
    'not GREEN',
    /HIGH DQ-04/,
  ],
  ['a limit of 0 beside the operator’s', limits('0'), 'not GREEN', /HIGH CF-01/],
  ['a limit without a value beside the operator’s', limits('null'), 'not GREEN', /HIGH CF-01/],
])('%s', async (_name, damage, verdict, reason) => {
  const report = await lies.audited(damage);
  expect(report.judgement.colour).not.toBe('GREEN');
  if (verdict === 'not PASS') expect(report.judgement.verdict).not.toBe('PASS');
  expect(said(report)).toMatch(reason);
});

/** No result hangs on them, and each once ended GREEN in silence. */
test.each<[string, readonly string[]]>([
  ['ten times the limit price', [`update bot.orders set price = price * 10 where type = 'limit'`]],
  [
    'makers of market orders',
    [
      `update bot.fills set is_maker = true where id in (select f.id from bot.fills f join bot.orders o on o.id = f.order_id
       where o.type = 'market' and f.at >= '2026-11-20 01:00Z' order by f.id limit 3)`,
    ],
  ],
  ['signals for every exit', [`update bot.positions set exit_reason = 'signal' where ${CLOSED}`]],
  ['entries that close on their trigger', ['update bot.orders set close_on_trigger = true']],
  ['fills of another strategy', [`update bot.fills set strategy = (select min(strategy) from bot.fills)`]],
])('%s', async (_name, damage) => {
  expect(said(await lies.audited(damage))).toMatch(/MEDIUM DQ-06/);
});
