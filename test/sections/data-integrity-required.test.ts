import { describe, expect, test } from '@jest/globals';
import { positionManagement } from '../../sections/position-management.ts';
import { stopLoss } from '../../sections/stop-loss.ts';
import { at, entity, evaluate, findingsOf, valueOf } from './support.ts';
import { entryOrder, fill, many, position, stop } from './trading-rows.ts';
import { run } from './data-integrity-support.ts';

type Row = Readonly<Record<string, unknown>>;
type Rows = Readonly<Record<string, readonly Row[]>>;

const CLOSED = { closed_at: at('02:00'), exit_price: '101', exit_kind: 'signal' };
const LIMIT = { type: 'limit', status: 'new', price: '99', filled: '0' };
const WORLD: Rows = {
  positions: [
    position('open', { leverage: '3' }),
    ...['a', 'b', 'c'].map((id) => position(id, { ...CLOSED, leverage: '3' })),
  ],
  orders: [...['l', 'm', 'n'].map((id) => entryOrder(id, LIMIT)), stop('open', 's', at('01:00'))],
  fills: ['open', 'a', 'b', 'c'].flatMap((id) => [
    fill(id, 'long', at('01:00')),
    ...(id === 'open' ? [] : [fill(id, 'short', at('02:00'))]),
  ]),
  equity: ['binance', 'bybit'].map((exchange) => ({
    exchange,
    currency: 'USDT',
    bucket: at('01:00'),
    at: at('01:00'),
    total: '1000',
    equity: '1000',
  })),
};

const changed = (entityRows: string, id: string, changes: Row): Rows => ({
  [entityRows]: (WORLD[entityRows] ?? []).map((row) =>
    Object.values(row).includes(id) ? { ...row, ...changes } : row,
  ),
});

function saidOf(rows: Rows, more: Parameters<typeof run>[1] = {}): readonly string[] {
  const result = run({ ...WORLD, ...rows }, more);
  const found = findingsOf(result, 'DQ-02').filter(({ cause }) => cause.id.startsWith('required-'));
  const cells = result.datasets
    .filter(({ id }) => id.startsWith('data-integrity.unset'))
    .flatMap((dataset) => dataset.rows.map((row) => [row[0], row[1], row[4], row[5]].join(' ')));
  return [...found.map(({ severity, cause }) => `${severity} ${cause.id}`), ...cells];
}

