import { describe, expect, test } from '@jest/globals';
import { at, findingsOf } from './support.ts';
import { entryOrder, fill, later, position } from './trading-rows.ts';
import { run } from './data-integrity-support.ts';

type Row = Readonly<Record<string, unknown>>;
interface World {
  readonly positions: readonly Row[];
  readonly orders: readonly Row[];
  readonly fills: readonly Row[];
  readonly instruments?: readonly Row[];
}

const FILLED = { average_price: '100', filled_at: at('01:00'), updated_at: at('01:00') };
const EXIT = { side: 'short', role: 'exit', created_at: at('02:00'), filled_at: at('02:00') };
/** Two positions that were opened and closed, with an order and a fill for each. */
const WORLD: World = {
  positions: ['a', 'b'].map((id) =>
    position(id, { closed_at: at('02:00'), exit_order_id: `${id}-exit`, exit_kind: 'signal' }),
  ),
  orders: ['a', 'b'].flatMap((id) => [
    entryOrder(`${id}-entry`, { ...FILLED, position_id: id }),
    entryOrder(`${id}-exit`, { ...FILLED, ...EXIT, updated_at: at('02:00'), position_id: id }),
  ]),
  fills: ['a', 'b'].flatMap((id) => [fill(id, 'long', at('01:00')), fill(id, 'short', at('02:00'))]),
};

const changed = (rows: readonly Row[], column: string, value: string, changes: Row): readonly Row[] =>
  rows.map((row) => (row[column] === value ? { ...row, ...changes } : row));
const without = (rows: readonly Row[], column: string, ...values: readonly string[]): readonly Row[] =>
  rows.filter((row) => !values.includes(String(row[column])));
const order = (changes: Row, id = 'a-entry'): Partial<World> => ({
  orders: changed(WORLD.orders, 'id', id, changes),
});
const ownFill = (changes: Row, id = 'a-entry'): Partial<World> => ({
  fills: changed(WORLD.fills, 'order_id', id, changes),
});

/** What the findings about orders say: severity, cause, and each order with what differs and both sides. */
function saidOf(world: Partial<World>): readonly string[] {
  const result = run({ ...WORLD, ...world });
  const found = findingsOf(result, 'PM-06').filter(({ cause }) => cause.id.startsWith('orders-'));
  const rows = result.datasets
    .filter(({ id }) => id.startsWith('data-integrity.order-differences'))
    .flatMap((dataset) => dataset.rows.map((row) => [row[0], ...row.slice(3)].join(' | ')));
  return [...found.map(({ severity, cause }) => `${severity} ${cause.id}`), ...rows];
}

