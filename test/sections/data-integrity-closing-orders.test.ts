import { describe, expect, test } from '@jest/globals';
import { at, findingsOf } from './support.ts';
import { entryOrder, fill, later, many, position, stop } from './trading-rows.ts';
import { run } from './data-integrity-support.ts';

type Row = Readonly<Record<string, unknown>>;
interface Changes {
  readonly position?: Row;
  readonly stop?: Row;
  readonly target?: Row;
  readonly change?: Row;
  readonly entry?: Row;
}

const TARGET = { role: 'take_profit', type: 'take_profit_market', trigger_price: '105' };

/** Ten open positions with an entry, a stop that was recorded and a target each; the first is changed. */
function world(changes: Changes, toAll = false, without: readonly string[] = []) {
  const ids = many(10, (n) => `p${String(n)}`);
  const of = (id: string, what: keyof Changes): Row => (toAll || id === 'p0' ? (changes[what] ?? {}) : {});
  const orders: readonly Row[] = ids.flatMap((id) => {
    const symbol = `${id}USDT`;
    return [
      entryOrder(`${id}-entry`, {
        symbol,
        position_id: id,
        strategy: 'a',
        filled_at: at('01:00'),
        ...of(id, 'entry'),
      }),
      stop(id, `${id}-s`, at('01:00:02'), {
        symbol,
        strategy: 'a',
        exchange_order_id: `x-${id}`,
        ...of(id, 'stop'),
      }),
      stop(id, `${id}-t`, at('01:00:03'), { symbol, ...TARGET, strategy: 'a', ...of(id, 'target') }),
    ];
  });
  return {
    positions: ids.map((id) =>
      position(id, {
        symbol: `${id}USDT`,
        strategy: 'a',
        take_profit_price: '105',
        stop_loss_price: '95',
        has_stop_loss: true,
        current_price: '100',
        updated_at: at('07:00'),
        ...of(id, 'position'),
      }),
    ),
    fills: ids.map((id) => fill(id, 'long', at('01:00'), { symbol: `${id}USDT`, strategy: 'a' })),
    orders: orders.filter((row) => !without.includes(String(row['id']))),
    'stop-changes': ids.map((id) => ({
      position_id: id,
      at: at('01:00:02'),
      kind: 'placed',
      old_price: null,
      new_price: '95',
      order_id: `${id}-s`,
      exchange: 'binance',
      error: null,
      ...of(id, 'change'),
    })),
  };
}

const said = (rule: string, rows: ReturnType<typeof world>, lacks: readonly string[] = []) =>
  findingsOf(run(rows, { lacks }), rule).map(({ severity, cause }) => `${severity} ${cause.id}`);

