import { expect, test } from '@jest/globals';
import { at, findingsOf } from './support.ts';
import { run } from './data-integrity-support.ts';

type Row = Readonly<Record<string, unknown>>;

const found = (rows: Parameters<typeof run>[0]) =>
  findingsOf(run(rows), 'DQ-06').map(({ severity, cause, frequency }) => [severity, cause.id, frequency]);

/** What so many rows and the row that they name both say. */
const both = (what: string, said: string, named: string, rows = 1): Row => ({
  ...{ what, said, named, rows },
  is_pair: false,
  at: at('03:00'),
  ids: ['e1'],
});
/** What so many pairs of rows come to. */
const pairs = (what: string, said: string, rows = 1): Row => ({
  ...both(what, said, '', rows),
  named: null,
  is_pair: true,
});
const EVENT = (rows: number) => [['LOW', 'event-unknown', rows]];

test.each<[string, readonly Row[], ReturnType<typeof found>]>([
  ['the same', [both('symbol', 'BTCUSDT', 'BTCUSDT', 9)], []],
  ['another spelling', [both('symbol', 'BTC/USDT:USDT', 'BTCUSDT', 9)], []],
  ['another name throughout', [both('symbol', 'XBTUSD', 'BTCUSDT', 9)], []],
  [
    'another name now and then',
    [both('symbol', 'BTCUSDT', 'BTCUSDT', 9), both('symbol', 'XYZ', 'BTCUSDT')],
    EVENT(1),
  ],
  [
    'each other’s names',
    [both('symbol', 'BTCUSDT', 'ETHUSDT', 9), both('symbol', 'ETHUSDT', 'BTCUSDT', 8)],
    EVENT(17),
  ],
  ['another exchange', [both('exchange', 'bybit', 'binance'), both('exchange', 'Bybit', 'bybit')], EVENT(1)],
  ['an exchange that nothing else is at', [both('exchange', 'binanceusdm', 'binance', 9)], []],
  ['an order that is gone', [pairs('there', 'gone'), pairs('there', 'there', 4)], EVENT(1)],
  ['more than a fifth that are gone', [pairs('there', 'gone', 2), pairs('there', 'there', 7)], []],
  ['another position than its order', [pairs('position', 'other'), pairs('position', 'same', 4)], EVENT(1)],
])('events that name %s', (_name, rows, expected) => {
  expect(found({ 'links-event-order': rows })).toEqual(expected);
});

test.each<[string, readonly Row[], readonly string[]]>([
  ['the same strategy', [both('strategy', 'a', 'a', 9)], []],
  [
    'a strategy of its own in most rows',
    [both('strategy', 'all', 'a', 5), both('strategy', 'a', 'a', 5)],
    [],
  ],
  [
    'another strategy in five of fifty',
    [both('strategy', 'b', 'a', 5), both('strategy', 'a', 'a', 45)],
    ['decision-unknown'],
  ],
  ['another in four, moved by hand', [both('strategy', 'b', 'a', 4), both('strategy', 'a', 'a', 46)], []],
  ['one that cannot be read', [both('strategy', 'caf\ufffd', 'a', 5), both('strategy', 'a', 'a', 45)], []],
  ['that of another', [both('strategy', 'a', 'b', 3), both('strategy', 'b', 'a', 2)], ['decision-unknown']],
  ['a refused order, executed', [pairs('status', 'executed, though its order was refused')], []],
  [
    'a filled order, failed',
    [pairs('status', 'failed, though its order filled', 9), pairs('status', 'as its order')],
    ['decision-unknown'],
  ],
  [
    'a quantity far away in few rows',
    [pairs('quantity', 'far'), pairs('quantity', 'near', 4)],
    ['decision-unknown'],
  ],
  ['a quantity far away in many', [pairs('quantity', 'far', 2), pairs('quantity', 'near', 7)], []],
])('decisions whose order has %s', (_name, rows, expected) => {
  expect(found({ 'links-decision-order': rows }).map(([, cause]) => cause)).toEqual(expected);
});

