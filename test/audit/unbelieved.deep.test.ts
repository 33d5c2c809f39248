import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { lyingDatabase, said, type LyingDatabase } from './lying-database.ts';

let lies: LyingDatabase;
beforeAll(async () => {
  lies = await lyingDatabase();
});
afterAll(async () => {
  await lies.close();
});

const ONE = `(select min(id) from bot.fills where at >= timestamptz '2026-11-20T00:00Z')`;
const LAST = `select distinct on (symbol, exchange, kind) symbol, exchange, kind, price from bot.prices
  where at <= '2026-11-20 04:00Z' order by symbol, exchange, kind, at desc`;

/** One source contradicts the others: which is right nobody knows, and none of what it says is an accusation of the bot. */
test.each<[string, readonly string[], 'PASS' | 'INCONCLUSIVE', RegExp]>([
  [
    'contract sizes of ten, where rows, fills and wallets say one',
    ['update bot.instruments set contract_size = coalesce(contract_size, 1) * 10'],
    'INCONCLUSIVE',
    /store are 0\.1 times what its quantity gives with the contract size 10 of its instrument row/,
  ],
  [
    'a feed that repeats its last prices for half of the window',
    [
      `with last as (${LAST}) update bot.prices p set price = l.price, high = l.price, low = l.price from last l
       where (l.symbol, l.exchange, l.kind) = (p.symbol, p.exchange, p.kind) and p.at > '2026-11-20 04:00Z'`,
    ],
    'INCONCLUSIVE',
    /instruments of binance stood still between 2026-11-20T04:00/,
  ],
  [
    'prices in another unit',
    [
      `update bot.prices set price = price * 100, high = high * 100, low = low * 100
       where symbol = (select min(symbol) from bot.positions where closed_at is null)`,
    ],
    'PASS',
    /^MEDIUM DQ-06$/m,
  ],
  [
    'the fee of one fill with three digits too many',
    [`update bot.fills set fee = fee * 1000 where id = ${ONE}`],
    'INCONCLUSIVE',
    /^MEDIUM DQ-06$/m,
  ],
  [
    'the price of one fill with two digits too many',
    [`update bot.fills set price = price * 100 where id = ${ONE}`],
    'INCONCLUSIVE',
    /^MEDIUM DQ-06$/m,
  ],
])(
  '%s',
  async (_name, damage, verdict, says) => {
    const report = await lies.audited(damage);
    expect(said(report)).toMatch(says);
    expect(report.judgement.verdict).toBe(verdict);
    expect(report.findings.filter(({ severity }) => severity === 'CRITICAL')).toEqual([]);
  },
  120_000,
);
