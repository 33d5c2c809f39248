import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLEAN, type Case } from './case.ts';
import { everyOtherCase } from './cases.ts';

const Q20 = readFileSync(join(import.meta.dirname, 'q20.sql'), 'utf8');
/** The entry of P-00622 once more. */
const again = (orderId: string): string => `
insert into bot.fills select id || '-b', ${orderId}, symbol, side, price, quantity, at + interval '40 ms', exchange, fee, fee_currency,
  is_maker, realized_pnl, position_id, strategy from bot.fills where position_id = 'P-00622' and side = 'sell'`;
const surplus = { ...CLEAN, findings: ['MEDIUM PM-06'], trades: { 'P-00622': '9.84 7.75' } };

/** Shorts of two strategies, 10 and 5 at 31, and a long of 5, closed and opened by one buy of 20 at 30 that names none. */
const THREE = `
select bot.pos('ZA','AVAXUSDT','bybit','short',10,31,'closed','2026-11-26 01:00+00','2026-11-26 02:00+00',30,10-0.305,0.305,0,32);
select bot.pos('ZC','AVAXUSDT','bybit','short',5,31,'closed','2026-11-26 01:10+00','2026-11-26 02:00+00',30,5-0.1525,0.1525,0,32);
select bot.pos('ZB','AVAXUSDT','bybit','long',5,30,'closed','2026-11-26 02:00+00','2026-11-26 03:00+00',30.5,2.5-0.15125,0.15125,0,29);
select bot.fil('ZA1','ZA','ZAe','AVAXUSDT','bybit','sell',31,10,'2026-11-26 01:00+00',0.155,'USDT',0);
select bot.fil('ZC1','ZC','ZCe','AVAXUSDT','bybit','sell',31,5,'2026-11-26 01:10+00',0.0775,'USDT',0);
select bot.fil('ZA2',null,'ZAfx','AVAXUSDT','bybit','buy',30,20,'2026-11-26 02:00+00',0.3,'USDT',15);
select bot.fil('ZB2','ZB','ZBx','AVAXUSDT','bybit','sell',30.5,5,'2026-11-26 03:00+00',0.07625,'USDT',2.5);
select bot.stp('ZA','ZAs',32,10,'2026-11-26 01:00:00.3+00','2026-11-26 02:00:00.2+00');
select bot.stp('ZC','ZCs',32,5,'2026-11-26 01:10:00.3+00','2026-11-26 02:00:00.2+00');
select bot.stp('ZB','ZBs',29,5,'2026-11-26 02:00:00.3+00','2026-11-26 03:00:00.5+00');
select bot.fin2();
update bot.positions set strategy = 's2' where id = 'ZC';`;

const cases: readonly (readonly [name: string, right: Case['right'], ...sql: string[]])[] = [
  [
    'one execution of three positions of two strategies',
    {
      ...CLEAN,
      figures: { gross_pnl: '578.57', fees_paid: '308.05', net_pnl: '270.71', wallet_residual_worst: '0.00' },
      trades: { ZA: '10.00 9.70', ZC: '5.00 4.85', ZB: '2.50 2.35' },
    },
    THREE,
  ],
  [
    'an id that is empty or has blanks around it',
    {
      ...CLEAN,
      figures: { gross_pnl: '573.57', net_pnl: '265.86', wallet_residual_worst: '0.00' },
      trades: { ZA: '10.00 9.70', ZB: '2.50 2.35' },
    },
    Q20,
    `update bot.fills set position_id = case id when 'ZA2' then '' else ' ' || position_id end, order_id = order_id || ' '`,
    `update bot.positions set entry_order_id = '', exit_order_id = ' ' where id in ('ZA', 'ZB')`,
  ],
  [
    'an order that its fills name in another case',
    CLEAN,
    `update bot.fills set order_id = lower(order_id) where position_id = 'P-00622'`,
  ],
  ...(['lower', 'upper'] as const).map((cased): (typeof cases)[number] => [
    `rows of before the window that name positions and orders in ${cased} case`,
    CLEAN,
    `update bot.positions set id = lower(id), entry_order_id = lower(entry_order_id) where '${cased}' = 'upper'`,
    ...['fills', 'orders', 'stop_changes', 'funding', 'trailing_updates'].map(
      (table) =>
        `update bot.${table} set position_id = ${cased}(position_id) where ${table === 'orders' ? 'created_at' : 'at'} < '2026-11-26 00:00Z'`,
    ),
    `update bot.fills set order_id = ${cased}(order_id) where at < '2026-11-26 00:00Z'`,
  ]),
  [
    'rows of the window that name their positions in lower case',
    CLEAN,
    ...['fills', 'orders', 'stop_changes', 'funding', 'events'].map(
      (table) => `update bot.${table} set position_id = lower(position_id)`,
    ),
  ],
  [
    'a fill whose time is ahead and that its order alone places',
    { ...CLEAN, findings: ['MEDIUM DQ-02'] },
    `update bot.fills set position_id = null, at = now() + interval '3 days'
     where id = (select id from bot.fills where position_id = 'P-00622' and side = 'buy' order by id limit 1)`,
  ],
  [
    'fills that name no order are the finding, and no execution is missed',
    { ...CLEAN, verdict: 'PASS YELLOW', findings: ['HIGH DQ-02'] },
    `update bot.fills set order_id = '' where position_id = 'P-00622'`,
  ],
  [
    'a fill stored again under the order’s id at the exchange',
    surplus,
    again(`(select exchange_order_id from bot.orders where id = order_id)`),
  ],
  [
    'a fill stored again, and its order with it',
    { ...surplus, findings: ['MEDIUM PM-06', 'MEDIUM PM-06'] },
    again(`order_id || '-b'`),
    `insert into bot.orders select (jsonb_populate_record(o, jsonb_build_object('id', o.id || '-b',
       'client_order_id', o.client_order_id || '-b'))).* from bot.orders o where id = 'P-00622-e1'`,
  ],
  [
    'a fee in an asset that is spelled otherwise',
    { ...CLEAN, figures: { wallet_residual_worst: '0.00' }, trades: { ZA: '30.00 29.68' } },
    'q23.sql',
    `update bot.fills set fee_currency = ' bnb ' where id like 'ZA%'`,
  ],
  [
    'a fee in no named currency is one in the quote currency',
    CLEAN,
    `update bot.fills set fee_currency = ''`,
  ],
];

everyOtherCase(cases.map(([name, right, ...sql]): Case => ({ name, world: 'clean', sql, right })));
