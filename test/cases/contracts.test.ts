import type { Case } from './case.ts';
import { casesTest } from './cases.ts';

const SIZED = `insert into bot.instruments (exchange, symbol, contract, contract_size, settle_currency)
  values ('binance', 'BTCUSD_PERP', 'inverse', 1, 'BTC')`;
const COIN = {
  quoteCurrency: 'BTC',
  accounts: {
    binance: { type: 'inverse', settles: ['BTC'] },
    bybit: { type: 'linear', settles: ['USDT'] },
  },
} as const;
const SPOT = {
  accounts: { binance: { type: 'spot', settles: [] }, bybit: { type: 'linear', settles: ['USDT'] } },
} as const;
/** What the tiny world says by itself: a scope that no normal form knows. */
const TINY = ['MEDIUM DQ-01'];
/** 100 contracts of 0.01 BTC each, 1 % up: 400 earned and 40.20 paid. */
const HUNDREDTHS = `
select bot.pos('A','BTC-USDT-SWAP','binance','long',100,40000,'closed','2026-11-26 01:00+00','2026-11-26 02:00+00',40400,400-40.2,40.2,0,39000);
select bot.fil('A1','A','Ae','BTC-USDT-SWAP','binance','buy',40000,100,'2026-11-26 01:00+00',20,'USDT',0);
select bot.fil('A2','A','Ax','BTC-USDT-SWAP','binance','sell',40400,100,'2026-11-26 02:00+00',20.2,'USDT',400);
select bot.stp('A','As',39000,100,'2026-11-26 01:00:00.3+00','2026-11-26 02:00:00.5+00');
select bot.fin(20000);`;
const NOTHING_STORED =
  'update bot.positions set realized_pnl = null; update bot.fills set realized_pnl = null';
const UNKNOWN = {
  gross_pnl: 'inadequate_basis',
  net_pnl: 'inadequate_basis',
  gross_notional_peak: 'inadequate_basis',
};

