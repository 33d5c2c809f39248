import { describe, expect, test } from '@jest/globals';
import { dataIntegrity } from '../../sections/data-integrity.ts';
import {
  at,
  BOT,
  checkOf,
  danglingReferences,
  evaluate,
  findingsOf,
  valueOf,
  WINDOW,
  type Evidence,
} from './support.ts';
import { entryOrder, fill, position, stop } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;
const declared = { exchanges: ['binance'], sources: { ...BOT.sources, exchange: 'optional' as const } };
const key = { exchange: 'binance', account: '' };
const state = (over: Row = {}): Row => ({
  ...key,
  at: WINDOW.to,
  has_positions: true,
  has_orders: true,
  has_stops: true,
  has_fills: false,
  is_spot: false,
  ...over,
});
const there = (over: Row = {}): Row => ({
  ...key,
  symbol: 'BTC/USDT:USDT',
  side: 'long',
  contracts: '1',
  contract_size: '1',
  entry_price: '100',
  leverage: null,
  margin_mode: null,
  hedged: null,
  has_stop: false,
  stop_price: null,
  ...over,
});
const order = (id: string, over: Row = {}): Row => ({
  ...key,
  id,
  client_order_id: null,
  symbol: 'BTC/USDT:USDT',
  side: 'short',
  type: 'stop_market',
  kind: 'stop',
  contracts: '1',
  price: null,
  trigger_price: '95',
  created_at: at('02:00'),
  closes_position: false,
  reduce_only: true,
  list: 'algo',
  ...over,
});
const trade = (id: string, over: Row = {}): Row => ({
  ...key,
  id,
  symbol: 'BTC/USDT:USDT',
  side: 'long',
  order_id: null,
  price: '100',
  contracts: '1',
  at: at('03:00'),
  ...over,
});

