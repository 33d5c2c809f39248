import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { lyingDatabase, said, shift, type LyingDatabase } from './lying-database.ts';

let lies: LyingDatabase;

beforeAll(async () => {
  lies = await lyingDatabase();
  expect(lies.clean.report.judgement).toMatchObject({ verdict: 'PASS', colour: 'GREEN' });
});
afterAll(async () => {
  await lies.close();
});

const NO_SNAPSHOTS = {
  database: 'required',
  snapshots: 'none',
  logs: 'none',
  exchange: 'none',
  configuration: 'none',
  code: 'none',
} as const;
const own = (kind: string, by: string): string =>
  `update bot.limits set value = value / ${by} where name = '${kind}'`;

/** Closed well inside the window, after it was opened there. */
const CLOSED = `(select id from bot.positions where exchange = 'binance' and opened_at > '2026-11-19 16:00Z'
  and closed_at between '2026-11-19 22:00Z' and '2026-11-19 23:50Z' order by closed_at desc, id limit 1)`;
const HELD = `(select id from bot.positions where opened_at between '2026-11-19 16:00Z' and '2026-11-20 00:00Z'
  and (closed_at is null or closed_at > '2026-11-20 00:00Z'))`;
const TABLES = ['orders', 'fills', 'funding', 'stop_changes', 'events'];
/** Every trace in these tables, and the rows of the positions themselves. */
const gone = (ids: string, tables: readonly string[]): readonly string[] => [
  `create temporary table gone as select id from bot.positions where id in ${ids}`,
  ...tables.map(
    (table) => `do $$ begin delete from bot.${table} where position_id in (select id from gone); end $$`,
  ),
  `delete from bot.positions where id in (select id from gone)`,
];

/** Moves every time of every table of the bot, far away and back, so that no key meets another one's. */
const shifted = (by: string): readonly string[] =>
  ['4000 days', `${by} -4000 days`].map(
    (step) => `do $$ declare c record; begin
  for c in select table_name as t, string_agg(format('%1$I = %1$I + interval %2$L', column_name, '${step}'), ', ') as sets
    from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_schema = 'bot' and table_type = 'BASE TABLE' and data_type like 'timestamp%' group by table_name
  loop execute format('update bot.%I set %s', c.t, c.sets); end loop; end $$`,
  );

const shiftedOf = (table: string, by: string): readonly string[] =>
  ['4000 days', `${by} -4000 days`].map((step) => `update bot.${table} set at = at + interval '${step}'`);
const half = (table: string): string => `delete from bot.${table} where abs(hashtext(ctid::text)) % 2 = 0`;

