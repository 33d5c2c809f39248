import { CLEAN, type Case } from './case.ts';
import { everyOtherCase } from './cases.ts';

const NO_RESULTS = 'update bot.positions set realized_pnl = null; update bot.fills set realized_pnl = null';
/** As contracts of USDT. */
const SWAP = ['positions', 'fills', 'orders', 'events', 'prices']
  .map((table) => `update bot.${table} set symbol = 'BTC-USDT-SWAP'`)
  .join('; ');
const UNKNOWN = { gross_pnl: 'inadequate_basis', net_pnl: 'inadequate_basis' };

/** What rows mean where neither an instrument nor a stored result says it. */
const CASES: readonly Case[] = [
  {
    name: 'a contract whose fees are in its asset, entry and exit, with no result stored',
    world: 'tiny',
    sql: ['q14.sql', NO_RESULTS],
    right: { verdict: 'INCONCLUSIVE YELLOW', findings: ['MEDIUM DQ-01'], figures: UNKNOWN },
  },
  {
    name: 'the same of an account that is said to be linear and to settle in it',
    world: 'tiny',
    sql: ['q14.sql', NO_RESULTS],
    facts: {
      quoteCurrency: 'BTC',
      accounts: {
        binance: { type: 'linear', settles: ['BTC'] },
        bybit: { type: 'linear', settles: ['USDT'] },
      },
    },
    right: { verdict: 'INCONCLUSIVE YELLOW', findings: ['MEDIUM DQ-01'], figures: UNKNOWN },
  },
  {
    name: 'linear contracts of 0.001, with no result stored and no instrument: their fees tell',
    world: 'clean',
    sql: [
      NO_RESULTS,
      'delete from bot.instruments',
      'update bot.fills set quantity = quantity * 1000',
      'update bot.positions set quantity = quantity * 1000',
      'update bot.orders set quantity = quantity * 1000, filled = filled * 1000, remaining = remaining * 1000',
    ],
    right: { verdict: 'INCONCLUSIVE YELLOW', findings: ['MEDIUM DQ-06'], figures: UNKNOWN },
  },
  ...['update bot.positions set realized_pnl = 0; update bot.fills set realized_pnl = 0', NO_RESULTS].map(
    (results): Case => ({
      name: `a contract without fees or a size, ${results === NO_RESULTS ? 'no result stored' : 'results stored as 0'}`,
      world: 'tiny',
      sql: ['q14.sql', SWAP, results, 'update bot.positions set fees = 0; update bot.fills set fee = 0'],
      right: {
        verdict: 'INCONCLUSIVE YELLOW',
        findings: ['MEDIUM DQ-01'],
        figures: { ...UNKNOWN, gross_notional_peak: 'inadequate_basis' },
      },
    }),
  ),
  {
    name: 'an inverse contract of which nobody says in what it settles',
    world: 'tiny',
    sql: [
      'q14.sql',
      `insert into bot.instruments (exchange, symbol, contract, contract_size) values ('binance', 'BTCUSD_PERP', 'inverse', 1)`,
    ],
    facts: {
      quoteCurrency: 'BTC',
      accounts: {
        binance: { type: 'inverse', settles: ['BTC'] },
        bybit: { type: 'linear', settles: ['USDT'] },
      },
    },
    right: {
      verdict: 'INCONCLUSIVE YELLOW',
      findings: ['MEDIUM DQ-01'],
      figures: { gross_pnl: '0.05', net_pnl: '0.04975', gross_notional_peak: '0.25' },
    },
  },
  {
    name: 'money that is missing is missing, whether or not results and instruments are stored',
    world: 'clean',
    sql: [
      NO_RESULTS,
      'delete from bot.instruments',
      `update bot.balances set total = total - 900, equity = equity - 900, free = free - 900
       where exchange = 'binance' and at > '2026-11-26 04:00Z'`,
    ],
    right: { ...CLEAN, verdict: 'FAIL RED', findings: ['CRITICAL DI-05'] },
  },
];

everyOtherCase(CASES);