describe('DQ-06 of orders that close a position', () => {
  test.each<[string, Changes, readonly string[]]>([
    ['rows that agree', {}, []],
    [
      'times of another moment: nothing tells which of two rows is wrong',
      {
        entry: { filled_at: at('02:00') },
        position: { opened_at: at('01:30') },
        change: { at: at('02:00') },
      },
      [],
    ],
    [
      'a target that could open',
      { target: { reduce_only: false, status: 'cancelled', cancelled_at: at('02:00') } },
      ['MEDIUM unsaid-unknown'],
    ],
    ['one that works: of what it may open ZO-01 tells', { target: { reduce_only: false } }, []],
    ['a target that says nothing of reducing', { target: { reduce_only: null } }, ['MEDIUM unsaid-unknown']],
    ['one that closes all', { target: { reduce_only: null, close_on_trigger: true } }, []],
    ['a stop that names no position', { stop: { position_id: null } }, []],
    ['another strategy of an order', { target: { strategy: 'b' } }, []],
    ['a stop that its row denies', { position: { has_stop_loss: false } }, ['MEDIUM stop-flag-unknown']],
    [
      'a row that was written before its stop',
      { position: { has_stop_loss: false, updated_at: at('01:00') } },
      [],
    ],
    [
      'a target ten times off',
      { target: { trigger_price: '1050' }, position: { take_profit_price: null } },
      ['MEDIUM far-price-unknown'],
    ],
    ['five times off', { target: { trigger_price: '500' }, position: { take_profit_price: null } }, []],
    ['a price of another instrument', { position: { current_price: '7' } }, ['MEDIUM far-price-unknown']],
    ['a fifth of the price', { position: { current_price: '20' } }, []],
    ['a change of a stop that is gone', { change: { order_id: 'gone' } }, ['MEDIUM change-unknown']],
    ['a change that failed', { change: { order_id: 'gone', error: 'rejected' } }, []],
    ['a change of another’s stop', { change: { order_id: 'p1-s' } }, ['MEDIUM change-of-other-unknown']],
    ['more left than there was', { stop: { remaining: '1.1' } }, ['MEDIUM remaining-unknown']],
    ['less left than nothing', { stop: { remaining: '-1' } }, ['MEDIUM remaining-unknown']],
    ['nothing left of what works', { stop: { remaining: '0', filled: '0' } }, ['MEDIUM remaining-unknown']],
    ['all left', { stop: { remaining: '1', filled: '0' } }, []],
    [
      'an answer without the exchange’s id',
      { stop: { exchange_order_id: null } },
      ['MEDIUM exchange-id-unknown'],
    ],
    [
      'a time of filling, and nothing filled',
      {
        stop: { status: 'cancelled', filled: '0', filled_at: at('02:00'), cancelled_at: at('02:00') },
        target: { status: 'cancelled', filled: '0', filled_at: null },
      },
      ['MEDIUM never-filled-unknown'],
    ],
    ['no answer, and no id', { stop: { exchange_order_id: null, venue_at: null } }, []],
    ['an order written before it was made', { stop: { updated_at: at('00:30') } }, ['MEDIUM unknown']],
    ['a row written before its opening', { position: { updated_at: at('00:59') } }, ['MEDIUM unknown']],
    [
      'a stop that filled before it fired',
      {
        stop: {
          status: 'cancelled',
          cancelled_at: at('02:00'),
          triggered_at: at('03:00'),
          updated_at: at('03:00'),
        },
      },
      ['MEDIUM unknown'],
    ],
    [
      'an activated stop that has no trailing',
      { position: { trailing_activated: true, has_trailing_stop: false } },
      ['MEDIUM trailing-flag-unknown'],
    ],
    [
      'a liquidation price that entry and price passed',
      { position: { status: 'open', closed_at: null, current_price: '100', liquidation_price: '150' } },
      ['HIGH liquidation-unknown'],
    ],
    ['one that has', { position: { trailing_activated: true, has_trailing_stop: true } }, []],
  ])('%s', (_name, changes, expected) => {
    expect(said('DQ-06', world(changes))).toEqual(expected);
  });

  test('where all are so, a column means something else', () => {
    expect(said('DQ-06', world({ target: { reduce_only: false } }, true))).toEqual([]);
    expect(said('DQ-06', world({ entry: { filled_at: at('02:00') } }, true))).toEqual([]);
    expect(said('DQ-06', world({ stop: { exchange_order_id: null } }, true))).toEqual([]);
    expect(said('DQ-06', world({ change: { order_id: 'group' } }, true))).toEqual([]);
  });

  test('no stop says whether it only reduces, though the mapping serves it', () => {
    const silent = world({ stop: { reduce_only: null }, target: { reduce_only: null } }, true);
    expect(said('DQ-06', silent)).toEqual(['LOW never-said-unknown']);
    expect(said('DQ-06', silent, ['order.reduce_only'])).toEqual([]);
  });

  test('a target without its order, where others of its strategy have one', () => {
    expect(said('DQ-06', world({}, false, ['p0-t']))).toEqual(['MEDIUM target-unknown']);
    expect(said('DQ-06', world({ position: { take_profit_price: null } }, false, ['p0-t']))).toEqual([]);
    expect(said('DQ-06', world({}, false, ['p0-t', 'p1-t', 'p2-t']))).toEqual([]);
  });
});

describe('DQ-04 of targets and changes', () => {
  test.each<[string, Changes, readonly string[]]>([
    ['rows that agree', {}, []],
    [
      'a target beside its order',
      { position: { take_profit_price: '110' } },
      ['MEDIUM target-price-unknown'],
    ],
    ['within two percent', { position: { take_profit_price: '107' } }, []],
    [
      'of an order that was rewritten',
      { position: { take_profit_price: '110' }, target: { updated_at: later(at('03:00'), 0) } },
      [],
    ],
    ['a change to another price', { change: { new_price: '90' } }, ['MEDIUM change-price-unknown']],
  ])('%s', (_name, changes, expected) => {
    expect(said('DQ-04', world(changes))).toEqual(expected);
  });
  test('a target is never more than MEDIUM', () => {
    expect(said('DQ-04', world({ position: { take_profit_price: '1050' } }, true))).toEqual([
      'MEDIUM target-price-unknown',
    ]);
  });
});
