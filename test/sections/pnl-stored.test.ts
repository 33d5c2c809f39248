import { describe, expect, test } from '@jest/globals';
import { datasetsOf } from '../../audit/assemble.ts';
import { at, checkOf, figureOf, findingsOf, valueOf } from './support.ts';
import { fill, many, position } from './trading-rows.ts';
import { run, trades } from './pnl-support.ts';

describe('fee rate', () => {
  /** A short of 1 from 100 down to 90: 190 were traded, for 0.08. */
  const short = {
    positions: [position('S', { side: 'short', closed_at: at('02:00'), realized_pnl: '9.92' })],
    fills: [
      fill('S', 'short', at('01:00'), { order_id: 'S-entry' }),
      fill('S', 'long', at('02:00'), { order_id: 'S-exit', price: '90' }),
    ],
  };

  test('a short that earned was bought back for less than it was sold', () => {
    expect(valueOf(run(short), 'fee_rate')).toBeCloseTo((10_000 * 0.08) / 190, 9);
    expect(valueOf(run(trades([{ gross: 10 }])), 'fee_rate')).toBeCloseTo((10_000 * 0.08) / 210, 9);
  });

  test('what was added after a part was closed is traded too', () => {
    const fills = [
      fill('A', 'long', at('01:00')),
      fill('A', 'short', at('01:10'), { quantity: '0.5', order_id: 'A-x1' }),
      fill('A', 'long', at('01:20'), { quantity: '0.5', order_id: 'A-e2' }),
      fill('A', 'short', at('02:00'), { order_id: 'A-exit' }),
    ];
    const positions = [position('A', { closed_at: at('02:00') })];
    expect(valueOf(run({ positions, fills }), 'fee_rate')).toBeCloseTo((10_000 * 0.16) / 300, 9);
  });

  test('rows alone: the exit price of the row', () => {
    const [row] = short.positions;
    const rows = [{ ...row, exit_price: '90', fees: '0.08', funding: '0' }];
    expect(valueOf(run({ positions: rows }, { lacks: ['fill', 'funding'] }), 'fee_rate')).toBeCloseTo(
      (10_000 * 0.08) / 190,
      9,
    );
  });
});

describe('stored unrealised results', () => {
  const open = (id: string, over: Readonly<Record<string, unknown>>) =>
    position(id, { unrealized_pnl: '10', current_price: '110', current_price_at: at('07:59'), ...over });
  const judged = (over: Readonly<Record<string, unknown>>) => {
    const result = run({ positions: [open('O', over)], fills: [fill('O', 'long', at('01:00'))] });
    return ['compared', 'differ', 'later'].map((name) => valueOf(result, `stored_unrealised_${name}`));
  };

  test.each([
    ['open and right', {}, [1, 0, 0]],
    ['open and wrong', { unrealized_pnl: '50' }, [1, 1, 0]],
    [
      'closed since, so that nothing is unrealised now',
      { closed_at: at('09:00'), unrealized_pnl: '0' },
      [0, 0, 1],
    ],
    [
      'closed since without a time',
      { status: 'closed', updated_at: at('09:00'), unrealized_pnl: '0' },
      [0, 0, 1],
    ],
    ['priced after the window', { current_price_at: at('08:30'), unrealized_pnl: '50' }, [0, 0, 1]],
    [
      'closed in the window: it was not open at its end',
      { closed_at: at('02:00'), unrealized_pnl: '0' },
      [0, 0, 0],
    ],
  ])('%s', (_name, over, expected) => {
    expect(judged(over)).toEqual(expected);
  });
});

describe('DQ-04 stored results of closed rows', () => {
  const world = trades(many(10, (n) => ({ gross: n + 1 })));
  const stored = (value: (row: Readonly<Record<string, unknown>>, index: number) => unknown) => ({
    ...world,
    positions: world.positions.map((row, index) => ({ ...row, realized_pnl: value(row, index) })),
  });
  const found = (rows: Parameters<typeof run>[0], more?: Parameters<typeof run>[1]) =>
    findingsOf(run(rows, more), 'DQ-04').map(({ severity, cause }) => [severity, cause.id]);

  test('0 in every closed row is a placeholder, and a finding', () => {
    const result = run(stored(() => '0'));
    expect([checkOf(result, 'DI13'), valueOf(result, 'stored_results_zero')]).toEqual([0, 10]);
    expect(found(stored(() => '0'))).toEqual([['HIGH', 'stored-zero']]);
  });

  test('gross results, and results that nothing explains', () => {
    expect(found(stored((_row, index) => String(index + 1)))).toEqual([['MEDIUM', 'stored-gross']]);
    expect(found(stored((row, index) => (index === 3 ? '99' : row['realized_pnl'])))).toEqual([
      ['MEDIUM', 'unknown'],
    ]);
    expect(found(world)).toEqual([]);
  });

  test('without computed results, ten rows of 0 are told and nine are not', () => {
    const lacks = ['fill', 'funding', 'position.exit_price', 'position.fees'];
    const rows = (n: number) => ({
      positions: many(n, (index) =>
        position(`Z${String(index)}`, { closed_at: at('02:00'), realized_pnl: '0' }),
      ),
    });
    expect(found(rows(10), { lacks })).toEqual([['HIGH', 'stored-zero']]);
    expect(found(rows(9), { lacks })).toEqual([]);
  });
});

test('a percent or time of money has no currency, and the table of all figures says its own unit', () => {
  const result = run(trades([{ gross: -5 }]));
  for (const name of ['drawdown_equity_at', 'drawdown_equity_percent', 'daily_loss_used'])
    expect(figureOf(result, name).currency).toBeUndefined();
  const figure = figureOf(result, 'worst_day_loss');
  const units = (['percent', 'time', 'money', 'money_min'] as const).map((unit) => {
    const [all] = datasetsOf([{ ...result, datasets: [], figures: [{ ...figure, unit }] }]);
    return all?.rows[0]?.[6];
  });
  expect(units).toEqual(['percent', 'time', 'USDT', 'USDT min']);
});
