import { describe, expect, test } from '@jest/globals';
import { agedPositions } from '../../sections/aged-positions.ts';
import {
  at,
  checkOf,
  danglingReferences,
  evaluate,
  findingsOf,
  valueOf,
  WINDOW,
  type Evidence,
} from './support.ts';
import { later, many, position } from './trading-rows.ts';
import { NO_LIMITS } from '../support/bot-facts.ts';

type Row = Readonly<Record<string, unknown>>;
/** Opened so many hours before the end of the window. */
const aged = (id: string, hours: number, over: Row = {}): Row =>
  position(id, { opened_at: later(WINDOW.to, -hours * 3_600_000), ...over });
const price = (value: string, over: Row = {}): Row => ({
  exchange: 'binance',
  symbol: 'BTCUSDT',
  bucket: at('07:59'),
  at: at('07:59:30'),
  price: value,
  kind: 'mark',
  ...over,
});
const costs = { fees: '0', funding: '0' };

function run(rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(agedPositions, {
    ...more,
    rows,
    lacks: ['fill', 'funding', ...(more.lacks ?? [])],
  });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
const detail = (result: ReturnType<typeof run>, column: string) => {
  const dataset = result.datasets.find(({ id }) => id === 'aged-positions.open');
  const index = dataset?.columns.findIndex(({ key }) => key === column) ?? -1;
  return dataset?.rows.map((row) => row[index] ?? null) ?? [];
};

test('buckets are half-open, add up to the open positions, and count what crossed and closed later', () => {
  const list = [
    aged('b', 2.99),
    aged('c', 3),
    aged('d', 6),
    aged('e', 12),
    aged('f', 40, { exchange: 'bybit' }),
    aged('g', 9, { closed_at: at('07:00') }),
  ];
  const result = run({ positions: list });
  expect(
    ['0-3h', '3-6h', '6-12h', '12h+', 'unknown'].map((age) => valueOf(result, 'open_by_age', { age })),
  ).toEqual([1, 1, 1, 2, 0]);
  expect([
    valueOf(result, 'open_at_end'),
    valueOf(result, 'open_by_age', { age: '12h+', exchange: 'bybit' }),
  ]).toEqual([5, 1]);
  expect(['3h', '6h', '12h'].map((age) => valueOf(result, 'crossed_age', { age }))).toEqual([2, 2, 0]);
});

describe('AG-01', () => {
  const words = (rows: readonly Row[], price0 = '99.9'): string => {
    const [finding] = findingsOf(run({ positions: rows, prices: [price(price0)] }), 'AG-01');
    return JSON.stringify([finding?.description, finding?.impact]);
  };
  test('speaks of one position as one, and of losses, not of the result, where some win', () => {
    const one = words([aged('a', 13, costs)]);
    expect(one).toContain('it is at a loss');
    expect(one).toContain('It holds a slot');
    expect(words([aged('a', 13, costs)], '101')).toContain('it is not at a loss');
    const two = words([aged('a', 13, costs), aged('b', 13, { ...costs, side: 'short' })]);
    expect(two).toContain('"are"," open for ","up to "');
    expect(two).toContain('the losses in it are ');
  });

  const config = (maxAgeH: number) => ({ bot: { limits: { ...NO_LIMITS, maxAgeH } } });
  test.each([
    ['exactly 12 h is not aged', [aged('a', 12, costs)], '101', {}, null, 1],
    ['over 12 h, winning', [aged('a', 13, costs)], '101', {}, 'LOW', 0.5],
    ['over 12 h, losing', [aged('a', 13, costs)], '99.9', {}, 'MEDIUM', 0.5],
    ['over 24 h, losing', [aged('a', 25, costs)], '99.9', {}, 'HIGH', 0.5],
    ['over 24 h, winning', [aged('a', 25, costs)], '101', {}, 'LOW', 0.5],
    ['near liquidation', [aged('a', 13, { ...costs, liquidation_price: '95' })], '101', {}, 'HIGH', 0.5],
    ['over the configured age', [aged('a', 5, costs)], '101', config(4), 'LOW', 0],
    ['within the configured age', [aged('a', 13, costs)], '101', config(20), null, 1],
    [
      'a short loses when the price rises',
      [aged('a', 13, { ...costs, side: 'short' })],
      '101',
      {},
      'MEDIUM',
      0.5,
    ],
  ])('%s', (_name, positions, mark, more, severity, r) => {
    const result = run({ positions, prices: [price(mark)] }, more);
    expect([findingsOf(result, 'AG-01')[0]?.severity ?? null, checkOf(result, 'AG1')]).toEqual([severity, r]);
  });

  test('the bot’s own limit counts when the operator set none', () => {
    expect(
      findingsOf(
        run({ positions: [aged('a', 9)], limits: [{ name: 'max_age', kind: 'max_age', value: '8' }] }),
        'AG-01',
      ),
    ).toHaveLength(1);
  });

  test('one finding an exchange; the subject is the symbol', () => {
    const found = findingsOf(
      run({
        positions: [
          aged('a', 13),
          aged('b', 14, { symbol: 'ETHUSDT' }),
          aged('c', 15, { exchange: 'bybit' }),
        ],
      }),
      'AG-01',
    );
    expect(found.map(({ venue, occurrences }) => [venue, occurrences.map(({ subject }) => subject)])).toEqual(
      [
        ['bybit', ['BTCUSDT']],
        ['binance', ['ETHUSDT', 'BTCUSDT']],
      ],
    );
  });

  test.each([
    ['exit-unfilled', { role: 'exit', status: 'new' }, at('07:59')],
    ['strategy-off', null, at('06:00')],
    ['exit-never-met', null, at('07:59')],
  ])('the cause is %s when orders and evaluations show it', (id, order, evaluated) => {
    const orders = order
      ? [{ id: 'o', position_id: 'a', symbol: 'BTCUSDT', created_at: at('03:00'), ...order }]
      : [];
    const result = run({ positions: [aged('a', 13, { last_evaluated_at: evaluated })], orders });
    expect(findingsOf(result, 'AG-01')[0]?.cause).toMatchObject({ id, confidence: 'LIKELY' });
  });
});

describe('AG2 detail', () => {
  test('unrealised net includes fees and funding so far; a loss over 1 % is a concern', () => {
    const result = run({
      positions: [aged('a', 13, { fees: '0.5', funding: '-0.4' })],
      prices: [price('99.5')],
    });
    expect([detail(result, 'result'), detail(result, 'concern'), detail(result, 'status')]).toEqual([
      ['-1.4'],
      ['Old, Losing, Funding drag'],
      ['open'],
    ]);
  });

  test('without costs only the price’s part is shown, and said; an old mark is flagged', () => {
    const result = run(
      { positions: [aged('a', 1)], prices: [price('101', { at: at('07:50') })] },
      { lacks: ['position.fees'] },
    );
    expect([detail(result, 'result'), detail(result, 'status')]).toEqual([
      ['1'],
      ['open, before costs, old mark'],
    ]);
  });

  test('without a price there is no result, and the sum over the aged is null', () => {
    const result = run({ positions: [aged('a', 13)] });
    expect([detail(result, 'result'), valueOf(result, 'aged_result')]).toEqual([[null], '<no_data>']);
  });

  test('the bot’s own price stands in, unless its row changed after the window', () => {
    const row = { ...costs, current_price: '103', current_price_at: at('07:58') };
    expect(detail(run({ positions: [aged('a', 1, row)] }), 'result')).toEqual(['3']);
    expect(
      detail(run({ positions: [aged('a', 1, { ...row, current_price_at: at('09:00') })] }), 'result'),
    ).toEqual([null]);
  });

  test('AG3: the age percentile needs 30 closed positions of the strategy', () => {
    const closed = (n: number) =>
      many(n, (index) =>
        position(`c${String(index)}`, {
          strategy: 'trend',
          opened_at: at('01:00'),
          closed_at: at(index % 2 === 0 ? '01:30' : '05:00'),
        }),
      );
    const open = aged('a', 2, { strategy: 'trend' });
    expect(detail(run({ positions: [open, ...closed(29)] }), 'percentile')).toEqual([null]);
    expect(detail(run({ positions: [open, ...closed(30)] }), 'percentile')).toEqual([50]);
  });
});

describe('AG-02 funding drag', () => {
  test.each([
    ['0.1 % of the notional is the limit', '-0.1', '101', 0],
    ['over it', '-0.11', '101', 1],
    ['over half of the gross result', '-0.06', '100.1', 1],
    ['under half of it', '-0.06', '100.2', 0],
    ['half of a result that is noise', '-0.04', '100.01', 0],
    ['received funding is none', '0.5', '101', 0],
  ])('%s', (_name, funding, mark, findings) => {
    const result = run({ positions: [aged('a', 5, { fees: '0', funding })], prices: [price(mark)] });
    expect(findingsOf(result, 'AG-02')).toHaveLength(findings);
  });
});

test('positions that cannot be read: the check is unknown and nothing is found', () => {
  const result = run({ positions: { value: null, reason: 'source_failed' } });
  expect([checkOf(result, 'AG1'), valueOf(result, 'aged_positions'), result.findings]).toEqual([
    'unknown',
    '<source_failed>',
    [],
  ]);
});

test('no open position while the table was read: counts are 0 and the check passes', () => {
  const result = run({ positions: [] }, { lacks: [] });
  expect([valueOf(result, 'open_at_end'), checkOf(result, 'AG1')]).toEqual([0, 1]);
});