describe('DQ-02 of values that a row must have', () => {
  test('rows that have them are not told', () => {
    expect(saidOf({})).toEqual([]);
  });

  test.each<[string, Rows, string, string]>([
    ['0', changed('positions', 'open', { quantity: '0' }), 'HIGH required-zero-placeholder', 'quantity 0'],
    [
      'empty',
      changed('positions', 'open', { quantity: null }),
      'HIGH required-never-written',
      'quantity NULL',
    ],
    [
      'negative',
      changed('positions', 'open', { quantity: '-1' }),
      'HIGH required-sign-for-side',
      'quantity -1',
    ],
    [
      '0',
      changed('positions', 'open', { entry_price: '0' }),
      'HIGH required-zero-placeholder',
      'entry_price 0',
    ],
    ['empty', changed('positions', 'open', { side: null }), 'HIGH required-never-written', 'side NULL'],
    ['0', changed('positions', 'open', { leverage: '0' }), 'HIGH required-zero-placeholder', 'leverage 0'],
  ])('of an open position, %s', (_name, rows, finding, cell) => {
    expect(saidOf(rows)).toEqual([finding, `position open ${cell}`]);
  });

  test('the order of a fill, and what most of the rows lack, are HIGH', () => {
    const one = changed('fills', 'a-exit', { id: 'f', order_id: null });
    expect(saidOf(one)).toEqual([expect.stringMatching(/^HIGH required-/), 'fill f order_id NULL']);
    const limit = (id: number) => ({
      ...changed('orders', 'l', { symbol: null })['orders']?.[0],
      id: String(id),
    });
    expect(saidOf({ orders: many(10, limit) })[0]).toMatch(/^HIGH required-/);
    expect(saidOf({ orders: many(9, limit) })[0]).toMatch(/^MEDIUM required-/);
  });

  test.each<[string, Rows, string]>([
    [
      'the exit price of a closed row',
      changed('positions', 'a', { exit_price: null }),
      'position a exit_price NULL',
    ],
    ['an exit price of 0', changed('positions', 'a', { exit_price: '0' }), 'position a exit_price 0'],
    ['the quantity of a closed row', changed('positions', 'a', { quantity: '0' }), 'position a quantity 0'],
    ['the price of a limit order', changed('orders', 'l', { price: null }), 'order l price NULL'],
    ['the quantity of an order', changed('orders', 'l', { quantity: '0' }), 'order l quantity 0'],
    ['the side of an order', changed('orders', 'l', { side: null }), 'order l side NULL'],
    ['the price of a fill', changed('fills', 'a-exit', { id: 'f', price: '0' }), 'fill f price 0'],
    ['the quantity of a fill', changed('fills', 'a-exit', { id: 'f', quantity: '-1' }), 'fill f quantity -1'],
    ['the time of a fill', changed('fills', 'a-exit', { id: 'f', at: null }), 'fill f at NULL'],
    ['the total of a balance', changed('equity', 'bybit', { total: null }), 'balance bybit USDT total NULL'],
    [
      'the closing time of a closed row',
      changed('positions', 'a', { status: 'closed', closed_at: null, updated_at: at('02:00') }),
      'position a closed_at NULL',
    ],
    [
      'a closed row that does not say since when it was open',
      changed('positions', 'a', { opened_at: null }),
      'position a opened_at NULL',
    ],
  ])('%s', (_name, rows, cell) => {
    const [finding, ...cells] = saidOf(rows);
    expect(finding).toMatch(/^MEDIUM required-/);
    expect(cells).toEqual([cell]);
  });

  test('is seen from when the row came to lack it, and as long as it does', () => {
    const gone = { opened_at: at('00:30'), status: 'closed', closed_at: null, updated_at: at('02:00') };
    const result = run({ ...WORLD, ...changed('positions', 'a', gone) });
    const [finding] = findingsOf(result, 'DQ-02');
    expect(finding?.occurrences).toEqual([
      { subject: 'position a closed_at', at: at('02:00'), until: at('08:00') },
    ]);
    expect(JSON.stringify(finding?.title).replaceAll('","', '')).toContain('value is empty at Binance');
    // Whether an alert fired nobody looked at.
    expect(finding?.detection).toEqual(['The preflight of this audit found it.']);
  });

  test('is named as the bot calls it', () => {
    const select = 'select id, case when done then ended end as closed_at from t';
    const result = run(
      {
        ...WORLD,
        ...changed('positions', 'a', { status: 'closed', closed_at: null, updated_at: at('02:00') }),
      },
      { context: { entities: [entity('position', { select })] } },
    );
    expect(JSON.stringify(findingsOf(result, 'DQ-02')[0]?.recommendation)).toContain('position.ended');
  });

  test.each<[string, Rows, Parameters<typeof run>[1]?]>([
    ['a bot that never writes exit prices', all('positions', { exit_price: null })],
    [
      'a mapping without closing times',
      all('positions', { closed_at: null, updated_at: at('02:00') }),
      { lacks: ['position.closed_at'] },
    ],
    [
      'a closed row without a closing time that was written before the window',
      changed('positions', 'a', { closed_at: null, updated_at: '2026-11-19T23:59:30.000Z' }),
    ],
    [
      'a closed row without a closing time that was written after it',
      changed('positions', 'a', { closed_at: null, updated_at: at('08:00') }),
    ],
    ['a bot that keeps what is left as the quantity', closedAll({ quantity: '0' })],
    ['a position that was found gone', changed('positions', 'a', { exit_price: null, exit_kind: 'cleanup' })],
    ['a row that waits for its entry', changed('positions', 'open', { status: 'transient', quantity: '0' })],
    [
      'a row that never became a position',
      changed('positions', 'open', { status: 'failed', entry_price: '0' }),
    ],
    ['a market order without a price', changed('orders', 'l', { type: 'market', price: null })],
    ['an order that the exchange refused', changed('orders', 'l', { status: 'rejected', quantity: '0' })],
    [
      'a stop that closes all of its position',
      changed('orders', 's', { quantity: '0', close_on_trigger: true }),
    ],
    [
      'what the preflight counted as NaN',
      changed('positions', 'a', { exit_price: null }),
      {
        context: {
          entities: [entity('position', { unusable: [{ column: 'exit_price', rows: 1, value: 'NaN' }] })],
        },
      },
    ],
  ])('nothing is said of %s', (_name, rows, more = {}) => {
    expect(saidOf(rows, more)).toEqual([]);
  });
});

