import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadEvidence } from '../../sources/collect.ts';
import { lyingDatabase, said, type Change, type LyingDatabase } from './lying-database.ts';

let lies: LyingDatabase;

beforeAll(async () => {
  lies = await lyingDatabase();
  expect(lies.clean.report.judgement).toMatchObject({ verdict: 'PASS', colour: 'GREEN' });
});
afterAll(async () => {
  await lies.close();
});

const FROM = "timestamptz '2026-11-20T00:00Z'";
const SOME_FILLS = `(select id from bot.fills where at >= ${FROM} order by id limit 5)`;
const someFills = (set: string): string[] => [`update bot.fills set ${set} where id in ${SOME_FILLS}`];
const stops = (set: string): string[] => [`update bot.orders set ${set} where role = 'stop'`];
const unlock = (table: string): string =>
  `do $$ declare c record; begin for c in select conname n from pg_constraint where conrelid = 'bot.${table}'::regclass
   and contype in ('p', 'u') loop execute format('alter table bot.${table} drop constraint %I cascade', c.n); end loop; end $$`;

describe('a database that lies is never passed', () => {
  test.each<[string, readonly string[], 'FAIL' | 'INCONCLUSIVE', RegExp]>([
    ['without an order', ['delete from bot.orders'], 'INCONCLUSIVE', /^SL8$/m],
    ['without a fill', ['delete from bot.fills'], 'INCONCLUSIVE', /^PN10$/m],
    ['without a position', ['delete from bot.positions'], 'INCONCLUSIVE', /^SL4-5$/m],
    [
      'with every fill twice',
      [unlock('fills'), 'insert into bot.fills select * from bot.fills'],
      'INCONCLUSIVE',
      /HIGH DQ-05[^]*Not believed: fill/,
    ],
    [
      'with a switch that has no name',
      [
        unlock('states'),
        'alter table bot.states alter name drop not null',
        `insert into bot.states (at, name, value) values ('2026-11-20 05:00Z', null, 'on')`,
      ],
      'INCONCLUSIVE',
      /Not read: state\. 1 of its rows have no name/,
    ],
    [
      'with a kill switch that was engaged at no time',
      [
        unlock('states'),
        'alter table bot.states alter at drop not null',
        `insert into bot.states (at, name, value) values (null, 'kill_switch', 'on')`,
      ],
      'INCONCLUSIVE',
      /Not read: state\. 1 of its rows have no name/,
    ],
    [
      'with a liquidation at no time',
      [
        'alter table bot.events alter at drop not null',
        `insert into bot.events (id, at, type, severity) values ('of-no-time', null, 'liquidation', 'CRITICAL')`,
      ],
      'INCONCLUSIVE',
      /Not read: event\. 1 of its rows have no time, so nobody knows whether a position was liquidated/,
    ],
    ['with fills at a price of zero', someFills('price = 0'), 'INCONCLUSIVE', /DQ-02/],
    ['with fills at a price that is no number', someFills(`price = 'NaN'`), 'INCONCLUSIVE', /DQ-02/],
    // As much BNB as USDT were paid would be six hundred times the fee.
    ['with fees in another currency', someFills(`fee_currency = 'BNB'`), 'FAIL', /(HIGH|CRITICAL) \w+-\d+/],
    ['without its transfers', ['delete from bot.transfers'], 'FAIL', /(HIGH|CRITICAL) DI-05/],
    [
      'with balances that never move',
      ['update bot.balances set total = 1000'],
      'FAIL',
      /(HIGH|CRITICAL) DI-05/,
    ],
    [
      'with balances in another currency',
      [`update bot.balances set currency = 'BUSD'`],
      'INCONCLUSIVE',
      /^PN10$/m,
    ],
    [
      'whose closed rows ended before they began',
      [
        `update bot.positions set closed_at = opened_at - interval '1 hour' where id in
         (select id from bot.positions where closed_at >= ${FROM} order by id limit 20)`,
      ],
      'FAIL',
      /(HIGH|CRITICAL) PM-02/,
    ],
    [
      'whose positions are an hour behind their fills',
      [
        `update bot.positions set opened_at = opened_at + interval '1 hour', closed_at = closed_at + interval '1 hour'`,
      ],
      'FAIL',
      /(HIGH|CRITICAL) PM-02/,
    ],
    [
      'with stops in the direction of their positions',
      [
        `update bot.orders set side = case side when 'buy' then 'sell' else 'buy' end where role = 'stop' and side in ('buy', 'sell')`,
      ],
      'FAIL',
      /(HIGH|CRITICAL) SL-03/,
    ],
    [
      'with stops of a hundredth of the quantity',
      stops('quantity = quantity / 100'),
      'FAIL',
      /(HIGH|CRITICAL) SL-03/,
    ],
    [
      'with stops that the venue never acknowledged',
      stops('venue_at = null'),
      'FAIL',
      /(HIGH|CRITICAL) SL-01/,
    ],
    [
      'with one service silent since two o’clock',
      [
        `delete from bot.heartbeats where service = (select min(service) from bot.heartbeats) and at > ${FROM} + interval '2 hours'`,
      ],
      'FAIL',
      /(HIGH|CRITICAL) NA-01/,
    ],
    ['with stops in an unknown status', stops(`status = 'untriggered_x'`), 'INCONCLUSIVE', /^SL4-5$/m],
    [
      'with orders without a status',
      ['alter table bot.orders alter status drop not null', 'update bot.orders set status = null'],
      'INCONCLUSIVE',
      /^SL4-5$/m,
    ],
    ['with stops for another symbol', stops(`symbol = 'ZZZUSDT'`), 'INCONCLUSIVE', /^SL4-5$/m],
    ['with stops without a trigger price', stops('trigger_price = null'), 'INCONCLUSIVE', /^SL4-5$/m],
    [
      'with the balances of one exchange only',
      [`delete from bot.balances where exchange = 'bybit'`],
      'INCONCLUSIVE',
      /^PN10$/m,
    ],
    [
      'without one of its exchanges, which the snapshots saw',
      ['positions', 'fills', 'orders', 'stop_changes'].map(
        (table) => `delete from bot.${table} where exchange = 'bybit'`,
      ),
      'FAIL',
      /differ from what the snapshots saw/,
    ],
    [
      'with a liquidation that it logs as information',
      [
        `insert into bot.events (id, at, type, severity, exchange)
         values ('l1', ${FROM} + interval '3 hours', 'POSITION_LIQUIDATED', 'INFO', 'binance')`,
      ],
      'FAIL',
      /CRITICAL CE-02/,
    ],
    [
      'with the kill switch on at the end',
      [
        `insert into bot.states (at, name, value) values (${FROM} + interval '479 minutes', 'kill_switch', 'ON')`,
      ],
      'FAIL',
      /blocker is active/i,
    ],
  ])('%s', async (_name, damage, verdict, reason) => {
    const report = await lies.audited(damage);
    expect(report.judgement.verdict).toBe(verdict);
    expect(said(report)).toMatch(reason);
  });
});

