import { describe, expect, test } from '@jest/globals';
import { signals } from '../../sections/signals.ts';
import { at, danglingReferences, evaluate, findingsOf, valueOf, type Evidence } from './support.ts';

type Row = Readonly<Record<string, unknown>>;

const signal = (over: Row = {}): Row => ({
  symbol: 'BTCUSDT',
  signals: 3,
  first_at: at('01:00'),
  last_at: at('07:00'),
  ...over,
});
const watched = (over: Row = {}): Row => ({
  symbol: 'BTC/USDT:USDT',
  exchange: 'binance',
  alerts_enabled: true,
  trade_enabled: true,
  last_price_at: at('07:59'),
  ...over,
});
const decided = (over: Row = {}): Row => ({ symbol: 'BTC_USDT', decisions: 2, ...over });
const alerted = (over: Row = {}): Row => ({
  symbol: 'BTCUSDT',
  alerts: 2,
  blocked: 0,
  reason: null,
  ...over,
});
const entry = (over: Row = {}): Row => ({
  id: 'o',
  symbol: 'BTCUSDT',
  exchange: 'binance',
  role: 'entry',
  type: 'limit',
  status: 'filled',
  created_at: at('02:00'),
  ...over,
});

function run(rows: Evidence['rows'], more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(signals, { ...more, rows: { 'signals-by-symbol': [signal()], ...rows } });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
/** The last cell of the only symbol's row: where its signals ended. */
const endOf = (rows: Evidence['rows'], more = {}) =>
  run(rows, more)
    .datasets.find(({ id }) => id === 'signals.symbols')
    ?.rows.map((cells) => cells.at(-1));

describe('where signals ended', () => {
  const list = { 'watch-list': [watched()] };
  test.each<[string, Evidence['rows'], string]>([
    ['not watched', { 'watch-list': [watched({ symbol: 'ETHUSDT' })] }, 'not on the watch list'],
    ['alerts off', { 'watch-list': [watched({ alerts_enabled: false })] }, 'alerts are disabled'],
    ['trading off', { 'watch-list': [watched({ trade_enabled: false })] }, 'trading is disabled'],
    [
      'trading off at one exchange of two',
      { 'watch-list': [watched({ trade_enabled: false }), watched({ exchange: 'bybit' })] },
      'nothing was decided',
    ],
    [
      'a price of 15 minutes',
      { 'watch-list': [watched({ last_price_at: at('07:45') })] },
      'nothing was decided',
    ],
    ['a second older', { 'watch-list': [watched({ last_price_at: at('07:44:59') })] }, 'no fresh price'],
    [
      'held back',
      { 'watch-list': [watched({ last_alert_at: at('06:30'), cooldown_until: at('07:30') })] },
      'held back by its cool-down',
    ],
    [
      'a cool-down that had ended',
      { 'watch-list': [watched({ last_alert_at: at('06:30'), cooldown_until: at('07:00') })] },
      'nothing was decided',
    ],
    [
      'a cool-down that began later',
      { 'watch-list': [watched({ last_alert_at: at('07:10'), cooldown_until: at('07:30') })] },
      'nothing was decided',
    ],
    [
      'every alert held back',
      { ...list, 'alerts-by-symbol': [alerted({ blocked: 2 })] },
      'the alert was held back',
    ],
    [
      'one alert held back',
      { ...list, 'alerts-by-symbol': [alerted({ blocked: 1 })] },
      'nothing was decided',
    ],
    ['decided', { ...list, 'decisions-by-symbol': [decided()] }, 'decided, and not executed'],
    ['ordered', { ...list, orders: [entry()] }, 'ordered'],
    ['ordered, and refused', { ...list, orders: [entry({ status: 'rejected' })] }, 'the order was refused'],
    [
      'an order of yesterday',
      { ...list, orders: [entry({ created_at: at('23:59', '2026-11-19') })] },
      'nothing was decided',
    ],
    ['an exit alone', { ...list, orders: [entry({ role: 'exit' })] }, 'nothing was decided'],
    [
      'what is off now says nothing of a symbol that was ordered',
      { 'watch-list': [watched({ trade_enabled: false })], orders: [entry()] },
      'ordered',
    ],
  ])('%s', (_name, rows, expected) => {
    expect(endOf(rows)?.[0]).toBe(expected);
  });

  test('a symbol without a signal is in no stage that a signal meets', () => {
    expect(endOf({ 'signals-by-symbol': [], 'watch-list': [watched()] })).toEqual(['no signal']);
  });

  test('without decisions nobody knows, and without a watch list the rest of the way is told', () => {
    expect(endOf(list, { lacks: ['decision'] })).toEqual(['not recorded']);
    expect(endOf({ 'decisions-by-symbol': [decided()] }, { lacks: ['watch'] })).toEqual([
      'decided, and not executed',
    ]);
  });
});

describe('NA-03', () => {
  const found = (rows: Evidence['rows'], more = {}) =>
    findingsOf(run(rows, more), 'NA-03').map(({ severity, frequency, cause }) => [
      severity,
      frequency,
      cause.id,
    ]);

  test.each<[string, Evidence['rows'], unknown[]]>([
    ['signals and no entry order', {}, [['MEDIUM', 3, 'not-decided']]],
    ['an entry order', { orders: [entry()] }, []],
    ['an order that was refused is one', { orders: [entry({ status: 'rejected' })] }, []],
    ['no signal', { 'signals-by-symbol': [] }, []],
    [
      'the stage at which most signals ended',
      {
        'signals-by-symbol': [signal(), signal({ symbol: 'ETHUSDT', signals: 9 })],
        'watch-list': [watched(), watched({ symbol: 'ETHUSDT', trade_enabled: false })],
      },
      [['MEDIUM', 12, 'trading-off']],
    ],
  ])('%s', (_name, rows, expected) => {
    expect(found({ 'watch-list': [watched()], ...rows })).toEqual(expected);
  });

  test('both sides of its limit', () => {
    expect(found({}, { settings: { minSignals: 3 } })).toHaveLength(1);
    expect(found({}, { settings: { minSignals: 4 } })).toEqual([]);
  });

  test('is not judged where entry orders cannot be told', () => {
    for (const lacks of [['order'], ['order.role', 'order.reduce_only'], ['signal']])
      expect(run({}, { lacks }).rules.unjudged.map(({ id }) => id)).toEqual(['NA-03']);
  });
});

test('counts and the age of prices', () => {
  const result = run({
    'watch-list': [watched(), watched({ symbol: 'ETHUSDT', last_price_at: at('07:00') })],
    'alerts-by-symbol': [alerted({ blocked: 1 }), alerted({ symbol: null })],
    orders: [entry()],
  });
  expect(valueOf(result, 'signals')).toBe(3);
  expect(valueOf(result, 'signals_alerts')).toBe(4);
  expect(valueOf(result, 'signals_alerts_blocked')).toBe(1);
  expect(valueOf(result, 'signals_orders')).toBe(1);
  expect(valueOf(result, 'watched_stale')).toBe(1);
  expect(valueOf(result, 'watched_oldest')).toBe(60);
});
