import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { lyingDatabase, said, shift, type LyingDatabase } from './lying-database.ts';

let lies: LyingDatabase;

beforeAll(async () => {
  lies = await lyingDatabase();
});
afterAll(async () => {
  await lies.close();
});

/** The last shift, whose data end is the moment of reading, and the one before, after which rows may truly follow. */
const LAST = `>= '2026-11-20 00:00Z'`;
const BEFORE = `between '2026-11-19 16:00Z' and '2026-11-19 23:59Z'`;
const one = (table: string, where: string): string =>
  `id = (select id from bot.${table} where ${where} order by id limit 1)`;
const later = (table: string, column: string, by: string, where: string): string =>
  `update bot.${table} set ${column} = ${column} + interval '${by}' where ${where}`;

const ORDER_TIMES = ['created_at', 'venue_at', 'filled_at', 'cancelled_at', 'triggered_at', 'updated_at'];

/** One incident is one finding. */
const ONCE = /^(?!(?:.*\n)*?.*DQ-06(?:.*\n)+?.*DQ-06)(?:.*\n)*?HIGH DQ-06/;

/** Rows that are there and lie in a time that cannot be or is not that of the others: once read as rows that are gone, and positions without a stop. */
test.each<[string, 1 | 2, string, RegExp]>([
  [
    'an opening',
    2,
    later('positions', 'opened_at', '1 day', one('positions', `closed_at ${LAST}`)),
    /HIGH DQ-06/,
  ],
  ['all openings', 2, later('positions', 'opened_at', '1 day', `closed_at ${LAST}`), /HIGH DQ-06/],
  [
    'a closing',
    2,
    later('positions', 'closed_at', '1 day', one('positions', `closed_at ${LAST}`)),
    /HIGH DQ-06/,
  ],
  [
    'an order',
    2,
    later('orders', 'created_at', '1 day', one('orders', `role = 'entry' and created_at ${LAST}`)),
    /HIGH DQ-06/,
  ],
  ['all orders', 2, later('orders', 'created_at', '1 day', `created_at ${LAST}`), /HIGH DQ-06/],
  ['a fill', 2, later('fills', 'at', '1 day', one('fills', `at ${LAST}`)), /HIGH DQ-06/],
  ['all fills', 2, later('fills', 'at', '1 day', `at ${LAST}`), /HIGH DQ-06/],
  ...['created_at', 'created_at, venue_at', 'created_at, venue_at, filled_at, cancelled_at, updated_at'].map(
    (columns): [string, 1 | 2, string, RegExp] => [
      `all orders of one exchange, by ${columns},`,
      2,
      `update bot.orders set ${columns
        .split(', ')
        .map((column) => `${column} = ${column} + interval '1 day'`)
        .join(', ')} where exchange = 'bybit' and created_at ${LAST}`,
      ONCE,
    ],
  ),
  ['all fills, five minutes early,', 2, `update bot.fills set at = at - interval '5 minutes'`, ONCE],
  [
    'all orders, five minutes early,',
    2,
    `update bot.orders set ${ORDER_TIMES.map((column) => `${column} = ${column} - interval '5 minutes'`).join(', ')}`,
    ONCE,
  ],
  [
    'an opening after its end',
    1,
    later(
      'positions',
      'opened_at',
      '8 hours',
      one('positions', `closed_at ${BEFORE} and opened_at ${BEFORE}`),
    ),
    /MEDIUM DQ-06/,
  ],
  [
    'an order after its fill',
    1,
    later('orders', 'created_at', '8 hours', one('orders', `role = 'entry' and created_at ${BEFORE}`)),
    /MEDIUM DQ-06/,
  ],
  [
    'all orders after what followed them',
    1,
    later('orders', 'created_at', '8 hours', `created_at ${BEFORE}`),
    /HIGH DQ-06/,
  ],
])('%s that lies in another time accuses it and nothing else', async (_what, window, damage, reason) => {
  const report = await lies.audited([damage], { window: shift(lies.filled, window) });
  expect(said(report)).toMatch(reason);
  expect(said(report)).not.toMatch(/\b(?:SL-0\d|PM-0\d|DQ-02|DQ-04|DI-05)\b/);
});
