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

const LATE = `> '2026-11-20T07:35Z'`;
const LATEST_STOP = `(select order_id from bot.stop_changes where kind in ('placed', 'updated')
  and at between '2026-11-20T00:00Z' and '2026-11-20T08:00Z' order by at desc, ctid limit 1)`;

/** Each once accused positions of what only the rows lack. */
test.each<[string, string, RegExp | null]>([
  [
    'orders of the last minutes, as a replica lags',
    `delete from bot.orders where created_at ${LATE}`,
    /HIGH PM-06/,
  ],
  ['one stop order', `delete from bot.orders where id = ${LATEST_STOP}`, /DQ-06/],
  [
    'half of the orders of the window',
    `delete from bot.orders where created_at >= '2026-11-20T00:00Z' and hashtext(id::text) % 2 = 0`,
    /HIGH PM-06/,
  ],
  [
    'orders of one exchange',
    `delete from bot.orders where created_at >= '2026-11-20T00:00Z' and exchange = (select min(exchange) from bot.orders)`,
    null,
  ],
  ['stop changes of the last minutes', `delete from bot.stop_changes where at ${LATE}`, null],
  ['fills of the last minutes', `delete from bot.fills where at ${LATE}`, /HIGH PM-06/],
])('without %s no position is accused', async (_name, damage, why) => {
  const report = await lies.audited([damage]);
  const all = said(report);
  if (why !== null) {
    expect(all).toMatch(why);
    expect(report.judgement.verdict).toBe('INCONCLUSIVE');
  }
  expect(all).not.toMatch(/CRITICAL|SL-0\d|PM-02/);
});
