import { CLEAN, type Case } from './case.ts';
import { everyOtherCase } from './cases.ts';

const BNB = `symbol = 'BNBUSDT'`;
const known = { ...CLEAN, figures: { wallet_residual_worst: '0.00' }, trades: { ZA: '30.00 29.68' } };
const unknown = {
  ...CLEAN,
  verdict: 'INCONCLUSIVE YELLOW',
  figures: { net_pnl: 'inadequate_basis', fees_paid: 'inadequate_basis', wallet_residual_worst: '0.00' },
};
/** As q22, with the fee of the sale in the asset: 9.99 are sold, and 0.01 are paid. */
const SOLD = `
select bot.pos('ZA','AVAXUSDT','binance','long',10,30,'closed','2026-11-26 01:00+00','2026-11-26 02:00+00',33,29.37,0.63,0,29);
select bot.fil('ZA1','ZA','ZAe','AVAXUSDT','binance','buy',30,10,'2026-11-26 01:00+00',0.15,'USDT',0);
select bot.fil('ZA2','ZA','ZAx','AVAXUSDT','binance','sell',33,9.99,'2026-11-26 02:00+00',0.01,'AVAX',30);
select bot.stp('ZA','ZAs',29,10,'2026-11-26 01:00:00.3+00','2026-11-26 02:00:00.2+00');
select bot.fin2();`;

/** What is left is worth 2.97, and the exchange takes no order below 5. */
const DUST = SOLD.replace(
  "'sell',33,9.99,'2026-11-26 02:00+00',0.01,'AVAX',30",
  "'sell',33,9.9,'2026-11-26 02:00+00',0.3267,'USDT',29.7",
).replace("0.15,'USDT',0)", "0.01,'AVAX',0)");
const cases: readonly (readonly [name: string, right: Case['right'], ...sql: string[]])[] = [
  [
    'priced at another exchange alone',
    known,
    'q23.sql',
    `delete from bot.prices where ${BNB} and exchange = 'binance'`,
  ],
  ['not priced at all', unknown, 'q23.sql', `delete from bot.prices where ${BNB}`],
  [
    'priced ten minutes before',
    known,
    'q23.sql',
    `delete from bot.prices where ${BNB} and at > '2026-11-26 00:50Z' and at < '2026-11-26 01:30Z'`,
  ],
  [
    'priced half an hour away',
    unknown,
    'q23.sql',
    `delete from bot.prices where ${BNB} and at > '2026-11-26 00:30Z' and at < '2026-11-26 01:30Z'`,
  ],
  [
    'of the sale, in the asset that was sold',
    { ...CLEAN, figures: { wallet_residual_worst: '0.00' }, trades: { ZA: '30.00 29.52' } },
    SOLD,
  ],
  [
    'of the entry in the asset, and a rest that is too little for any order',
    { ...CLEAN, figures: { positions_closed: '194' }, trades: { ZA: '29.70 29.07' } },
    DUST,
  ],
  [
    'of the entry in the asset, and the row of such a rest is still open without a stop',
    { ...CLEAN, figures: { positions_active: '29' } },
    DUST,
    `update bot.positions set status = 'open', closed_at = null, exit_price = null, exit_reason = null, realized_pnl = null,
       exit_order_id = null, quantity = 0.09,
       last_evaluated_at = '2026-11-26 07:59:50Z', updated_at = '2026-11-26 07:59:50Z' where id = 'ZA'`,
    `delete from bot.events where position_id = 'ZA' and type = 'position_closed'`,
  ],
  [
    'paid in the asset before the window',
    { ...CLEAN, figures: { wallet_residual_worst: '0.00' }, trades: { ZA: '30.00 29.68' } },
    'q23.sql',
    `update bot.fills set at = '2026-11-25 23:00Z' where id = 'ZA1'`,
    `update bot.balances set total = total - 0.00025 where currency = 'BNB' and at > '2026-11-25 23:00Z' and at <= '2026-11-26 01:00Z'`,
    `update bot.positions set opened_at = '2026-11-25 23:00Z' where id = 'ZA'`,
    `update bot.orders set created_at = created_at - interval '2 hours', venue_at = venue_at - interval '2 hours' where position_id = 'ZA' and role in ('entry', 'stop')`,
    `update bot.stop_changes set at = at - interval '2 hours' where position_id = 'ZA' and kind = 'placed'`,
    `update bot.events set at = at - interval '2 hours' where position_id = 'ZA' and type = 'position_opened'`,
  ],
];

everyOtherCase([
  ...cases.map(([name, right, ...sql]): Case => ({ name: `a fee ${name}`, world: 'clean', sql, right })),
  {
    name: 'a fee in a currency at par',
    world: 'clean',
    sql: [
      'q23.sql',
      `update bot.fills set fee = 0.15, fee_currency = 'USDC' where id like 'ZA%'`,
      `delete from bot.balances where currency = 'BNB'`,
      `insert into bot.balances select b.at, 'USDC', 500 - coalesce((select sum(fee) from bot.fills f where f.at < b.at
         and fee_currency = 'USDC'), 0), 'binance', 'futures', null, null, 0, null from bot.balances b where exchange = 'binance'`,
    ],
    facts: { atPar: ['USDC'] },
    right: { ...CLEAN, figures: { wallet_residual_worst: '0.00' }, trades: { ZA: '30.00 29.70' } },
  },
]);
