import { describe, expect, test } from '@jest/globals';
import { algorithm } from '../../sections/algorithm.ts';
import { at, danglingReferences, evaluate, figureOf, valueOf, type Evidence } from './support.ts';
import { entryOrder, later, many, position, stop } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;

/** A long position from 02:00 to 02:10 at 100, and its prices by minute. */
function held(
  id: string,
  prices: readonly number[],
  exit: string,
  kind: string,
): { position: Row; prices: Row[] } {
  const symbol = `${id}USDT`;
  return {
    position: position(id, {
      symbol,
      opened_at: at('02:00'),
      closed_at: later(at('02:00'), prices.length * 60_000),
      exit_price: exit,
      exit_kind: kind,
      realized_pnl: '0',
      fees: '0',
      funding: '0',
    }),
    prices: prices.map((price, minute) => {
      const time = later(at('02:00:30'), minute * 60_000);
      return { symbol, exchange: 'binance', price: String(price), bucket: time, at: time, kind: 'mark' };
    }),
  };
}

function run(courses: readonly ReturnType<typeof held>[], more: Evidence = {}) {
  const result = evaluate(algorithm, {
    lacks: ['fill', 'funding'],
    ...more,
    rows: {
      positions: courses.map((one) => one.position),
      prices: courses.flatMap(({ prices }) => prices),
      orders: courses.map((one) =>
        stop(String(one.position['id']), `${String(one.position['id'])}-s`, at('02:00'), {
          symbol: one.position['symbol'],
        }),
      ),
      ...more.rows,
    },
  });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
const cells = (result: ReturnType<typeof run>, dataset: string, column: string) => {
  const found = result.datasets.find(({ id }) => id === dataset);
  const index = found?.columns.findIndex(({ key }) => key === column) ?? -1;
  return found?.rows.map((row) => row[index] ?? null) ?? [];
};
const trail = (id: string) => held(id, [101, 104, 103], '101', 'trailing');

test('ten trailing exits keep a quarter of the best move', () => {
  const result = run(many(10, (n) => trail(`T${String(n)}`)));
  expect([valueOf(result, 'courses'), valueOf(result, 'trailing_kept')]).toEqual([10, 25]);
  expect(cells(result, 'algorithm.exits', 'given')).toEqual([300]);
  expect(JSON.stringify(result.parts)).toContain('To try: a nearer trail');
});

test('nine say nothing', () => {
  const result = run(many(9, (n) => trail(`T${String(n)}`)));
  expect(valueOf(result, 'trailing_kept')).toBe('<insufficient_n>');
  expect(JSON.stringify(result.parts)).not.toContain('To try');
});

test('what keeps enough asks for no change', () => {
  const result = run(many(10, (n) => held(`T${String(n)}`, [101, 104, 103], '102', 'trailing')));
  expect(valueOf(result, 'trailing_kept')).toBe(50);
  expect(JSON.stringify(result.parts)).not.toContain('To try');
});

test('losers that had been ahead by what they risked', () => {
  const lost = (id: string, best: number) => held(id, [100, best, 98], '97', 'signal');
  const ahead = (n: number) => [
    ...many(n, (index) => lost(`A${String(index)}`, 105)),
    ...many(10 - n, (index) => lost(`B${String(index)}`, 104.9)),
  ];
  const of = (n: number) => {
    const result = run(ahead(n));
    return [
      valueOf(result, 'losers_ahead'),
      JSON.stringify(result.parts).includes('move the stop to the entry'),
    ];
  };
  expect([of(3), of(4)]).toEqual([
    [3, false],
    [4, true],
  ]);
});

test('a wider stop is simulated on the prices after the close, and said to be a simulation', () => {
  // Stopped at 95 and back at 101; a stop at 93.75 would not have been reached.
  const stopped = (id: string) => {
    const one = held(id, [99, 97, 96, 95], '95', 'stop');
    const after = later(at('02:30'), 0);
    return {
      ...one,
      prices: [
        ...one.prices,
        {
          symbol: one.position['symbol'],
          exchange: 'binance',
          price: '101',
          bucket: after,
          at: after,
          kind: 'mark',
        },
      ],
    };
  };
  const result = run(many(10, (n) => stopped(`S${String(n)}`)));
  expect(cells(result, 'algorithm.simulation', 'factor')).toEqual([0.75, 1.25, 1.5]);
  expect(cells(result, 'algorithm.simulation', 'changed')).toEqual([10, 10, 10]);
  // Nearer: out at 96.25 in place of 95; wider: 101 in place of 95; one unit of 100 each.
  expect(cells(result, 'algorithm.simulation', 'difference').map(Number)).toEqual([12.5, 60, 60]);
  expect(JSON.stringify(result.parts)).toContain('A simulation, not a measurement');
});

test('without prices nothing is said of the algorithm', () => {
  const result = evaluate(algorithm, { lacks: ['price'], rows: { positions: [trail('T').position] } });
  expect(valueOf(result, 'courses')).toBe('<missing_entity>');
  expect(result.parts).toHaveLength(1);
});

describe('AP10, entries against the price before them', () => {
  const entries = (n: number, over: Row = {}) =>
    many(n, (index) =>
      entryOrder(`E${String(index)}`, {
        ...{ symbol: 'T0USDT', created_at: at('02:01'), average_price: '101.1010' },
        ...over,
      }),
    );
  const slippage = (orders: readonly Row[]) =>
    figureOf(run([trail('T0')], { rows: { orders } }), 'entry_slippage');

  test('the mean in the direction of the order, cost positive, of at least twenty', () => {
    expect(slippage(entries(20))).toMatchObject({ value: expect.closeTo(10, 9), n: 20 });
    expect(slippage(entries(20, { side: 'short' }))).toMatchObject({ value: expect.closeTo(-10, 9) });
    expect(slippage(entries(19))).toMatchObject({ value: null, reason: 'insufficient_n' });
  });

  test.each<[string, Row]>([
    ['a limit order sets its own price', { type: 'limit' }],
    ['one that was not filled', { status: 'cancelled' }],
    ['one without a price in the minute before', { created_at: at('02:00:30') }],
    ['an exit', { role: 'exit' }],
  ])('%s', (_name, over) => {
    expect(slippage(entries(20, over))).toMatchObject({ value: null, reason: 'no_data' });
  });
});
