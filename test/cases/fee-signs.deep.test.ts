import type { Case } from './case.ts';
import { casesTest } from './cases.ts';

/** The exits are a maker's, of whom 0.30 is no cost but a rebate; the wallet knows it. */
const rebates = (sign: string): readonly string[] => [
  `update bot.fills set is_maker = true, fee = ${sign}0.3 where id like '%2'`,
  `update bot.balances b set total = total + x.d, equity = equity + x.d, free = free + x.d
   from (select b2.at, coalesce((select sum(1.8) from bot.fills f where f.id like '%2' and f.at < b2.at), 0) d
         from bot.balances b2 where b2.exchange = 'binance') x
   where b.exchange = 'binance' and b.at = x.at`,
];
const said = (net: string, fees: string, ...findings: string[]): Case['right'] => ({
  verdict: 'INCONCLUSIVE YELLOW',
  findings: ['MEDIUM DQ-01', 'MEDIUM DQ-04', ...findings],
  figures: { gross_pnl: '36.00', fees_paid: fees, net_pnl: net, wallet_residual_worst: '0.00' },
});

const cases: readonly (readonly [name: string, right: Case['right'], ...sql: string[]])[] = [
  [
    'costs negative, roles not said',
    said('0.00', '36.00', 'MEDIUM DQ-04'),
    'update bot.fills set is_maker = null',
  ],
  [
    'costs negative, neither roles nor orders said',
    said('0.00', '36.00', 'MEDIUM DQ-04'),
    'update bot.fills set is_maker = null',
    `update bot.orders set type = 'limit' where type = 'market'`,
  ],
  ['costs negative, rebates positive', said('21.60', '14.40', 'MEDIUM DQ-04'), ...rebates('')],
  [
    'costs positive, rebates negative',
    said('21.60', '14.40'),
    'update bot.fills set fee = -fee',
    ...rebates('-'),
  ],
  [
    'a maker’s costs negative, of which nobody can tell but the wallet',
    {
      verdict: 'FAIL RED',
      findings: ['CRITICAL DI-05', 'MEDIUM DQ-01', 'MEDIUM DQ-04'],
      words: [/The sign of the fees: costs are written as gains/, /turn their sign in the mapping/],
    },
    'update bot.fills set is_maker = true',
  ],
];

casesTest(
  cases.map(([name, right, ...sql]): Case => ({ name, world: 'tiny', sql: ['q12.sql', ...sql], right })),
);
