import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { lyingDatabase, said, shift, type LyingDatabase } from './lying-database.ts';

let lies: LyingDatabase;

beforeAll(async () => {
  lies = await lyingDatabase();
  const clean = await lies.audited([], { window: shift(lies.filled, 1) });
  expect(clean.judgement).toMatchObject({ verdict: 'PASS', colour: 'GREEN' });
});
afterAll(async () => {
  await lies.close();
});

/** A Binance position that is held from some time of the window until after it. */
const HELD = `(select id from bot.positions where exchange = 'binance' and opened_at < '2026-11-19 23:20Z'
  and closed_at > '2026-11-20 00:05Z' order by opened_at, id limit 1)`;
/** One that was held when the window began. */
const CARRIED = `(select id from bot.positions where exchange = 'binance' and opened_at < '2026-11-19 15:45Z'
  and closed_at > '2026-11-19 16:05Z' order by opened_at, id limit 1)`;
/** Closed well inside the window, after it was opened there. */
const CLOSED = `(select id from bot.positions where exchange = 'binance' and opened_at > '2026-11-19 16:00Z'
  and closed_at between '2026-11-19 22:00Z' and '2026-11-19 23:50Z' order by closed_at desc, id limit 1)`;
const heldStops = (set: string): string =>
  `update bot.orders set ${set} where role = 'stop' and position_id = ${HELD}`;
const exitFills = (id: string): string =>
  `position_id = ${id} and order_id in (select id from bot.orders where role <> 'entry')`;
const states = (...names: readonly string[]): string =>
  `insert into bot.states (at, name, value) values ${names.map((name) => `('2026-11-19 20:00Z', '${name}', 'on')`).join(', ')}`;
const MOVED = `o.role = 'stop' and o.parent_id is not null and o.created_at between '2026-11-19 16:30Z' and '2026-11-19 23:00Z'`;
const balances = (set: string, from: string, to = '2027-01-01Z'): string =>
  `update bot.balances set ${set} where exchange = 'binance' and at >= '${from}' and at < '${to}'`;

/** Filled entry orders of the window. */
const ENTRIES = `select id from bot.orders where role = 'entry' and status = 'filled'
  and created_at between '2026-11-19 18:00Z' and '2026-11-19 22:00Z' order by id limit 5`;