const CASES: readonly Case[] = [
  {
    name: 'an inverse contract whose size and kind an instrument row says',
    world: 'tiny',
    sql: ['q14.sql', SIZED],
    facts: COIN,
    right: {
      verdict: 'INCONCLUSIVE YELLOW',
      findings: TINY,
      figures: {
        gross_pnl: '0.05000',
        net_pnl: '0.04975',
        gross_notional_peak: '0.25',
        'wallet_residual{currency=BTC,exchange=binance}': '0.00000',
      },
    },
  },
  {
    name: 'an inverse contract of which no row says the size, in an account said to be inverse',
    world: 'tiny',
    sql: ['q14.sql'],
    facts: COIN,
    right: { verdict: 'INCONCLUSIVE YELLOW', findings: TINY, figures: UNKNOWN },
  },
  {
    name: 'an inverse contract of which nothing is said, and whose stored result contradicts',
    world: 'tiny',
    sql: ['q14.sql'],
    right: { verdict: 'INCONCLUSIVE YELLOW', findings: TINY, figures: UNKNOWN },
  },
  {
    name: 'an inverse contract of which nothing is said, and no result is stored',
    world: 'tiny',
    sql: ['q14.sql', NOTHING_STORED],
    right: { verdict: 'INCONCLUSIVE YELLOW', findings: TINY, figures: UNKNOWN },
  },
  {
    name: 'a contract of 0.01 of which nobody says it: its fees are no fees of base units',
    world: 'tiny',
    sql: [HUNDREDTHS, NOTHING_STORED],
    right: {
      verdict: 'INCONCLUSIVE YELLOW',
      findings: TINY,
      figures: { ...UNKNOWN, 'wallet_residual{currency=USDT,exchange=binance}': 'no such figure' },
    },
  },
  {
    name: 'a contract of 0.01 whose row leaves its size open, without fills',
    world: 'tiny',
    sql: [
      HUNDREDTHS,
      NOTHING_STORED,
      `insert into bot.instruments (exchange, symbol, contract, settle_currency) values ('binance', 'BTC-USDT-SWAP', 'linear', 'USDT')`,
    ],
    mapped: { fill: null },
    right: { verdict: 'INCONCLUSIVE YELLOW', findings: TINY, figures: UNKNOWN },
  },
  {
    name: 'a contract of 0.01 whose row says so, and no result is stored',
    world: 'tiny',
    sql: [
      HUNDREDTHS,
      NOTHING_STORED,
      `insert into bot.instruments (exchange, symbol, contract, contract_size, settle_currency) values ('binance', 'BTC-USDT-SWAP', 'linear', 0.01, 'USDT')`,
    ],
    right: {
      verdict: 'INCONCLUSIVE YELLOW',
      findings: TINY,
      figures: { gross_pnl: '400.00', net_pnl: '359.80', wallet_residual_worst: '0.00' },
    },
  },
  {
    name: 'an inverse contract of a bot whose results are in another currency',
    world: 'tiny',
    sql: ['q14.sql', SIZED],
    right: {
      verdict: 'INCONCLUSIVE YELLOW',
      findings: TINY,
      figures: { gross_pnl: 'inadequate_basis', net_pnl: 'inadequate_basis' },
    },
  },
  {
    name: 'a spot account, whose cash became an asset',
    world: 'tiny',
    sql: ['q34.sql'],
    facts: SPOT,
    right: {
      verdict: 'INCONCLUSIVE YELLOW',
      findings: TINY,
      figures: {
        daily_loss_used: '0.2',
        wallet_residual_worst: '0.00',
        'wallet_gross{currency=USDT,exchange=binance}': '-3000',
        'wallet_gross{currency=ETH,exchange=binance}': '1',
        liquidation_over_stop: 'not_applicable',
      },
    },
  },
  {
    name: 'a spot account whose price falls while it is held, and from which cash goes missing',
    world: 'tiny',
    sql: [
      'q34.sql',
      `update bot.prices set price = 2500 where at > '2026-11-26 05:00Z'`,
      `update bot.balances set total = 6897 where total = 6997 and at > '2026-11-26 06:00Z'`,
    ],
    facts: SPOT,
    right: {
      verdict: 'FAIL RED',
      findings: ['CRITICAL DI-05', ...TINY],
      figures: { daily_loss_used: '40.2', wallet_residual_worst: '100.00' },
    },
  },
  {
    name: 'a spot account that writes no balance of what it bought: its cash alone is no equity',
    world: 'tiny',
    sql: ['q34.sql', `delete from bot.balances where currency = 'ETH'`],
    facts: SPOT,
    right: {
      verdict: 'INCONCLUSIVE YELLOW',
      findings: TINY,
      figures: { daily_loss_used: '0.0', wallet_residual_worst: 'no_data' },
    },
  },
  {
    name: 'balances of a spot account in a bot that says nothing of its accounts',
    world: 'tiny',
    sql: ['q34.sql'],
    facts: { accounts: {} },
    right: { verdict: 'INCONCLUSIVE YELLOW', findings: TINY, figures: { daily_loss_used: '0.2' } },
  },
  {
    name: 'cash without an equity, of which nobody says the kind of account',
    world: 'tiny',
    sql: ['q34.sql', `update bot.balances set account = 'main'`],
    facts: { accounts: {} },
    right: { verdict: 'INCONCLUSIVE YELLOW', findings: TINY, figures: { daily_loss_used: '0.0' } },
  },
  {
    name: 'a spot account by the configuration alone',
    world: 'tiny',
    sql: ['q34.sql', `update bot.balances set account = 'main'`],
    facts: SPOT,
    right: { verdict: 'INCONCLUSIVE YELLOW', findings: TINY, figures: { daily_loss_used: '0.2' } },
  },
];

casesTest(CASES);
