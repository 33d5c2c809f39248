import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { lyingDatabase, said, type LyingDatabase } from './lying-database.ts';

let lies: LyingDatabase;

beforeAll(async () => {
  lies = await lyingDatabase();
});
afterAll(async () => {
  await lies.close();
});

const LAST = `>= '2026-11-20 00:00Z'`;
const fills = (set: string, role: string): readonly string[] => [
  'alter table bot.fills alter quantity drop not null, alter price drop not null',
  `update bot.fills set ${set} where id in (select f.id from bot.fills f join bot.orders o on o.id = f.order_id
   where o.role ${role} and f.at ${LAST} order by f.id limit 3)`,
];
const event = (severity: string): readonly string[] => [
  `insert into bot.events (id, at, type, severity, symbol, exchange, error_message)
   values ('of-another-word', '2026-11-20 05:00Z', 'api_error', '${severity}', 'BTCUSDT', 'binance', 'boom')`,
];

/** What nothing reads is said by name, and nothing else is concluded from it: each once was a critical accusation. */
test.each<[string, readonly string[], RegExp]>([
  [
    'bought fills of an unknown word',
    [`update bot.fills set side = 'bid' where side = 'buy'`],
    /Not read: fill\.side/,
  ],
  ['an entry of an unknown side', fills(`side = 'x'`, `= 'entry'`), /Not read: fill\.side/],
  ['an exit of an unknown side', fills(`side = 'x'`, `<> 'entry'`), /Not read: fill\.side/],
  ['an entry without a quantity', fills('quantity = null', `= 'entry'`), /MEDIUM DQ-02/],
  ['an exit of quantity 0', fills('quantity = 0', `<> 'entry'`), /MEDIUM DQ-02/],
  ['an entry without a price', fills('price = null', `= 'entry'`), /MEDIUM DQ-02/],
  ['an event of an unknown severity', event('crit'), /nothing reads the severity of api_error/],
])('%s accuses nobody', async (_what, damage, reason) => {
  const report = await lies.audited(damage);
  expect(said(report)).toMatch(reason);
  expect(said(report)).not.toMatch(/\b(?:SL-0\d|PM-0\d|DI-0\d|DQ-04)\b/);
  expect(report.judgement.verdict).not.toBe('PASS');
});

/** Each role's word, as other bots write it. */
const roles = (entry: string, exit: string, stop: string, target: string): readonly string[] => [
  `update bot.orders set role = case role when 'entry' then '${entry}' when 'exit' then '${exit}' when 'stop' then '${stop}' else '${target}' end`,
];

test.each([
  ['OPEN', 'CLOSE', 'SL', 'TP'],
  ['add', 'reduce', 'stop-loss', 'target'],
  ['Enter', 'close_position', 'TRAILING', 'take_profit_1'],
])('roles of orders written %s, %s, %s and %s are read', async (...words) => {
  const report = await lies.audited(roles(...words));
  expect(said(report)).toBe(said(lies.clean.report));
});

test('a role that nothing reads is told by its word, and no order of it is taken for another', async () => {
  const report = await lies.audited([`update bot.orders set role = 'guard' where role = 'stop'`]);
  expect(report.findings.map(({ rule }) => rule)).toEqual(['DQ-01']);
  expect(JSON.stringify(report)).toContain('order.role');
  expect(JSON.stringify(report)).toContain('guard');
  expect(report.judgement.verdict).not.toBe('PASS');
});

test('heartbeats that say that their service is down are not silent, and those without a word are told', async () => {
  const down = await lies.audited([`update bot.heartbeats set status = 'down' where at ${LAST}`]);
  expect(down.findings.map(({ rule, cause }) => `${rule} ${cause.id}`)).toEqual(['NA-01 said-down']);
  const mute = await lies.audited([`update bot.heartbeats set status = '' where at ${LAST}`]);
  expect(mute.findings.map(({ rule, cause }) => `${rule} ${cause.id}`)).toEqual([
    'NA-05 not-well-status-unread',
  ]);
});
