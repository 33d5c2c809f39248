import { describe, expect, test } from '@jest/globals';
import { at, findingsOf } from './support.ts';
import { entryOrder, fill, many, position, stop } from './trading-rows.ts';
import { run } from './data-integrity-support.ts';

type Row = Readonly<Record<string, unknown>>;
interface Changes {
  readonly position?: Row;
  readonly entry?: Row;
  readonly entryFill?: Row;
  readonly exit?: Row;
  readonly exitFill?: Row;
}

/** One position that its stop closed, with its two orders and their fills. */
function traded(id: string, changes: Changes) {
  const exit = stop(id, `${id}-exit`, at('01:00'), {
    status: 'filled',
    filled: '1',
    triggered_at: at('02:00'),
    filled_at: at('02:00'),
    ...changes.exit,
  });
  return {
    positions: [
      position(id, { closed_at: at('02:00'), exit_kind: 'stop', strategy: 'a', ...changes.position }),
    ],
    orders: [entryOrder(`${id}-entry`, { position_id: id, reduce_only: false, ...changes.entry }), exit],
    fills: [
      fill(id, 'long', at('01:00'), { strategy: 'a', ...changes.entryFill }),
      fill(id, 'short', at('02:00'), { strategy: 'a', price: '95', ...changes.exitFill }),
    ],
  };
}

const found = (rows: Parameters<typeof run>[0]) =>
  findingsOf(run(rows), 'DQ-06').map(({ severity, cause }) => `${severity} ${cause.id}`);

const limit = (price: string, side = 'long'): Changes => ({ entry: { type: 'limit', price, side } });
const target = { role: 'take_profit', type: 'take_profit', trigger_price: '105' };

