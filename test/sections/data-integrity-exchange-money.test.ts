import { describe, expect, test } from '@jest/globals';
import { dataIntegrity } from '../../sections/data-integrity.ts';
import {
  balanceRows,
  fundingRow,
  isFundingKnown,
  isLedgerKnown,
  transferRow,
} from '../../sources/exchange/money-rows.ts';
import { at, BOT, danglingReferences, evaluate, findingsOf, valueOf, WINDOW } from './support.ts';
import { position } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;
const declared = { exchanges: ['binance'], sources: { ...BOT.sources, exchange: 'optional' as const } };
const key = { exchange: 'binance', account: '' };
const state = (over: Row = {}): Row => ({
  ...{ ...key, at: WINDOW.to, is_spot: false },
  ...{ has_positions: false, has_orders: false, has_stops: false, has_fills: false },
  ...{ has_balances: true, has_funding: true, has_ledger: true },
  ...over,
});
const edge = (over: Row = {}): Row => ({
  ...{ edge: 'to', exchange: 'Binance', account: 'futures', currency: 'USDT', at: WINDOW.to },
  ...{ total: '10000', unrealized_pnl: '50', equity: '10050' },
  ...over,
});
const balance = (over: Row = {}): Row => ({
  ...key,
  currency: 'USDT',
  total: '10000',
  wallet: null,
  ...over,
});
const funding = (over: Row = {}): Row => ({
  ...{ symbol: 'BTCUSDT', exchange: 'binance', position_id: 'p', amount: '-1.5', at: at('04:00') },
  ...over,
});
const transfer = (over: Row = {}): Row => ({
  ...{ at: at('05:00'), currency: 'USDT', amount: '40', exchange: 'binance', account: null, kind: 'in' },
  ...over,
});
const paid = (over: Row = {}): Row => ({
  ...{ ...key, kind: 'funding', name: 'BTC/USDT:USDT', amount: '1.5', at: at('04:00') },
  ...over,
});
const moved = (over: Row = {}): Row =>
  paid({ kind: 'transfer', name: 'USDT', amount: '40', at: at('05:00'), ...over });