describe('PM-06 of orders', () => {
  test('orders that agree with their fills are compared, and nothing is said', () => {
    expect(saidOf({})).toEqual([]);
  });

  test.each<[string, Partial<World>, readonly string[]]>([
    [
      'a filled order without a fill',
      { fills: without(WORLD.fills, 'order_id', 'a-entry') },
      ['HIGH orders-fills-lost', 'a-entry | filled, and no fill is stored | filled, filled 1 | no fill'],
    ],
    [
      'a cancelled order that filled a part of which no fill is stored',
      {
        orders: [
          ...WORLD.orders,
          entryOrder('c', { status: 'cancelled', filled: '0.4', cancelled_at: at('03:00') }),
        ],
      },
      ['HIGH orders-fills-lost', 'c | filled, and no fill is stored | cancelled, filled 0.4 | no fill'],
    ],
    [
      'a fill that is not stored of several',
      order({ quantity: '2', filled: '2' }),
      ['HIGH orders-fills-lost', 'a-entry | filled quantity | 2 | 1'],
    ],
    [
      'fills whose order is not stored, which the position names too',
      { orders: without(WORLD.orders, 'id', 'a-entry') },
      [
        'HIGH orders-orders-lost',
        'a-entry | traded, and no order is stored | no order | 1 by fill a-long-2026-11-20T01:00:00.000Z, entry order of position a',
      ],
    ],
    [
      'an entry order of a position that is not stored, whose fill names another',
      ownFill({ order_id: 'b-entry' }),
      ['HIGH orders-unknown', 'a-entry | filled, and no fill is stored | filled, filled 1 | no fill'],
    ],
    [
      'ids of fills that are those of no order',
      { fills: WORLD.fills.map((row, index) => ({ ...row, order_id: `x${String(index)}` })) },
      ['HIGH orders-orders-lost'],
    ],
    [
      'a filled quantity of 0 in the order',
      order({ filled: '0' }),
      ['MEDIUM orders-order-not-updated', 'a-entry | filled quantity | 0 | 1'],
    ],
    [
      'a filled quantity that is too small in a filled order',
      order({ filled: '0.7' }),
      ['HIGH orders-order-not-updated', 'a-entry | filled quantity | 0.7 | 1'],
    ],
    [
      'an average price that is not that of the fills',
      order({ average_price: '101' }),
      ['MEDIUM orders-order-not-updated', 'a-entry | average price | at 101 | at 100'],
    ],
    [
      'a rejected order with a fill',
      order({ status: 'rejected', filled: null }),
      ['HIGH orders-order-not-updated', 'a-entry | status | rejected, filled unknown | 1'],
    ],
    [
      'a new order with a fill',
      order({ status: 'new', filled: null }),
      ['HIGH orders-order-not-updated', 'a-entry | status | new, filled unknown | 1'],
    ],
    [
      'an order that filled more than it was for',
      { ...order({ filled: '3' }), ...ownFill({ quantity: '3' }) },
      ['MEDIUM orders-unknown', 'a-entry | more filled than ordered | filled 3 of 1 | '],
    ],
    [
      'one order of the exchange in two filled rows',
      {
        orders: [
          ...changed(WORLD.orders, 'id', 'a-entry', { exchange_order_id: '77' }),
          entryOrder('a-again', { ...FILLED, exchange_order_id: '77' }),
        ],
      },
      [
        'MEDIUM orders-order-stored-twice',
        'a-again | one order in two rows | filled as a-entry, both 77 at the exchange | ',
      ],
    ],
  ])('%s', (_name, world, expected) => {
    expect(saidOf(world).slice(0, Math.max(1, expected.length))).toEqual(expected);
  });

  test('what orders filled and no fill says is lost: the window is not judged', () => {
    const gateOf = (world: Partial<World>) =>
      run({ ...WORLD, ...world }).gates.find(({ id }) => id === 'f')?.failed;
    expect(gateOf({})).toBe(false);
    expect(gateOf({ fills: without(WORLD.fills, 'order_id', 'a-entry') })).toBeNull();
    expect(gateOf(order({ average_price: '101' }))).toBe(false);
  });

  test.each<[string, Partial<World>]>([
    ['a bot that keeps no orders', { orders: [] }],
    ['a bot that keeps no fills', { fills: [] }],
    ['an order that filled in parts', ownFillInParts()],
    [
      'a cancelled order with the fill that it says',
      {
        ...order({ status: 'cancelled', filled: '0.4', cancelled_at: at('01:05') }),
        ...ownFill({ quantity: '0.4' }),
      },
    ],
    [
      'a filled order that says that it filled a part, as its fill does',
      { ...order({ filled: '0.4' }), ...ownFill({ quantity: '0.4' }) },
    ],
    [
      'a market order of which nothing filled',
      {
        orders: [
          ...WORLD.orders,
          entryOrder('c', { status: 'cancelled', filled: '0', cancelled_at: at('03:00') }),
        ],
      },
    ],
    [
      'an order that was amended to what it filled',
      {
        orders: [
          ...changed(WORLD.orders, 'id', 'a-entry', { exchange_order_id: '77' }),
          entryOrder('a-first', {
            status: 'cancelled',
            filled: '0',
            exchange_order_id: '77',
            updated_at: at('01:00'),
          }),
        ],
      },
    ],
    [
      'an order that filled after the window',
      order({ status: 'filled', quantity: '2', filled: '2', filled_at: at('09:00') }),
    ],
    [
      'an order that is partly filled, and was written since',
      order({
        status: 'partially_filled',
        quantity: '2',
        filled: '1.5',
        filled_at: null,
        updated_at: at('08:30'),
      }),
    ],
    [
      'an order of before the window, of which earlier fills may be',
      {
        orders: [
          ...WORLD.orders,
          entryOrder('old', {
            created_at: at('20:00', '2026-11-19'),
            quantity: '2',
            filled: '2',
            filled_at: at('03:00'),
          }),
        ],
        fills: [
          ...WORLD.fills,
          fill('a', 'long', at('03:00'), { id: 'f', order_id: 'old', position_id: null }),
        ],
      },
    ],
    [
      'fills of kinds of order that the bot does not store',
      { orders: without(WORLD.orders, 'role', 'exit') },
    ],
    ['orders of a kind whose fills the bot does not store', { fills: without(WORLD.fills, 'side', 'short') }],
    [
      'a liquidation, whose order is the exchange’s own',
      {
        positions: changed(WORLD.positions, 'id', 'a', { exit_kind: 'liquidation' }),
        orders: without(WORLD.orders, 'id', 'a-exit'),
      },
    ],
    [
      'fills that name the order by the exchange’s id',
      { ...order({ exchange_order_id: '77' }), ...ownFill({ order_id: '77' }) },
    ],
    [
      'a difference of less than a step',
      {
        ...order({ filled: '1.009', average_price: '100.09' }),
        instruments: [
          {
            exchange: 'binance',
            symbol: 'BTCUSDT',
            contract: 'linear',
            quantity_step: '0.01',
            price_tick: '0.1',
          },
        ],
      },
    ],
    [
      'a difference of less than the step of its newest row, which knows it by its earlier name',
      {
        ...order({ filled: '1.009' }),
        instruments: [
          { exchange: 'binance', symbol: 'BTCUSDT', contract: 'linear', quantity_step: '0.001' },
          {
            exchange: 'binance',
            symbol: 'XBTUSDT',
            same_as: 'BTCUSDT',
            contract: 'linear',
            quantity_step: '0.01',
            valid_from: at('00:30'),
          },
        ],
      },
    ],
    ['fills in the last seconds, whose orders may be later', lastSecond()],
  ])('nothing is said of %s', (_name, world) => {
    expect(saidOf(world)).toEqual([]);
  });
});

function ownFillInParts(): Partial<World> {
  const parts = ['0.25', '0.25', '0.5'].map((quantity, index) =>
    fill('a', 'long', later(at('01:00'), index), { id: `part-${String(index)}`, quantity }),
  );
  return { fills: [...parts, ...without(WORLD.fills, 'order_id', 'a-entry')] };
}

function lastSecond(): Partial<World> {
  const time = later(at('08:00'), -2_000);
  return {
    positions: [...WORLD.positions, position('c', { opened_at: time })],
    fills: [...WORLD.fills, fill('c', 'long', time)],
  };
}