function all(name: string, changes: Row): Rows {
  return { [name]: (WORLD[name] ?? []).map((row) => ({ ...row, ...changes })) };
}

function closedAll(changes: Row): Rows {
  const rows = WORLD['positions'] ?? [];
  return { positions: rows.map((row) => (row['status'] === 'closed' ? { ...row, ...changes } : row)) };
}

describe('an open position of which nobody knows what it holds', () => {
  const UNKNOWN = [
    changed('positions', 'open', { quantity: '0' }),
    changed('positions', 'open', { entry_price: null }),
  ];

  test.each(UNKNOWN)('is not protected by its stop, whatever its fills say', (rows) => {
    const result = evaluate(stopLoss, { rows: { ...WORLD, ...rows } });
    expect(valueOf(result, 'positions_without_stop_at_end')).toBe('<inadequate_basis>');
    expect(result.gates.map(({ failed }) => failed)).toEqual([null]);
  });

  test('without a stop it is naked', () => {
    const result = evaluate(stopLoss, {
      rows: { ...WORLD, ...UNKNOWN[0], orders: [stop('a', 's', at('01:00'))] },
    });
    expect(result.gates.map(({ failed }) => failed)).toEqual([true]);
  });

  test.each(UNKNOWN)('is neither flat nor nothing where no fill says it', (changes) => {
    const fills = (WORLD['fills'] ?? []).filter((row) => row['position_id'] !== 'open');
    const rows = { ...WORLD, ...changes, fills };
    const managed = evaluate(positionManagement, { rows });
    expect(valueOf(managed, 'positions_active')).toBe('<inadequate_basis>');
    expect(valueOf(managed, 'gross_notional_peak')).toBe('<inadequate_basis>');
    const stops = evaluate(stopLoss, { rows });
    expect(stops.gates.map(({ failed }) => failed)).toEqual([null]);
  });
});

describe('DQ-02 of prices', () => {
  const prices = (instruments: number, ...cells: readonly string[]) =>
    many(instruments, (i) =>
      cells.map((price, minute) => ({
        exchange: 'binance',
        symbol: `S${String(i)}USDT`,
        kind: 'mark',
        price,
        at: at(`01:0${String(minute)}`),
        bucket: at(`01:0${String(minute)}`),
      })),
    ).flat();
  test.each<[string, readonly Row[], string | undefined]>([
    ['that value nothing at nothing', prices(1, '5', '6'), undefined],
    ['of which one tick is 0', prices(1, '0', '6', '7'), undefined],
    ['of which half are 0', prices(1, '0', '6'), 'MEDIUM required-zero-placeholder'],
    ['of ten instruments that are 0', prices(10, '0', '0'), 'HIGH required-zero-placeholder'],
    ['below 0', prices(1, '-5'), 'MEDIUM required-sign-for-side'],
  ])('%s', (_name, rows, expected) => {
    expect(saidOf({ prices: rows })[0]).toBe(expected);
  });
});
