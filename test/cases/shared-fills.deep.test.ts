import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLEAN, type Case } from './case.ts';
import { everyOtherCase } from './cases.ts';

const Q20 = readFileSync(join(import.meta.dirname, 'q20.sql'), 'utf8');
/** Of one execution that closes the long ZA (10 at 30, out at 31) and opens the short ZB (5 at 31, out at 30.5). */
const SPLIT = {
  gross_pnl: '573.57',
  net_pnl: '265.86',
  fees_paid: '307.89998',
  wallet_residual_worst: '0.00',
};
const UNLINKED = `update bot.fills set position_id = null where id = 'ZA2'`;
const NO_ORDER_IDS = `update bot.positions set entry_order_id = null, exit_order_id = null where id in ('ZA', 'ZB')`;
const right = { ...CLEAN, figures: SPLIT, trades: { ZA: '10.00 9.70', ZB: '2.50 2.35' } };

/** The same with the short still open at the end, 0.50 above water. */
const OPEN = Q20.split('\n')
  .filter((line) => !line.includes(`'ZB2'`))
  .join('\n')
  .replace(
    `'short',5,31,'closed','2026-11-26 02:00+00','2026-11-26 03:00+00',30.5,2.5-0.0775-0.07625,0.15375,0,32`,
    `'short',5,31,'open','2026-11-26 02:00+00',null,null,null,0.0775,0,42`,
  )
  .replace(
    `'ZBs',32,5,'2026-11-26 02:00:00.3+00','2026-11-26 03:00:00.5+00'`,
    `'ZBs',42,5,'2026-11-26 02:00:00.3+00',null`,
  )
  .replace(`exit_order_id='ZBx' where`, 'exit_order_id=null where');
const open = {
  ...CLEAN,
  figures: { positions_active: '29', gross_pnl: '571.07', wallet_residual_worst: '0.00' },
  trades: { ZA: '10.00 9.70' },
};

/** Of the open short 2 went at 30.5, and its row says that 3 are left; its stop was for all, and closes what there is. */
const REDUCED = OPEN.replace(`'short',5,31,'open'`, `'short',3,31,'open'`).replace(
  'select bot.fin2();',
  `select bot.fil('ZB2','ZB','ZBx','AVAXUSDT','binance','buy',30.5,2,'2026-11-26 03:00+00',0.0305,'USDT',1);
   select bot.fin2();
   update bot.orders set close_on_trigger = true where id = 'ZBs';`,
);

/** A short of 10 at 31 that one buy of 15 at 30 closes and turns into a long of 5, sold at 30.5. */
const SHORT_TO_LONG = `
select bot.pos('ZA','AVAXUSDT','binance','short',10,31,'closed','2026-11-26 01:00+00','2026-11-26 02:00+00',30,10-0.305,0.305,0,32);
select bot.pos('ZB','AVAXUSDT','binance','long',5,30,'closed','2026-11-26 02:00+00','2026-11-26 03:00+00',30.5,2.5-0.15125,0.15125,0,29);
select bot.fil('ZA1','ZA','ZAe','AVAXUSDT','binance','sell',31,10,'2026-11-26 01:00+00',0.155,'USDT',0);
select bot.fil('ZA2','ZA','ZAfx','AVAXUSDT','binance','buy',30,15,'2026-11-26 02:00+00',0.225,'USDT',10);
select bot.fil('ZB2','ZB','ZBx','AVAXUSDT','binance','sell',30.5,5,'2026-11-26 03:00+00',0.07625,'USDT',2.5);
select bot.stp('ZA','ZAs',32,10,'2026-11-26 01:00:00.3+00','2026-11-26 02:00:00.2+00');
select bot.stp('ZB','ZBs',29,5,'2026-11-26 02:00:00.3+00','2026-11-26 03:00:00.5+00');
select bot.fin2();`;

/** Out of the long in two: 4 at 31, then 11 at 31 of which 5 turn it. */
const TWO_EXITS = Q20.replace(
  `select bot.fil('ZA2','ZA','ZAfx','AVAXUSDT','binance','sell',31,15,'2026-11-26 02:00+00',0.2325,'USDT',10);`,
  `select bot.fil('ZA0','ZA','ZA0x','AVAXUSDT','binance','sell',31,4,'2026-11-26 01:30+00',0.062,'USDT',4);
   select bot.fil('ZA2','ZA','ZAfx','AVAXUSDT','binance','sell',31,11,'2026-11-26 02:00+00',0.1705,'USDT',6);`,
);

/** Two longs of two strategies, 10 and 5 at 30, that one sell of 15 at 31 closes. */
const HEDGED = (owner: string): string => `
select bot.pos('ZA','AVAXUSDT','binance','long',10,30,'closed','2026-11-26 01:00+00','2026-11-26 02:00+00',31,10-0.305,0.305,0,29);
select bot.pos('ZB','AVAXUSDT','binance','long',5,30,'closed','2026-11-26 01:10+00','2026-11-26 02:00+00',31,5-0.1525,0.1525,0,29);
update bot.positions set strategy = 's2' where id = 'ZB';
select bot.fil('ZA1','ZA','ZAe','AVAXUSDT','binance','buy',30,10,'2026-11-26 01:00+00',0.15,'USDT',0);
select bot.fil('ZB1','ZB','ZBe','AVAXUSDT','binance','buy',30,5,'2026-11-26 01:10+00',0.075,'USDT',0);
select bot.fil('ZA2',${owner},'ZAx','AVAXUSDT','binance','sell',31,15,'2026-11-26 02:00+00',0.2325,'USDT',15);
select bot.stp('ZA','ZAs',29,10,'2026-11-26 01:00:00.3+00','2026-11-26 02:00:00.2+00');
select bot.stp('ZB','ZBs',29,5,'2026-11-26 01:10:00.3+00','2026-11-26 02:00:00.2+00');
select bot.fin2();`;
const hedged = {
  ...CLEAN,
  figures: { gross_pnl: '576.07', wallet_residual_worst: '0.00' },
  trades: { ZA: '10.00 9.70', ZB: '5.00 4.85' },
};