/** Each once ended GREEN, with nothing found, or in a PASS beside rows that were lost. */
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
    'a closed position gone everywhere',
    gone(CLOSED, TABLES),
    'not PASS',
    /Rows of the window were lost|PN10|Wallet/,
  ],
  [
    'a closed position gone everywhere but in events',
    gone(CLOSED, ['orders', 'fills', 'funding', 'stop_changes']),
    'not PASS',
    /Rows of the window were lost/,
  ],
  ['all open positions gone, their traces left', gone(HELD, []), 'not PASS', /PM-02/],
  [
    'all open positions gone with their traces',
    gone(HELD, TABLES),
    'not PASS',
    /Rows of the window were lost|Wallet/,
  ],
  ['every stored result 0', [`update bot.positions set realized_pnl = 0`], 'not PASS', /HIGH DQ-04/],
  [
    'positions at an exchange that is not configured',
    ['positions', 'orders', 'fills', 'balances', 'funding', 'events', 'stop_changes'].map(
      (table) => `update bot.${table} set exchange = 'bybit-eu' where exchange = 'bybit'`,
    ),
    'not GREEN',
    /HIGH DQ-03/,
  ],
  ['everything five minutes in the future', shifted('5 minutes'), 'not PASS', /HIGH DQ-06/],
  ['everything eight hours in the future', shifted('8 hours'), 'not PASS', /HIGH DQ-06/],
  ...['events', 'stop_changes'].map((table): [string, readonly string[], 'not GREEN', RegExp] => [
    `${table} a minute in the past`,
    shiftedOf(table, '-1 minute'),
    'not GREEN',
    /HIGH DQ-06/,
  ]),
  ...['events', 'stop_changes'].map((table): [string, readonly string[], 'not PASS', RegExp] => [
    `${table} eight hours in the past, with those of the next window in their place`,
    shiftedOf(table, '-8 hours'),
    'not PASS',
    /Rows of the window were lost/,
  ]),
  ['half of the events gone', [half('events')], 'not PASS', /Rows of the window were lost/],
  ['half of the stop changes gone', [half('stop_changes')], 'not PASS', /Rows of the window were lost/],
  [
    'no stop change since the window began',
    [`delete from bot.stop_changes where at >= '2026-11-19 16:00Z'`],
    'not PASS',
    /Rows of the window were lost/,
  ],
  [
    'positions a minute before their fills',
    [
      `update bot.positions set opened_at = opened_at - interval '1 minute', closed_at = closed_at - interval '1 minute'`,
    ],
    'not GREEN',
    /HIGH DQ-06/,
  ],
  [
    'no balance for an hour',
    [`delete from bot.balances where at >= '2026-11-19 19:00Z' and at < '2026-11-19 20:00Z'`],
    'not PASS',
    /Rows of the window were lost/,
  ],
  [
    'no price in the last two hours',
    [`delete from bot.prices where at >= '2026-11-19 22:00Z' and at < '2026-11-20 00:00Z'`],
    'not PASS',
    /Rows of the window were lost/,
  ],
  [
    'one column that is ahead of the end of the data',
    [`update bot.alerts set acknowledged_at = '2026-11-20 08:20Z'`],
    'not PASS',
    /HIGH DQ-06/,
  ],
])('%s', async (_name, damage, verdict, reason) => {
  // No snapshot sees what was moved in time.
  const facts = damage.join().includes('interval') ? { sources: NO_SNAPSHOTS } : {};
  const report = await lies.audited(damage, { window: shift(lies.filled, 1), facts });
  expect(report.judgement.colour).not.toBe('GREEN');
  if (verdict === 'not PASS') expect(report.judgement.verdict).not.toBe('PASS');
  if (verdict === 'FAIL') expect(report.judgement.verdict).toBe(verdict);
  expect(said(report)).toMatch(reason);
});

test('everything eight hours in the past, seen from a window that is filled by the rows of the next', async () => {
  const window = shift(lies.filled, 1);
  const report = await lies.audited(shifted('-8 hours'), { window, facts: { sources: NO_SNAPSHOTS } });
  expect(report.judgement.verdict).not.toBe('PASS');
  expect(said(report)).toMatch(
    /database ends at 2026-11-20T00:00:.* asOf says .*its rows may lie in another time/,
  );
});

/** The bot begins in the middle of the window: half of its hours are not known to anybody. */
test.each(['production', 'daily', 'strategy'])(
  'a %s report of hours before the first row of the bot',
  async (kind) => {
    const { from, to } = shift(lies.filled, 0);
    const earlier = (time: string): string => new Date(Date.parse(time) - 4 * 3_600_000).toISOString();
    const report = await lies.audited([], {
      window: { from: earlier(from), to: earlier(to) },
      ...{ kind, facts: { sources: NO_SNAPSHOTS } },
    });
    expect(report.judgement.verdict).not.toBe('PASS');
    expect(said(report)).toMatch(/database begins inside of the window: no heartbeat lies before \S+, \S+ h/);
  },
);

test('everything an hour in the past stops an hour before the end of the window', async () => {
  const report = await lies.audited(shifted('-1 hours'), { facts: { sources: NO_SNAPSHOTS } });
  expect(report.judgement.verdict).not.toBe('PASS');
  expect(said(report)).toMatch(/database is stale|No row of heartbeat since/);
});

test('a configured exchange without any row is named in the scope of the verdict', async () => {
  const tables = [
    'positions',
    'orders',
    'fills',
    'balances',
    'funding',
    'events',
    'stop_changes',
    'transfers',
  ];
  const report = await lies.audited(
    tables.map((table) => `do $$ begin delete from bot.${table} where exchange = 'bybit'; end $$`),
    { facts: { sources: NO_SNAPSHOTS } },
  );
  expect(JSON.stringify(report.front.scope)).toContain('Not one row of Bybit');
});
