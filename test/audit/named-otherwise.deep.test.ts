import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Report } from '../../audit/report.ts';
import { lyingDatabase, shift, type LyingDatabase } from './lying-database.ts';

let lies: LyingDatabase;
let store: pg.Client;

beforeAll(async () => {
  lies = await lyingDatabase('2026-11-21T00:10:00Z');
  store = new pg.Client({ connectionString: lies.bench.storeUrl });
  await store.connect();
});
afterAll(async () => {
  await store.end();
  await lies.close();
});

interface Scene {
  readonly shift?: 0 | 1 | 2;
  /** What is done to our store's snapshots, and undone afterwards. */
  readonly snapshots?: string;
}

async function audited(sql: string, { shift: index = 1, snapshots = '' }: Scene = {}): Promise<Report> {
  await store.query('create temp table keep_snapshot as select * from audit.snapshot');
  try {
    if (snapshots !== '') await store.query(snapshots);
    return await lies.audited(sql === '' ? [] : [sql], { window: shift(lies.filled, index) });
  } finally {
    await store.query('delete from audit.snapshot');
    await store.query('insert into audit.snapshot select * from keep_snapshot');
    await store.query('drop table keep_snapshot');
  }
}

function said(report: Report): string {
  return [
    ...report.findings.map(({ severity, rule, cause }) => `${severity} ${rule} ${cause.id}`),
    ...report.gates.filter(({ failed }) => failed === true).map(({ id }) => `gate ${id}`),
  ].join('\n');
}

test.each([0, 1, 2] as const)('the clean shift %i stays green', async (index) => {
  const report = await audited('', { shift: index });
  expect(report.judgement).toMatchObject({ verdict: 'PASS', colour: 'GREEN' });
  expect(said(report)).toBe('');
});

test.each<[string, string, Scene, string, RegExp]>([
  [
    'a liquidation under another word, in an exit reason alone',
    `update bot.positions set exit_reason = 'liquidated_by_exchange' where id = (select min(id) from bot.positions
     where closed_at between '2026-11-20 09:00+00' and '2026-11-20 15:00+00')`,
    {},
    'FAIL',
    /CRITICAL CE-02/,
  ],
  [
    'deleveraging under another word, of which nobody was told',
    `insert into bot.events (at, type, id, severity, exchange) values ('2026-11-20 12:02+00', 'ADL_CLOSE', 'X3', 'WARNING', 'binance')`,
    {},
    'FAIL',
    /HIGH CE-02[^]*HIGH CE-01|HIGH CE-01[^]*HIGH CE-02/,
  ],
  [
    'a service that was dead before the window began',
    `delete from bot.heartbeats where service = 'stop-keeper' and at >= '2026-11-20 14:50+00'`,
    { shift: 2 },
    'FAIL',
    /CRITICAL NA-01 service-gone/,
  ],
  [
    'forty critical alerts that reached nobody',
    `insert into bot.alerts (at, severity, text, symbol, channel, delivered, acknowledged_at, blocked_reason)
     select '2026-11-20 09:00+00'::timestamptz + g * interval '10 minutes', 'CRITICAL', 'Position without stop ' || chr(65 + g % 26),
     'BTCUSDT', 'telegram', false, null, 'token missing' from generate_series(1, 40) g`,
    {},
    'PASS',
    /HIGH CE-01 undelivered-channel-blocked/,
  ],
  [
    'a closing snapshot that saw four positions more',
    '',
    {
      snapshots: `update audit.snapshot set total = total + 4,
        by_exchange = jsonb_set(by_exchange, '{binance}', to_jsonb((by_exchange ->> 'binance')::int + 4)) where slot = '2026-11-20 15:59+00'`,
    },
    'FAIL',
    /gate b/,
  ],
  [
    'snapshots that saw the positions on the other exchange',
    '',
    {
      snapshots: `update audit.snapshot set by_exchange = jsonb_build_object('binance', by_exchange -> 'bybit', 'bybit', by_exchange -> 'binance')
        where slot >= '2026-11-20 08:00+00' and slot < '2026-11-20 16:00+00'`,
    },
    'FAIL',
    /gate b/,
  ],
  [
    'a circuit breaker that stays open',
    `update bot.states set value = 'open', failures = 9 where name = 'circuit_breaker' and at >= '2026-11-20 10:00+00'`,
    {},
    'PASS',
    /HIGH HC-02/,
  ],
  [
    'a halt under a name of its own',
    `insert into bot.states (at, name, value) values ('2026-11-20 12:00+00', 'trading_halted', 'true')`,
    {},
    'FAIL',
    /gate e/,
  ],
  [
    'a stop under yet another name',
    `insert into bot.states (at, name, value) values ('2026-11-20 12:00+00', 'stop_trading', 'true')`,
    {},
    'FAIL',
    /gate e/,
  ],
  [
    'a switch whose value nothing reads',
    `insert into bot.states (at, name, value) values ('2026-11-20 12:00+00', 'kill_switch_state', 'ARMED')`,
    {},
    'INCONCLUSIVE',
    /^$/,
  ],
  [
    'a state that nothing reads: it raises nothing',
    `insert into bot.states (at, name, value) values ('2026-11-20 12:00+00', 'maintenance_fee', 'on')`,
    {},
    'INCONCLUSIVE',
    /^$/,
  ],
  [
    'a CRITICAL event that nothing reads, though somebody was told',
    `insert into bot.events (at, type, id, severity, exchange) values ('2026-11-20 12:02+00', 'collateral_seized', 'X4', 'CRITICAL', 'binance');
     insert into bot.alerts (at, severity, text, symbol, channel, delivered, acknowledged_at, blocked_reason)
     values ('2026-11-20 12:02:01+00', 'CRITICAL', 'Collateral seized', null, 'telegram', true, '2026-11-20 12:03+00', null)`,
    {},
    'INCONCLUSIVE',
    /^$/,
  ],
])('%s is not green', async (_name, sql, more, verdict, reason) => {
  const report = await audited(sql, more);
  expect(said(report)).toMatch(reason);
  expect(report.judgement.verdict).toBe(verdict);
  expect(report.judgement.colour).not.toBe('GREEN');
});
