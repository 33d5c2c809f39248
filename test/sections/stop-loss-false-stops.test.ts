import { describe, expect, test } from '@jest/globals';
import { at, checkOf, danglingReferences, findingsOf, valueOf } from './support.ts';
import { position, stop } from './trading-rows.ts';
import { EQUITY, gate, OPEN, run, severities } from './stop-loss-support.ts';

type Changes = Readonly<Record<string, unknown>>;
const CANCELLED_AFTER = { status: 'cancelled', cancelled_at: at('08:20') };
const own = (changes: Changes) => stop('a', 's1', at('01:00'), changes);
const audit = (orders: readonly Changes[], positions: readonly Changes[] = OPEN) =>
  run({ rows: { positions, orders, equity: EQUITY } });
const causes = (result: ReturnType<typeof run>) => findingsOf(result, 'SL-01').map(({ cause }) => cause.id);

describe('a stop at another exchange', () => {
  test.each([
    ['that the bot trades on', 'Bybit'],
    ['that nobody knows, which may be another spelling', 'binanceusdm'],
  ])('%s is a doubt: the id that it names outranks the name', (_name, exchange) => {
    const result = audit([own({ exchange })]);
    expect(findingsOf(result, 'SL-01')).toEqual([]);
    expect(checkOf(result, 'SL4-5')).toBe('unknown');
    expect(gate(result)).toBeNull();
  });

  test.each([['BINANCE'], [null], ['']])('is not one named %j', (exchange) => {
    expect(audit([own({ exchange })]).findings).toEqual([]);
  });
});

describe('an order of the role stop that is of another type', () => {
  test.each(['market', 'limit', 'take_profit', 'take_profit_limit'])('%s protects nothing', (type) => {
    const result = audit([own({ type })]);
    expect(severities(result, 'SL-01')).toEqual(['CRITICAL']);
    expect(gate(result)).toBe(true);
    expect(danglingReferences(result)).toEqual([]);
  });

  test.each<[string, readonly Changes[], readonly Changes[]]>([
    ['whose type nobody knows', [own({ type: 'unknown' })], OPEN],
    [
      'of Bybit, which stores all of them as market orders with a trigger',
      [own({ type: 'market', exchange: 'bybit' })],
      [position('a', { exchange: 'bybit' })],
    ],
  ])('one %s is believed', (_name, orders, positions) => {
    expect(gate(audit(orders, positions))).toBe(false);
  });

  test('at Bybit a market order beside true stops protects nothing', () => {
    const positions = ['a', 'b'].map((id) => position(id, { exchange: 'bybit' }));
    const orders = [
      own({ type: 'market', exchange: 'bybit' }),
      stop('b', 's2', at('01:00'), { exchange: 'bybit' }),
    ];
    expect(gate(audit(orders, positions))).toBe(true);
  });
});

test('an answer of before the request leaves in doubt from when on the stop stood', () => {
  const result = audit([own({ venue_at: at('00:30') })]);
  expect(findingsOf(result, 'SL-01')).toEqual([]);
  expect(gate(result)).toBeNull();
});

test('a contract of which nobody says the size is worth an unknown sum, with or without a stop', () => {
  const bot = { accounts: { binance: { type: 'inverse', settles: ['BTC'] } } } as const;
  const rows = { positions: OPEN, equity: EQUITY };
  const bare = run({ bot, rows: { ...rows, orders: [stop('b', 's1', at('01:00'))] } });
  const found = bare.figures.filter(
    ({ name, labels }) =>
      (name === 'notional' || name === 'unprotected_exposure') && labels['exchange'] !== 'bybit',
  );
  expect(found.map(({ value }) => value)).toEqual(found.map(() => null));
  expect(found.some((figure) => figure.labels['rule'] === 'SL-01')).toBe(true);
  const half = run({ bot, rows: { ...rows, orders: [own({ quantity: '0.5' })] } });
  const uncovered = half.figures.filter(({ name }) => name === 'uncovered');
  expect(uncovered.map(({ reason }) => reason)).toEqual(['inadequate_basis']);
});

describe('a stop without a quantity', () => {
  test('of zero that does not close the position covers nothing and protects nothing', () => {
    const result = audit([own({ quantity: '0', close_on_trigger: false })]);
    expect(valueOf(result, 'stop_coverage')).toBe(0);
    expect(checkOf(result, 'SL8')).toBe(0);
    expect(causes(result)).toEqual(['never-effective']);
    expect(gate(result)).toBe(true);
    expect(danglingReferences(result)).toEqual([]);
  });

  test.each([
    ['0', true],
    [null, true],
    ['0.1', true],
    ['-1', false],
  ])('%j with close_on_trigger %j covers the whole', (quantity, close_on_trigger) => {
    const result = audit([own({ quantity, close_on_trigger })]);
    expect(valueOf(result, 'stop_coverage')).toBe(100);
    expect(result.findings).toEqual([]);
  });

  test.each([
    ['0', null],
    [null, null],
    [null, false],
  ])('%j with close_on_trigger %j says nothing either way', (quantity, close_on_trigger) => {
    const result = audit([own({ quantity, close_on_trigger })]);
    expect(result.findings).toEqual([]);
    expect(checkOf(result, 'SL4-5')).toBe('unknown');
    expect(checkOf(result, 'SL8')).toBe('unknown');
    expect(gate(result)).toBeNull();
  });
});

describe('a stop that the exchange never acknowledged', () => {
  const silent = own({ ...CANCELLED_AFTER, venue_at: null });
  const B = position('b');
  const other = (changes: Changes = {}) => stop('b', 's0', at('00:59'), changes);

  test.each([
    ['has an acknowledgement', {}],
    ['has an id of the exchange', { venue_at: null, exchange_order_id: 'x-1', ...CANCELLED_AFTER }],
  ])('is none, when an earlier stop %s', (_name, changes) => {
    const result = audit([other(changes), silent], [...OPEN, B]);
    expect(severities(result, 'SL-01')).toEqual(['CRITICAL']);
    expect(causes(result)).toEqual(['never-effective']);
    expect(gate(result)).toBe(true);
    expect(valueOf(result, 'stops_set')).toBe(1);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('is a doubt when the bot is seen to record answers only later', () => {
    const later = stop('b', 's0', at('01:30'), {});
    const result = audit([silent, later], [...OPEN, position('b', { opened_at: at('01:30') })]);
    expect(result.findings).toEqual([]);
    expect(checkOf(result, 'SL4-5')).toBe('unknown');
  });

  test('stands as before in a bot that records no answers', () => {
    const result = audit([other({ ...CANCELLED_AFTER, venue_at: null }), silent], [...OPEN, B]);
    expect(findingsOf(result, 'SL-01')).toEqual([]);
    expect(checkOf(result, 'SL4-5')).toBe(1);
  });

  test('says nothing about the stops at another exchange', () => {
    const bybit = stop('b', 's0', at('00:59'), { exchange: 'bybit' });
    const result = audit([bybit, silent], [...OPEN, position('b', { exchange: 'bybit' })]);
    expect(findingsOf(result, 'SL-01')).toEqual([]);
  });

  test('was there all the same when it fired', () => {
    const fired = own({
      venue_at: null,
      status: 'filled',
      triggered_at: at('02:00'),
      filled_at: at('02:00'),
      filled: '1',
    });
    const result = audit([other(), fired], [position('a', { closed_at: at('02:00') }), B]);
    expect(findingsOf(result, 'SL-01')).toEqual([]);
  });
});