function run(rows: Record<string, readonly Row[]>, more: Omit<Evidence, 'rows'> = {}) {
  const orders = rows['orders'] ?? [stop('p', 's', at('02:00'), { exchange_order_id: 'x1' })];
  const result = evaluate(dataIntegrity, {
    bot: declared,
    lacks: ['fill'],
    ...more,
    rows: {
      positions: [position('p')],
      'exchange-states': [state()],
      'exchange-positions': [there()],
      'exchange-orders': [order('x1')],
      ...rows,
      orders: [...orders, entryOrder('ended')],
    },
  });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
const counts = (result: ReturnType<typeof run>) =>
  ['matched', 'phantom', 'untracked', 'mismatched', 'unjudged'].map((name) =>
    valueOf(result, `exchange_${name}`),
  );
const said = (result: ReturnType<typeof run>) =>
  ['DI-01', 'DI-02', 'DI-03', 'DI-04', 'DI-08'].flatMap((rule) =>
    findingsOf(result, rule).map(({ severity }) => `${rule} ${severity}`),
  );
const gateOf = (result: ReturnType<typeof run>) => result.gates.find(({ id }) => id === 'b-exchange')?.failed;

describe('positions', () => {
  test('that agree are matched, whatever the symbol is called', () => {
    const result = run({});
    expect([counts(result), said(result)]).toEqual([[1, 0, 0, 0, 0], []]);
    expect([checkOf(result, 'DI1'), checkOf(result, 'DI4'), gateOf(result)]).toEqual([1, 1, false]);
  });

  test.each<[string, readonly Row[], number[], string[]]>([
    ['flat at the exchange', [], [0, 1, 0, 0, 0], ['DI-01 CRITICAL']],
    ['of another side', [there({ side: 'short' })], [0, 0, 0, 1, 0], ['DI-03 CRITICAL']],
    ['of another size', [there({ contracts: '1.1' })], [0, 0, 0, 1, 0], ['DI-03 HIGH']],
    ['of a size within the tolerance', [there({ contracts: '1.002' })], [1, 0, 0, 0, 0], []],
    ['of another entry price', [there({ entry_price: '100.06' })], [0, 0, 0, 1, 0], ['DI-03 MEDIUM']],
    ['of an entry price within the tolerance', [there({ entry_price: '100.05' })], [1, 0, 0, 0, 0], []],
    ['in contracts of a size', [there({ contracts: '1000', contract_size: '0.001' })], [1, 0, 0, 0, 0], []],
    ['in contracts on both sides', [there({ contracts: '1', contract_size: '0.01' })], [1, 0, 0, 0, 0], []],
    ['of a size that the exchange does not say', [there({ contracts: null })], [0, 0, 0, 0, 1], []],
  ])('%s', (_name, positions, expected, rules) => {
    const result = run({ 'exchange-positions': positions });
    expect([counts(result), said(result)]).toEqual([expected, rules]);
    const isWrong = rules.length > 0 && rules[0] !== 'DI-03 MEDIUM';
    expect(gateOf(result)).toBe(expected[4] === 1 ? null : isWrong);
  });

  test.each<[string, readonly Row[], string, boolean, string]>([
    ['with a stop', [order('x1'), order('x2', { symbol: 'ETHUSDT' })], 'ETHUSDT', true, 'DI-02 HIGH'],
    ['without one', [order('x1')], 'ETHUSDT', true, 'DI-02 CRITICAL'],
    ['of which nobody knows', [order('x1')], 'ETHUSDT', false, 'DI-02 CRITICAL'],
  ])('untracked %s', (_name, orders, symbol, hasStops, expected) => {
    const result = run({
      'exchange-states': [state({ has_stops: hasStops })],
      'exchange-positions': [there(), there({ symbol })],
      'exchange-orders': orders,
    });
    expect([counts(result), said(result)]).toEqual([[1, 0, 1, 0, 0], [expected]]);
    expect(checkOf(result, 'DI1')).toBe(0);
  });

  test('a stop on the position itself is one', () => {
    const result = run({ 'exchange-positions': [there(), there({ symbol: 'ETHUSDT', has_stop: true })] });
    expect(said(result)).toEqual(['DI-02 HIGH']);
  });

  test('opened or closed within seconds of the moment accuse nobody', () => {
    const result = run({
      positions: [position('p', { opened_at: at('07:59:56') })],
      'exchange-positions': [],
      orders: [],
      'exchange-orders': [],
    });
    expect([counts(result), said(result)]).toEqual([[0, 0, 0, 0, 1], []]);
  });

  test('two positions of one instrument and side are one at the exchange', () => {
    const result = run({
      positions: [position('p'), position('q', { quantity: '2' })],
      'exchange-positions': [there({ contracts: '3', entry_price: '104' })],
    });
    expect(counts(result)).toEqual([1, 0, 0, 0, 0]);
  });

  test('long and short are apart in hedge mode, and one number elsewhere', () => {
    const positions = [position('p', { quantity: '3' }), position('q', { side: 'short' })];
    const net = run({ positions, 'exchange-positions': [there({ contracts: '2' })] });
    expect(counts(net)).toEqual([1, 0, 0, 0, 0]);
    const hedged = [there({ contracts: '3', hedged: true }), there({ side: 'short', hedged: true })];
    expect(counts(run({ positions, 'exchange-positions': hedged }))).toEqual([2, 0, 0, 0, 0]);
  });
});

describe('orders', () => {
  test.each<[string, readonly Row[], Row, string[]]>([
    ['a stop that the exchange does not have', [], {}, ['DI-08 CRITICAL']],
    ['one of which nobody knows', [], { has_stops: false }, []],
    ['under another id', [order('y')], {}, []],
    ['at another price', [order('y', { trigger_price: '94' })], {}, ['DI-08 MEDIUM', 'DI-08 MEDIUM']],
    ['one that no row has', [order('x1'), order('y', { trigger_price: '90' })], {}, ['DI-08 MEDIUM']],
    [
      'one that may open a position',
      [order('x1'), order('y', { kind: 'plain', price: '90', trigger_price: null, reduce_only: false })],
      {},
      ['DI-08 HIGH'],
    ],
    [
      'one that was just placed',
      [order('x1'), order('y', { trigger_price: '90', created_at: at('07:59:58') })],
      {},
      [],
    ],
  ])('%s', (_name, orders, over, expected) => {
    const result = run({ 'exchange-orders': orders, 'exchange-states': [state(over)] });
    expect(said(result)).toEqual(expected);
  });

  test.each<[string, string | null, string, unknown, string]>([
    ['with the prefix that the policy says', 'demo-7', 'demo-', 0, 'unknown-answer-lost'],
    ['with another one', 'web_7', 'demo-', 1, 'unknown-somebody-else'],
    ['without a client id', null, 'demo-', '<no_data>', 'unknown-answer-lost'],
    ['where nobody said the prefix', 'web_7', '', '<no_data>', 'unknown-answer-lost'],
  ])('an order that no row has, %s', (_name, id, clientIdPrefix, foreign, cause) => {
    const orders = [order('x1'), order('y', { trigger_price: '90', client_order_id: id })];
    const result = run({ 'exchange-orders': orders }, { settings: { clientIdPrefix } });
    expect(valueOf(result, 'exchange_foreign_orders')).toBe(foreign);
    expect(findingsOf(result, 'DI-08').map(({ cause: { id } }) => id)).toEqual([cause]);
  });

  test('a stop on the position itself stands for its order', () => {
    const result = run({ 'exchange-orders': [], 'exchange-positions': [there({ has_stop: true })] });
    expect(said(result)).toEqual([]);
  });
});

describe('fills', () => {
  const run_ = (rows: Record<string, readonly Row[]>) =>
    run(
      {
        'exchange-states': [state({ has_fills: true })],
        fills: [fill('p', 'long', at('03:00')), fill('p', 'long', at('01:00'), { id: 'old' })],
        ...rows,
      },
      { lacks: [] },
    );
  test.each<[string, readonly Row[], unknown[]]>([
    ['by price and time', [trade('a', { at: at('01:00:01') }), trade('b', { at: at('03:00:04') })], [0, []]],
    [
      'one that is not stored',
      [trade('a', { at: at('01:00') }), trade('b'), trade('c', { price: '101' })],
      [1, ['DI-04 HIGH']],
    ],
    [
      'one that is not there',
      [
        trade('a', { at: at('00:59'), id: 'x', price: '7' }),
        trade('b'),
        trade('c', { at: at('04:00'), price: '8' }),
      ],
      [3, ['DI-04 HIGH']],
    ],
    ['what lies outside of the list is not missing', [trade('b')], [0, []]],
  ])('%s', (_name, trades, [n, rules]) => {
    const result = run_({ 'exchange-fills': trades });
    expect([valueOf(result, 'exchange_fill_orphans'), said(result)]).toEqual([n, rules]);
    expect(checkOf(result, 'DI5')).toBe(n === 0 ? 1 : 0);
  });

  test('one that only rows have is half', () => {
    const there_ = [trade('b'), trade('a', { at: at('01:00') }), trade('c', { at: at('04:00') })];
    const stored = there_.map(({ id, at: time }) => fill('p', 'long', String(time), { id }));
    const fills = [...stored, fill('p', 'long', at('02:00'), { id: 'd', price: '7' })];
    expect(checkOf(run_({ 'exchange-fills': there_, fills }), 'DI5')).toBe(0.5);
  });

  test.each([
    ['required', 'unknown'],
    ['optional', 'not_applicable'],
  ] as const)('of an exchange that is %s and was not asked for them: %s', (exchange, outcome) => {
    const more = { bot: { ...declared, sources: { ...BOT.sources, exchange } }, lacks: [] };
    expect(checkOf(run({ 'exchange-states': [state()] }, more), 'DI5')).toBe(outcome);
  });
});

describe('what was not asked is unknown, never flat', () => {
  test.each<[string, Row[], string]>([
    ['no state', [], '<no_data>'],
    ['of another exchange', [state({ exchange: 'bybit' })], '<no_data>'],
    ['too old', [state({ at: at('07:54:59') })], '<inadequate_basis>'],
    ['without its list', [state({ has_positions: false })], '<no_data>'],
    ['of a spot account', [state({ is_spot: true })], '<no_data>'],
  ])('%s', (_name, states, expected) => {
    const result = run({ 'exchange-states': states, 'exchange-positions': [], 'exchange-orders': [] });
    expect([valueOf(result, 'exchange_phantom'), checkOf(result, 'DI1'), gateOf(result)]).toEqual([
      expected,
      'unknown',
      null,
    ]);
    expect(findingsOf(result, 'DI-01')).toEqual([]);
  });

  test('an old one says of when it is', () => {
    const result = run({ 'exchange-states': [state({ at: at('03:10') })] });
    expect(JSON.stringify(result.checks.find(({ id }) => id === 'DI1')?.outcome.text)).toContain(
      'the exchange state of Binance is of 03:10, the window ends 08:00',
    );
  });

  test('a bot that declares none is told so in one line, and nothing is judged', () => {
    const result = run(
      { 'exchange-states': [], 'exchange-positions': [], 'exchange-orders': [] },
      { bot: { exchanges: ['binance'] } },
    );
    expect(JSON.stringify(result.parts)).toContain(
      'The exchange was not asked (this bot declares no exchange state)',
    );
    expect([checkOf(result, 'DI1'), checkOf(result, 'DI4'), gateOf(result)]).toEqual([
      'not_applicable',
      'not_applicable',
      undefined,
    ]);
  });
});