const cases: readonly (readonly [name: string, right: Case['right'], ...sql: string[]])[] = [
  ['linked to neither', right, 'q20.sql', UNLINKED],
  [
    'linked to the second, which it opened',
    right,
    'q20.sql',
    `update bot.fills set position_id = 'ZB' where id = 'ZA2'`,
  ],
  [
    'linked to the second, which it opened, and no order is named',
    right,
    'q20.sql',
    `update bot.fills set position_id = 'ZB' where id = 'ZA2'`,
    NO_ORDER_IDS,
  ],
  ['linked to the first by its position alone', right, 'q20.sql', NO_ORDER_IDS],
  ['linked to neither, and no order is named', right, 'q20.sql', UNLINKED, NO_ORDER_IDS],
  ['the second is still open', open, OPEN],
  ['the second is still open, no id names it', open, OPEN, UNLINKED, NO_ORDER_IDS],
  [
    'a short that turns into a long',
    { ...right, figures: { gross_pnl: '573.57', wallet_residual_worst: '0.00' } },
    SHORT_TO_LONG,
  ],
  ['the first went in two', right, TWO_EXITS],
  ['two of one symbol closed by one, linked to the first', hedged, HEDGED(`'ZA'`)],
  ['two of one symbol closed by one, linked to the second', hedged, HEDGED(`'ZB'`)],
  ['two of one symbol closed by one, linked to neither', hedged, HEDGED('null')],
  [
    'turned before the window, the second open in it',
    { ...CLEAN, figures: { wallet_residual_worst: '0.00' }, trades: { ZB: '2.50 2.35' } },
    Q20.replaceAll('2026-11-26 01:', '2026-11-25 22:').replaceAll('2026-11-26 02:', '2026-11-25 23:'),
  ],
  [
    'turned and closed before the window',
    { ...CLEAN },
    Q20.replaceAll(/2026-11-26 0([123]):/g, '2026-11-25 2$1:'),
  ],
  [
    'the second is open, was reduced, and its row says what is left',
    { ...open, figures: { ...open.figures, positions_active: '29' } },
    REDUCED,
  ],
  [
    'an entry fill that names another exchange than its order and its position',
    { ...CLEAN, findings: ['LOW PM-06'], trades: { 'P-00622': '9.84 7.75' }, words: [/TIAUSDT \(Binance\)/] },
    `update bot.fills set exchange = 'binance' where position_id = 'P-00622' and side = 'sell'`,
  ],
  [
    'renamed: every position by its row alone',
    { ...CLEAN, findings: ['LOW PM-06', 'LOW PM-06'] },
    `update bot.positions set symbol = 'ZZZ' || symbol`,
    `update bot.orders set symbol = 'ZZZ' || symbol`,
  ],
  [
    'renamed: prices stand under the old name alone',
    { ...CLEAN, findings: ['LOW PM-06'], figures: {}, trades: { ZA: '20.00 19.49' } },
    'q32.sql',
    `delete from bot.prices where symbol = 'POLUSDT'`,
  ],
  [
    'renamed: the old name is spelled otherwise',
    { ...CLEAN, findings: ['LOW PM-06'], figures: {}, trades: { ZA: '20.00 19.49' } },
    'q32.sql',
    `update bot.fills set symbol = 'MATIC/USDT:USDT' where symbol = 'MATICUSDT'`,
  ],
  [
    'renamed: the exit has the old name, the row and the entry the new one',
    { ...CLEAN, findings: ['LOW PM-06'], figures: {}, trades: { ZA: '20.00 19.49' } },
    'q32.sql',
    `update bot.fills set symbol = case id when 'ZA1' then 'POLUSDT' else 'MATICUSDT' end where id in ('ZA1', 'ZA2')`,
  ],
  [
    'renamed: the entry order alone has the old name',
    { ...CLEAN, figures: {}, trades: { ZA: '20.00 19.49' } },
    'q32.sql',
    `update bot.fills set symbol = 'POLUSDT' where id = 'ZA1'`,
    `update bot.orders set symbol = 'POLUSDT' where id = 'ZAs'`,
  ],
  [
    'renamed: fills name the order alone',
    { ...CLEAN, findings: ['LOW PM-06'], figures: {}, trades: { ZA: '20.00 19.49' } },
    'q32.sql',
    `update bot.fills set position_id = null where id in ('ZA1', 'ZA2')`,
    `update bot.positions set entry_order_id = 'ZAe', exit_order_id = 'ZAx' where id = 'ZA'`,
  ],
];

everyOtherCase(cases.map(([name, rightOf, ...sql]): Case => ({ name, world: 'clean', sql, right: rightOf })));