describe('a question that was never asked is never passed', () => {
  const nothing = {
    database: 'none',
    snapshots: 'none',
    logs: 'none',
    exchange: 'none',
    configuration: 'none',
    code: 'none',
  } as const;

  test.each<[string, () => Change, RegExp]>([
    ['no source declared', () => ({ facts: { sources: nothing } }), /No check of this report/],
    [
      'a window of one second',
      () => ({ window: { from: '2026-11-20T04:00:00.000Z', to: '2026-11-20T04:00:01.000Z' } }),
      /^PN10$/m,
    ],
    [
      'a window before the first row',
      () => ({ window: { from: '2026-11-10T00:00:00.000Z', to: '2026-11-10T08:00:00.000Z' } }),
      /database is stale/,
    ],
    [
      'a required source that no audit reads',
      () => ({ facts: { sources: { ...lies.filled.bot.facts.sources, logs: 'required' } } }),
      /logs has no data/,
    ],
    [
      'a window that goes past the pinned end of the data',
      () => ({ window: { from: '2026-11-20T00:05:00.000Z', to: '2026-11-20T08:05:00.000Z' } }),
      /provisional/,
    ],
    [
      'evidence read before the window was over',
      () => ({
        now: '2026-11-20T05:00:00.000Z',
        bot: { ...lies.filled.bot, asOf: null, settleDelayS: 0 },
      }),
      /provisional/,
    ],
  ])('%s', async (_name, change, reason) => {
    const report = await lies.audited([], change());
    expect(report.judgement.verdict).toBe('INCONCLUSIVE');
    expect(said(report)).toMatch(reason);
  });

  test('every check excused', async () => {
    const { checks } = await lies.audited([]);
    expect(checks.length).toBeGreaterThan(10);
    const notApplicable = Object.fromEntries(checks.map(({ id }) => [id, 'not for us']));
    const report = await lies.audited([], { facts: { notApplicable } });
    expect(report.judgement).toMatchObject({ verdict: 'INCONCLUSIVE', overall: null, coverage: null });
  });

  test('flags alone, with a policy that gives them full credit', async () => {
    const damage = [
      'delete from bot.orders',
      'delete from bot.stop_changes',
      'update bot.positions set stop_loss_price = null, has_stop_loss = true',
    ];
    const basisCredit = { venue: 1, fills: 1, bot: 1, flag: 1 };
    const report = await lies.audited(damage, {
      policy: { ...lies.filled.policy, scoring: { basisCredit } },
    });
    expect(report.judgement.verdict).toBe('INCONCLUSIVE');
    expect(said(report)).toMatch(/^SL4-5$/m);
  });
});

describe('evidence that was changed after it was collected is not evaluated', () => {
  test.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    ['cut short', (bytes) => bytes.subarray(0, bytes.lastIndexOf(10, bytes.length - 2) + 1), /another hash/],
    ['edited', (bytes) => Buffer.from(bytes.toString('utf8').replace('long', 'shrt')), /another hash/],
  ])('rows that were %s', async (_name, change, message) => {
    const { evidence } = await loadEvidence(lies.bench.artifacts, lies.clean.evidenceHash);
    const rows = evidence.queries.find(({ id }) => id === 'fills')?.rows;
    if (typeof rows !== 'string') throw new Error('the clean evidence has fills');
    const path = join(lies.bench.artifactDirectory, rows.slice(0, 2), rows);
    const before = await readFile(path);
    const after = change(before);
    expect(after.equals(before)).toBe(false);
    await chmod(path, 0o600);
    await writeFile(path, after);
    await expect(loadEvidence(lies.bench.artifacts, lies.clean.evidenceHash)).rejects.toThrow(message);
    await rm(path);
    await expect(loadEvidence(lies.bench.artifacts, lies.clean.evidenceHash)).rejects.toThrow(/missing/);
    await writeFile(path, before);
    await expect(loadEvidence(lies.bench.artifacts, lies.clean.evidenceHash)).resolves.toMatchObject({
      hash: lies.clean.evidenceHash,
    });
  });
});