describe('DQ-06 of rows that exclude each other', () => {
  test.each<[string, Changes, readonly string[]]>([
    ['rows that agree', {}, []],
    ['a buy filled above its limit', limit('97'), ['MEDIUM limit-price-unknown']],
    ['a buy filled above it by what an amendment moves', limit('98.1'), []],
    ['a buy filled far below its limit', limit('201'), ['MEDIUM limit-price-unknown']],
    ['a buy filled below its limit', limit('199'), []],
    ['a market order with a price of its own', { entry: { price: '1000' } }, []],
    ['a limit order that made', { ...limit('100'), entryFill: { is_maker: true } }, []],
    [
      'an opening that may only reduce',
      { entry: { reduce_only: true } },
      ['MEDIUM opened-by-reducing-unknown'],
    ],
    [
      'an opening that closes on its trigger',
      { entry: { close_on_trigger: true } },
      ['MEDIUM opened-by-reducing-unknown'],
    ],
    ['a stop that may only reduce and closes', { exit: { close_on_trigger: true } }, []],
    ['a stop for a target', { position: { exit_kind: 'target' } }, ['MEDIUM exit-reason-unknown']],
    ['a stop for a signal', { position: { exit_kind: 'signal' } }, ['MEDIUM exit-reason-unknown']],
    ['a stop for a trailing one', { position: { exit_kind: 'trailing' } }, []],
    ['a stop for a reason that nobody knows', { position: { exit_kind: null } }, []],
    ['a target for a stop', { exit: target, exitFill: { price: '105' } }, ['MEDIUM exit-reason-unknown']],
    ['a target', { exit: target, exitFill: { price: '105' }, position: { exit_kind: 'target' } }, []],
    [
      'an exit of the bot’s own for whatever it says',
      { exit: { role: 'exit', type: 'market' }, position: { exit_kind: 'timeout' } },
      [],
    ],
    [
      'an exit of the bot’s own that lost for a target',
      { exit: { role: 'exit', type: 'market' }, position: { exit_kind: 'target' } },
      ['MEDIUM exit-reason-unknown'],
    ],
  ])('%s', (_name, changes, expected) => {
    expect(found(traded('p', changes))).toEqual(expected);
  });

  test.each<[string, readonly [string, string, string], readonly string[], number?]>([
    ['another strategy that positions have', ['b', 'a', 'b'], ['MEDIUM strategy-unknown']],
    ['a name that only fills have', ['x', 'a', 'b'], ['MEDIUM strategy-unknown']],
    ['the name of another position throughout', ['b', 'b', 'b'], ['MEDIUM strategy-unknown']],
    ['other names throughout', ['x', 'x', 'y'], []],
    ['none', ['', 'a', 'b'], []],
    ['another strategy, of few positions', ['b', 'a', 'b'], [], 4],
  ])('a fill of five positions that names %s', (_name, [entry, exit, ofOther], expected, n = 5) => {
    const all = [
      ...many(n, (i) =>
        traded(`p${String(i)}`, { entryFill: { strategy: entry }, exitFill: { strategy: exit } }),
      ),
      traded('q', {
        position: { strategy: 'b' },
        entryFill: { strategy: ofOther },
        exitFill: { strategy: ofOther },
      }),
    ];
    expect(
      found({
        positions: all.flatMap(({ positions }) => positions),
        orders: all.flatMap(({ orders }) => orders),
        fills: all.flatMap(({ fills }) => fills),
      }),
    ).toEqual(expected);
  });

  test.each<[string, number, number, readonly string[]]>([
    ['one of ten market orders that made', 1, 5, ['MEDIUM maker-unknown']],
    ['more than a fifth of them', 3, 5, []],
    ['all of few', 8, 4, []],
    ['nine of ten of twenty', 18, 10, ['MEDIUM maker-unknown']],
    ['all of twenty, by a bot that knows no taker', 20, 10, []],
    ['fewer of them', 17, 10, []],
  ])('%s', (_name, made, positions, expected) => {
    const all = many(positions, (n) =>
      traded(`p${String(n)}`, {
        exit: { type: 'market' },
        entryFill: { is_maker: n < made },
        exitFill: { is_maker: positions + n < made },
      }),
    );
    expect(
      found({
        positions: all.flatMap(({ positions }) => positions),
        orders: all.flatMap(({ orders }) => orders),
        fills: all.flatMap(({ fills }) => fills),
      }),
    ).toEqual(expected);
  });

  const stops = (changed: Row, of = 5) =>
    many(of, (i) =>
      stop('p', `s${String(i)}`, at('01:10'), { parent_id: 'p-exit', ...(i === 0 && changed) }),
    );
  test.each<[string, readonly Row[], readonly Row[], readonly string[]]>([
    ['stops that replace the one before', stops({}), [], []],
    ['a stop that replaces one that is gone', stops({ parent_id: 'gone' }), [], ['MEDIUM parent-unknown']],
    ['parents that are no orders', stops({ parent_id: 'group' }, 2), [], []],
    ['an order of another instrument', stops({ symbol: 'ETHUSDT' }), [], ['MEDIUM instrument-unknown']],
    ['an order of a name that nothing else has', stops({ symbol: 'SOLUSDT' }), [], []],
    ['an order of another exchange', stops({ exchange: 'bybit' }), [], ['MEDIUM instrument-unknown']],
    ['a stop on the side of its position', stops({ side: 'long' }), [], ['MEDIUM side-unknown']],
    ['a stop that says nothing of reducing', stops({ reduce_only: null }), [], ['MEDIUM unsaid-unknown']],
    ['a stop that closes all', stops({ reduce_only: null, close_on_trigger: true }), [], []],
    ['another spelling', stops({ symbol: 'BTC/USDT:USDT', exchange: 'Binance' }), [], []],
    [
      'an earlier name',
      stops({ symbol: 'XBTUSDT' }),
      [{ exchange: 'binance', symbol: 'BTCUSDT', contract: 'linear', same_as: 'XBTUSDT' }],
      [],
    ],
  ])('%s', (_name, more, instruments, expected) => {
    const { positions, orders, fills } = traded('p', {});
    const all = [...positions, position('other', { symbol: 'ETHUSDT' })];
    expect(found({ positions: all, orders: [...orders, ...more], fills, instruments })).toEqual(expected);
  });
});
