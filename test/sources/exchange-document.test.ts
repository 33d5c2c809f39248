import { describe, expect, test } from '@jest/globals';
import { readStates, storedState } from '../../sources/exchange/document.ts';
import { areStopsKnown, fillRow, orderRow, positionRow } from '../../sources/exchange/normal-rows.ts';
import { venueNamed } from '../../sources/exchange/venue-names.ts';

type Given = Readonly<Record<string, unknown>>;
const AT = '2026-11-20T08:00:00Z';
const venues = ['binance', 'bybit'];
const read = (document: unknown) => readStates(JSON.stringify(document), (name) => venueNamed(name, venues));
const problems = (document: unknown) => {
  const found = read(document);
  return found.ok ? [] : found.problems;
};
const document = (more: Given) => storedState({ exchange: 'bybit', at: AT, ...more });
const position = (given: Given) => document({ positions: [given] }).positions?.flatMap(positionRow) ?? [];
const order = (given: Given) =>
  document({ openOrders: [{ id: '1', symbol: 'BTC/USDT:USDT', ...given }] }).openOrders?.flatMap((one) =>
    orderRow(one, 'open'),
  )[0];

describe('a file', () => {
  test('is one document or an array; keys that nothing reads are named', () => {
    const one = { exchange: 'Bybit', at: AT, positions: [], isolated: 1, ledger: [] };
    expect(read(one)).toMatchObject({
      ok: true,
      ignored: ['isolated'],
      states: [{ exchange: 'bybit', account: '' }],
    });
    const two = [one, { exchange: 'binanceusdm', at: Date.parse(AT), account: 'sub' }];
    expect(read(two)).toMatchObject({
      states: [
        { at: '2026-11-20T08:00:00.000Z' },
        { exchange: 'binance', account: 'sub', at: '2026-11-20T08:00:00.000Z' },
      ],
    });
  });

  test.each([
    ['not JSON', null, ['It is not JSON.']],
    ['nothing', [], ['It holds no document.']],
    ['a time without a zone', { exchange: 'bybit', at: '2026-11-20T08:00:00' }, [/^at: .*has no zone/]],
    ['seconds', { exchange: 'bybit', at: 1_795_000_000 }, [/^at: is not a time in milliseconds/]],
    ['another exchange', { exchange: 'kraken', at: AT }, ['exchange: kraken is no exchange of this bot']],
    [
      'a position without a symbol',
      { exchange: 'bybit', at: AT, positions: [{}] },
      [/^positions\[0\]\.symbol: /],
    ],
    [
      'a word for a number',
      { exchange: 'bybit', at: AT, openOrders: [{ id: '1', symbol: 'X', amount: 'all' }] },
      [/^openOrders\[0\]\.amount/],
    ],
    [
      'one moment twice',
      [
        { exchange: 'bybit', at: AT },
        { exchange: 'bybit', at: Date.parse(AT) },
      ],
      [/^Two documents are of bybit/],
    ],
  ])('with %s is refused, and says where', (_name, given, expected) => {
    const found = given === null ? readStates('{', () => null) : read(given);
    const said = found.ok ? [] : found.problems;
    expect(said).toEqual(
      expected.map((one) => (typeof one === 'string' ? one : (expect.stringMatching(one) as unknown))),
    );
  });

  test('a list that is missing is not an empty one', () => {
    expect(document({}).positions).toBeUndefined();
    expect(document({ positions: [] }).positions).toEqual([]);
    expect(problems({ exchange: 'bybit', at: AT, positions: null })).toHaveLength(1);
  });
});