function run(rows: Record<string, readonly Row[]>) {
  const result = evaluate(dataIntegrity, {
    bot: declared,
    rows: {
      positions: [position('p')],
      'exchange-states': [state()],
      'balance-edges': [edge()],
      'exchange-balances': [balance()],
      funding: [funding()],
      transfers: [transfer()],
      'exchange-payments': [paid(), moved()],
      ...rows,
    },
  });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
const said = (result: ReturnType<typeof run>, id: string) =>
  findingsOf(result, id).map(({ severity }) => severity);
const countOf = (result: ReturnType<typeof run>, what: string) =>
  valueOf(result, `exchange_${what}_differences`);

describe('balances', () => {
  test.each<[string, Row, Row, unknown, string[]]>([
    ['alike', {}, {}, 0, []],
    ['off by a cent', {}, { total: '10000.01' }, 0, []],
    ['off by more', {}, { total: '10000.02' }, 1, ['MEDIUM']],
    ['off by over 0.05 percent', {}, { total: '9994.9' }, 1, ['HIGH']],
    ['off by over half a percent', {}, { total: '9900' }, 1, ['CRITICAL']],
    ['a total that is the equity', {}, { total: '10055' }, 0, []],
    ['a wallet that is not', {}, { total: '10055', wallet: '10055' }, 1, ['CRITICAL']],
    ['a wallet beside the equity', {}, { total: '10055', wallet: '10000' }, 0, []],
    [
      'of a row without its equity',
      { unrealized_pnl: null, equity: null },
      { total: '9900' },
      '<inadequate_basis>',
      [],
    ],
    ['of another moment', { at: at('07:59:50') }, { total: '9900' }, '<inadequate_basis>', []],
    ['of a currency that is not listed', {}, { currency: 'BTC' }, '<inadequate_basis>', []],
    ['of a total that is not said', {}, { total: null }, '<inadequate_basis>', []],
    [
      'a coin to its last digits',
      { currency: 'BTC', total: '1' },
      { currency: 'BTC', total: '1.001', wallet: '1.001' },
      1,
      ['HIGH'],
    ],
  ])('%s', (_name, row, there, count, severities) => {
    const result = run({ 'balance-edges': [edge(row)], 'exchange-balances': [balance(there)] });
    expect([countOf(result, 'balance'), said(result, 'DI-09')]).toEqual([count, severities]);
  });

  test('while something moves the account nobody is accused', () => {
    const result = run({
      'edge-funding': [funding({ at: at('08:00:03') })],
      'exchange-balances': [balance({ total: '1' })],
    });
    expect([countOf(result, 'balance'), said(result, 'DI-09')]).toEqual(['<inadequate_basis>', []]);
  });

  test('accounts that nothing tells apart are not added up', () => {
    const rows = { 'balance-edges': [edge(), edge({ account: 'spot', total: '5' })] };
    expect(countOf(run(rows), 'balance')).toBe('<inadequate_basis>');
    const named = {
      'exchange-balances': [balance({ account: 'futures' }), balance({ account: 'spot', total: '5' })],
    };
    expect(countOf(run({ ...rows, ...named }), 'balance')).toBe(0);
  });
});

describe('payments', () => {
  test.each<[string, readonly Row[], unknown[], string[]]>([
    ['alike, whatever the sign', [paid(), moved()], [0, 0], []],
    ['within a minute', [paid({ at: at('04:01') }), moved({ at: at('04:59') })], [0, 0], []],
    ['later', [paid({ at: at('04:01:01') })], [1, 0], ['MEDIUM']],
    ['of another size', [paid({ amount: '1.52' })], [1, 0], ['MEDIUM']],
    ['of a size within a cent', [paid({ amount: '1.51' })], [0, 0], []],
    ['in two parts', [paid({ amount: '1' }), paid({ amount: '0.5' })], [0, 0], []],
    ['a transfer that is not stored', [moved({ at: at('06:00') })], [0, 1], ['HIGH']],
    [
      'one that the exchange does not have',
      [moved({ at: at('03:00') }), moved({ at: at('07:00') })],
      [0, 3],
      ['HIGH'],
    ],
    ['before the window', [moved({ at: '2026-11-19T23:59:00.000Z' })], [0, 0], []],
  ])('%s', (_name, payments, counts, severities) => {
    const result = run({ 'exchange-payments': payments });
    expect([countOf(result, 'funding'), countOf(result, 'transfer')]).toEqual(counts);
    expect(said(result, 'DI-10')).toEqual(severities);
  });
});

test('what was not asked is unknown', () => {
  const lists = { has_balances: false, has_funding: false, has_ledger: false };
  const result = run({
    'exchange-states': [state(lists)],
    'exchange-balances': [],
    'exchange-payments': [],
  });
  expect(['balance', 'funding', 'transfer'].map((what) => countOf(result, what))).toEqual([
    '<no_data>',
    '<no_data>',
    '<no_data>',
  ]);
  expect([said(result, 'DI-09'), said(result, 'DI-10')]).toEqual([[], []]);
});

test('ccxt’s balances, funding and ledger are read in their spellings', () => {
  const info = { result: { list: [{ coin: [{ coin: 'USDT', walletBalance: '9.5' }] }] } };
  expect(
    balanceRows({ info, total: { USDT: 10, BTC: null }, USDT: { total: 1 }, ETH: { total: '2' } }),
  ).toEqual([
    { currency: 'BTC', total: null, wallet: null },
    { currency: 'ETH', total: '2', wallet: null },
    { currency: 'USDT', total: '10', wallet: '9.5' },
  ]);
  const timestamp = Date.parse(at('04:00'));
  expect(fundingRow({ symbol: 'BTC/USDT:USDT', timestamp, amount: -0.25 })).toMatchObject([
    { amount: '-0.25' },
  ]);
  expect(fundingRow({ symbol: 'BTC/USDT:USDT', timestamp })).toEqual([]);
  const entry = { currency: 'usdt', timestamp, amount: '-3', type: 'deposit', status: 'ok' };
  expect(transferRow(entry)).toEqual([{ kind: 'transfer', name: 'USDT', amount: '3', at: at('04:00') }]);
  expect([transferRow({ ...entry, type: 'fee' }), transferRow({ ...entry, status: 'pending' })]).toEqual([
    [],
    [],
  ]);
});

test('of a list with a payment that cannot be read nobody knows what is missing', () => {
  const timestamp = Date.parse(at('04:00'));
  const good = { symbol: 'BTC/USDT:USDT', timestamp, amount: 1 };
  expect([undefined, [], [good], [good, { ...good, amount: null }]].map(isFundingKnown)).toEqual([
    false,
    true,
    true,
    false,
  ]);
  const entry = { currency: 'USDT', timestamp, amount: 3, type: 'transfer', status: 'pending' };
  const trade = { type: 'trade', amount: null };
  expect(isLedgerKnown([entry, trade])).toBe(true);
  expect([isLedgerKnown([{ ...entry, amount: 'x' }]), isLedgerKnown([{ amount: 1 }])]).toEqual([
    false,
    false,
  ]);
});
