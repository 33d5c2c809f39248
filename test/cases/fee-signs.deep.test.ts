import { CLEAN, type Case } from './case.ts';
import { everyOtherCase } from './cases.ts';

/** The exits are a maker's, of whom 0.30 is no cost but a rebate; the wallet knows it. */
const rebates = (sign: string): readonly string[] => [
  `update bot.fills set is_maker = true, fee = ${sign}0.3 where id like '%2'`,
  `update bot.positions set fees = ${sign === '' ? '-1.2' : '1.2'}`,
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

/** Without a fill, the fees of a position are those of its row. */
const byRow = (name: string, right: Case['right'], ...sql: string[]): Case => ({
  name: `by rows alone: ${name}`,
  world: 'clean',
  sql,
  mapped: { fill: null },
  right,
});
const NEGATIVE = 'update bot.positions set fees = -fees';
const INCONCLUSIVE = { ...CLEAN, verdict: 'INCONCLUSIVE YELLOW' };
const turned = {
  ...INCONCLUSIVE,
  findings: ['MEDIUM DQ-04', 'MEDIUM DQ-04'],
  words: [/Fees of Binance are written negative: 112 fees of closed rows would be a gain/],
};
const unknown = { ...INCONCLUSIVE, figures: { gross_pnl: 'inadequate_basis', net_pnl: 'inadequate_basis' } };

everyOtherCase([
  ...cases.map(([name, right, ...sql]): Case => ({ name, world: 'tiny', sql: ['q12.sql', ...sql], right })),
  byRow('costs positive', INCONCLUSIVE),
  byRow('costs negative', turned, NEGATIVE),
  byRow(
    'costs negative, and no result is stored',
    turned,
    NEGATIVE,
    'update bot.positions set realized_pnl = null',
  ),
  byRow(
    'costs negative, and the stored results have them as gains',
    unknown,
    NEGATIVE,
    'update bot.positions set realized_pnl = realized_pnl - 2 * fees',
  ),
  byRow(
    'fees below 0 that may be rebates',
    unknown,
    'update bot.positions set fees = -fees / 10, realized_pnl = null',
  ),
  byRow('costs of both signs, told by the stored results', INCONCLUSIVE, `${NEGATIVE} where id < 'P-00622'`),
  {
    name: 'fills with costs of both signs',
    world: 'clean',
    sql: [`update bot.fills set fee = -fee where position_id < 'P-00622'`],
    right: {
      ...unknown,
      findings: ['MEDIUM DI-05', 'MEDIUM DI-05'],
      words: [/The sign of the fees: costs are written as gains/],
    },
  },
  {
    name: 'a maker’s costs negative, and no balances',
    world: 'tiny',
    sql: ['q12.sql', 'delete from bot.balances', 'update bot.fills set is_maker = true'],
    right: {
      verdict: 'INCONCLUSIVE YELLOW',
      findings: ['MEDIUM DQ-01'],
      figures: { net_pnl: 'inadequate_basis', fees_paid: 'inadequate_basis' },
    },
  },
]);