describe('positions', () => {
  const base = { symbol: 'BTC/USDT:USDT', contracts: 2, contractSize: 0.001, entryPrice: 100, side: 'long' };
  test.each<[string, Given, unknown[]]>([
    ['a row of size 0 is none', { ...base, contracts: 0 }, []],
    ['nor is one whose raw size is 0', { symbol: 'X', side: '', info: { size: '0' } }, []],
    ['contracts keep their size', base, [{ contracts: '2', contract_size: '0.001', side: 'long' }]],
    [
      'a signed amount says its side',
      { symbol: 'X', info: { positionAmt: '-3' } },
      [{ contracts: '3', side: 'short' }],
    ],
    ['a size that is not said is unknown', { symbol: 'X', side: 'long' }, [{ contracts: null }]],
    [
      'a stop of the position itself',
      { ...base, info: { stopLoss: '95' } },
      [{ has_stop: true, stop_price: '95' }],
    ],
    [
      'a trailing stop of it',
      { ...base, info: { trailingStop: '5' } },
      [{ has_stop: true, stop_price: null }],
    ],
    [
      '0 is no stop',
      { ...base, stopLossPrice: 0, info: { stopLoss: '0', trailingStop: '' } },
      [{ has_stop: false }],
    ],
    ['no digit is lost', { ...base, contracts: 1e-7 }, [{ contracts: '0.0000001' }]],
  ])('%s', (_name, given, expected) => {
    expect(position(given)).toMatchObject(expected);
  });
});

describe('orders', () => {
  test.each<[string, Given, Given | undefined]>([
    [
      'Bybit’s stop is a market order',
      { type: 'market', triggerPrice: 95, info: { stopOrderType: 'StopLoss' } },
      { kind: 'stop', trigger_price: '95' },
    ],
    [
      'and its target',
      { type: 'market', info: { stopOrderType: 'PartialTakeProfit', triggerPrice: '120' } },
      { kind: 'target', trigger_price: '120' },
    ],
    [
      'and what only waits for a price',
      { type: 'limit', triggerPrice: 95, info: { stopOrderType: 'Stop' } },
      { kind: 'trigger' },
    ],
    [
      'a plain order has UNKNOWN',
      { type: 'limit', price: 90, info: { stopOrderType: 'UNKNOWN' } },
      { kind: 'plain', price: '90' },
    ],
    [
      'Binance closes all',
      { type: 'stop_market', amount: 0, info: { closePosition: 'true', orderType: 'STOP_MARKET' } },
      { kind: 'stop', contracts: null, closes_position: true, reduce_only: true },
    ],
    ['a trailing stop', { type: 'trailing_stop_market', reduceOnly: true }, { kind: 'stop' }],
    ['a stop that takes profit', { type: 'take_profit_market', stopPrice: 120 }, { kind: 'target' }],
    [
      'what is filled is gone from it',
      { type: 'limit', amount: 3, filled: 1 },
      { contracts: '2', side: null },
    ],
    [
      'sides are words',
      { side: 'sell', type: 'limit', reduceOnly: false },
      { side: 'short', reduce_only: false },
    ],
    ['an order that is over is none', { status: 'canceled' }, undefined],
  ])('%s', (_name, given, expected) => {
    if (expected === undefined) expect(order(given)).toBeUndefined();
    else expect(order(given)).toMatchObject(expected);
  });

  test.each<[string, string, Given, boolean, boolean]>([
    ['Binance without the algo list', 'binance', { openOrders: [] }, true, false],
    ['with it', 'binance', { openOrders: [], algoOrders: [] }, true, true],
    [
      'both in one list',
      'binance',
      { openOrders: [{ id: '1', symbol: 'X', info: { algoId: 7 } }] },
      true,
      true,
    ],
    ['a spot account has one list', 'binance', { openOrders: [] }, false, true],
    ['Bybit has one list', 'bybit', { openOrders: [] }, true, true],
    ['no list', 'bybit', {}, true, false],
  ])('stops that are not there are known: %s', (_name, venue, given, isContract, expected) => {
    expect(areStopsKnown(venue, document(given), isContract)).toBe(expected);
  });
});

test('funding that arrives as an execution is no fill', () => {
  const trade = { id: 't', symbol: 'X', side: 'buy', price: 1, amount: 2, timestamp: Date.parse(AT) };
  const rows = document({ trades: [trade, { ...trade, info: { execType: 'Funding' } }] }).trades?.flatMap(
    fillRow,
  );
  expect(rows).toMatchObject([{ id: 't', contracts: '2', at: '2026-11-20T08:00:00.000Z' }]);
});