test.each<[string, readonly Row[], readonly string[]]>([
  ['came before', [pairs('time', 'in order', 9)], []],
  [
    'came a minute after what follows',
    [pairs('time', 'long after'), pairs('time', 'in order', 4)],
    ['position-unknown'],
  ],
  ['has a time after all that follow', [pairs('time', 'long after', 9)], []],
  ['is of the other side', [both('side', 'long', 'short', 9)], []],
  [
    'is of the other side, as those of both',
    [both('side', 'long', 'short', 9), both('side', 'short', 'long', 9)],
    ['position-unknown'],
  ],
])('positions whose signal %s', (_name, rows, expected) => {
  expect(found({ 'links-position-signal': rows }).map(([, cause]) => cause)).toEqual(expected);
});

test.each<[string, readonly Row[], boolean]>([
  ['where the next one finds it', [pairs('new_stop', 'same', 9)], false],
  ['elsewhere in few rows', [pairs('new_stop', 'other'), pairs('new_stop', 'same', 4)], true],
  ['elsewhere in many', [pairs('new_stop', 'other', 2), pairs('new_stop', 'same', 7)], false],
  ['as it was, and the next one finds it moved', [pairs('skipped', 'skipped, and moved', 9)], true],
  ['as it was', [pairs('skipped', 'skipped', 9)], false],
])('trailing updates that leave the stop %s', (_name, rows, isTold) => {
  expect(found({ 'links-trailing-update-next': rows }).map(([, cause]) => cause)).toEqual(
    isTold ? ['trailing-update-unknown'] : [],
  );
});

/** An execution of an order that says the same in other digits. */
const executed = (changes: Row = {}): Row => ({
  order_id: 'o1',
  id: 'x1',
  at: at('03:00'),
  symbol: 'BTCUSDT',
  exchange: 'binance',
  status: 'filled',
  is_there: true,
  is_filled: true,
  is_refused: false,
  ordered_at: null,
  ...{ most: '1.0000', total: '1.0000', filled: '1' },
  ...{ lowest: '100', highest: '100', average_price: '100.1' },
  ...{ commission: '4', largest: '4', fee: '4.001', currency: 'USDT' },
  of_all: 10,
  ...changes,
});
const contract = (size: string | null): Row => ({
  exchange: 'binance',
  symbol: 'BTCUSDT',
  contract: 'linear',
  contract_size: size,
});

test.each<[string, Row, boolean]>([
  ['what its order says', {}, false],
  ['no order that is there', { is_there: false }, true],
  ['a part of what its order filled', { most: '0.4', total: '0.9' }, true],
  ['parts of what its order filled', { most: '0.4' }, false],
  ['less than nothing', { most: '-1', total: '-1' }, true],
  ['a price 2 % away', { average_price: '102', lowest: '100', highest: '100' }, false],
  ['a price further away', { average_price: '102.1', lowest: '100', highest: '100' }, true],
  ['a commission one per cent away', { commission: '3.961', largest: '3.961' }, false],
  ['a commission further away', { commission: '3.95', largest: '3.95' }, true],
  ['a commission of the other sign', { commission: '-4', largest: '4' }, false],
  ['a commission of another currency', { commission: '9', largest: '9', currency: 'BNB' }, false],
  ['that it was long before its order was made', { ordered_at: at('04:00') }, true],
  ['filled, of an order whose quantity nobody writes', { filled: '0', of_all: 4 }, false],
  ['a filled order, rejected', { is_refused: true, is_filled: false }, true],
  ['a filled order, rejected and sent again', { is_refused: true }, false],
  ['an order that filled nothing, filled', { filled: '0', status: 'cancelled', most: '0', total: '0' }, true],
])('an execution that says %s', (_name, changes, isTold) => {
  const result = found({ 'executed-amounts': [executed(changes)], instruments: [contract('1')] });
  expect(result).toEqual(isTold ? [['LOW', 'execution-unknown', 1]] : []);
});

test.each([
  ['of a unit that is known', '1', 10, true],
  ['of few rows, in whatever unit', '0.01', 2, true],
  ['throughout, in another unit', '0.01', 3, false],
  ['throughout, of a unit that nobody says', null, 3, false],
])('quantities apart %s', (_name, size, rows, isTold) => {
  const apart = Array.from({ length: rows }, () => executed({ most: '100', total: '100' }));
  expect(found({ 'executed-amounts': apart, instruments: [contract(size)] })).toHaveLength(isTold ? 1 : 0);
});