/** Each once ended GREEN, or in a PASS that was not earned; found by an independent recount of the window. */
test.each<[string, readonly string[], 'FAIL' | 'not PASS' | 'not GREEN', RegExp]>([
  [
    'a position whose exit filled by half, with a closed row',
    [`update bot.fills set quantity = quantity / 2 where ${exitFills(CLOSED)}`],
    'FAIL',
    /CRITICAL PM-02/,
  ],
  [
    'a position without an exit, whose row was closed before the window',
    [
      `create temporary table held as select ${CARRIED} as id`,
      `update bot.positions set status = 'closed', closed_at = '2026-11-19 15:55Z', updated_at = '2026-11-19 15:55Z'
       where id = (select id from held)`,
      `delete from bot.fills where at > '2026-11-19 15:30Z' and position_id = (select id from held)
       and order_id in (select id from bot.orders where role <> 'entry')`,
    ],
    'FAIL',
    /CRITICAL PM-02/,
  ],
  [
    'an exit that was executed twice',
    [
      `insert into bot.fills select id || '-twice', order_id || '-twice', symbol, side, price, quantity, at + interval '1 second',
       exchange, fee, fee_currency, is_maker, 0, position_id, strategy from bot.fills where ${exitFills(CLOSED)}`,
    ],
    'FAIL',
    /CRITICAL PM-06/,
  ],
  [
    'a stop that triggered, filled a hundredth and hangs',
    [
      heldStops(`triggered_at = '2026-11-19 23:30Z', status = 'partially_filled', filled = quantity / 100,
        remaining = quantity * 0.99, filled_at = null, cancelled_at = null`),
    ],
    'FAIL',
    /CRITICAL SL-04/,
  ],
  [
    'stops that were moved to the wrong side',
    [
      `update bot.stop_changes c set new_price = new_price * case o.side when 'buy' then 0.5 else 2 end
       from bot.orders o where o.id = c.order_id and ${MOVED}`,
      `update bot.orders o set trigger_price = trigger_price * case side when 'buy' then 0.5 else 2 end where ${MOVED}`,
    ],
    'FAIL',
    /CRITICAL SL-03/,
  ],
  ['a stop at another exchange', [heldStops(`exchange = 'bybit'`)], 'not PASS', /MEDIUM DQ-06/],
  [
    'a stop of nothing',
    [heldStops('quantity = 0, close_on_trigger = false, updated_at = created_at')],
    'FAIL',
    /CRITICAL SL-0[13]/,
  ],
  [
    'a stop that the venue never acknowledged',
    [heldStops('venue_at = null, exchange_order_id = null')],
    'FAIL',
    /CRITICAL SL-01/,
  ],
  [
    'a stop beyond the liquidation, cancelled after the window',
    [
      heldStops(`cancelled_at = '2026-11-20 00:20Z', trigger_price = (select p.liquidation_price
        * case p.side when 'short' then 1.02 else 0.98 end from bot.positions p where p.id = bot.orders.position_id), updated_at = created_at`),
    ],
    // The liquidation price of a row that was rewritten since is not that of the window.
    'not PASS',
    /^SL8$/m,
  ],
  [
    'money that leaves while the balances are silent at the end',
    [
      balances('total = total - 5000, equity = equity - 5000', '2026-11-19 23:30Z'),
      `delete from bot.balances where exchange = 'binance' and at > '2026-11-19 23:05Z' and at < '2026-11-20 00:30Z'`,
    ],
    'not PASS',
    /PN10|DI-05/,
  ],
  [
    'another asset that is gone at the end',
    [
      `insert into bot.balances (at, currency, total, exchange, account, equity)
       select g, 'USDC', case when g < '2026-11-19 20:00Z' then 50000 else 0 end, 'binance', a.account, 0
       from generate_series('2026-11-19 16:00Z'::timestamptz, '2026-11-20 00:00Z', '1 minute') g,
         (select account from bot.balances where exchange = 'binance' limit 1) a`,
    ],
    'FAIL',
    /DI-05/,
  ],
  [
    'money that is gone beside a speck of another asset',
    [
      balances('total = total - 5000, equity = equity - 5000', '2026-11-19 20:00Z'),
      `insert into bot.balances (at, currency, total, exchange, account)
       select g, 'BTC', 0.00000001, 'binance', a.account
       from unnest(array['2026-11-19 16:00Z', '2026-11-20 00:00Z']::timestamptz[]) g,
         (select account from bot.balances where exchange = 'binance' limit 1) a`,
    ],
    'FAIL',
    /DI-05/,
  ],
  [
    'the rows of the worst losers deleted, their fills left',
    [
      `delete from bot.positions where id in (select id from bot.positions
       where opened_at > '2026-11-19 16:00Z' and closed_at < '2026-11-19 23:58Z' order by realized_pnl limit 10)`,
    ],
    'not PASS',
    /HIGH PM-02/,
  ],
  [
    'equity far below the limit for hours',
    [
      balances(
        'unrealized_pnl = unrealized_pnl - 3000, equity = equity - 3000',
        '2026-11-19 20:00Z',
        '2026-11-20 00:00Z',
      ),
    ],
    'FAIL',
    /CRITICAL PN-02/,
  ],
  [
    'a liquidation under another word',
    [
      `update bot.positions set exit_reason = 'liquidated_by_exchange' where id = ${CLOSED}`,
      `insert into bot.events (at, type, id, severity, position_id, symbol, exchange)
       values ('2026-11-19 20:01Z', 'liquidation_order', 'X2', 'INFO', ${CLOSED}, 'BTCUSDT', 'binance')`,
    ],
    'FAIL',
    /CRITICAL CE-02/,
  ],
  [
    'an automatic deleveraging under another word',
    [
      `insert into bot.events (at, type, id, severity, position_id, symbol, exchange)
       values ('2026-11-19 20:01Z', 'ADL_CLOSE', 'X2', 'INFO', ${CLOSED}, 'BTCUSDT', 'binance')`,
    ],
    'FAIL',
    /(HIGH|CRITICAL) CE-02/,
  ],
  [
    'a service that is silent since before the window',
    [
      `delete from bot.heartbeats where service = (select min(service) from bot.heartbeats)
       and at >= '2026-11-19 14:50Z' and at < '2026-11-20 00:00Z'`,
    ],
    'FAIL',
    /(HIGH|CRITICAL) NA-01/,
  ],
  [
    'alerts that nobody got',
    [
      `insert into bot.alerts (at, severity, text, symbol, channel, delivered, blocked_reason)
       select '2026-11-19 17:00Z'::timestamptz + g * interval '10 minutes', 'CRITICAL', 'Position without stop ' || g,
         'BTCUSDT', 'telegram', false, 'token missing' from generate_series(1, 30) g`,
    ],
    'not GREEN',
    /HIGH CE-01/,
  ],
  [
    'orders that filled otherwise than their fills',
    [`update bot.orders set filled = filled * 0.5 where id in (${ENTRIES})`],
    'not GREEN',
    /HIGH PM-06/,
  ],
  [
    'entry orders that are gone',
    [`delete from bot.orders where id in (${ENTRIES})`],
    'not GREEN',
    /HIGH PM-06/,
  ],
  [
    'an open position without a quantity',
    [`update bot.positions set status = 'open', closed_at = null, quantity = 0 where id = ${HELD}`],
    'not PASS',
    /HIGH DQ-02/,
  ],
  [
    'an open position with a closing time',
    [`update bot.positions set status = 'open' where id = ${HELD}`],
    'not GREEN',
    /HIGH DQ-06/,
  ],
  [
    'a position whose fills opened the other side',
    [`update bot.positions set side = case side when 'long' then 'short' else 'long' end where id = ${HELD}`],
    'FAIL',
    /CRITICAL PM-06/,
  ],
  ['stops that are limit orders', [heldStops(`type = 'limit'`)], 'FAIL', /CRITICAL SL-01/],
  [
    'margin in use above the total',
    [balances('used = 2 * total, free = -total', '2026-11-19 20:00Z')],
    'not GREEN',
    /HIGH DQ-06/,
  ],
  [
    'a circuit breaker that is open to the end',
    [
      `insert into bot.states (at, name, value) values ('2026-11-19 18:00Z', 'circuit_breaker', 'open'),
       ('2026-11-19 23:59:59Z', 'circuit_breaker', 'open')`,
    ],
    'not GREEN',
    /HIGH HC-02/,
  ],
  [
    'trading halted under another name',
    [states('trading_halted', 'emergency_stop')],
    'FAIL',
    /blocker is active/i,
  ],
])('%s', async (_name, damage, verdict, reason) => {
  const report = await lies.audited(damage, { window: shift(lies.filled, 1) });
  expect(report.judgement.colour).not.toBe('GREEN');
  if (verdict === 'not PASS') expect(report.judgement.verdict).not.toBe('PASS');
  if (verdict === 'FAIL') expect(report.judgement.verdict).toBe(verdict);
  expect(said(report)).toMatch(reason);
});
