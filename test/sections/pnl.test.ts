import { describe, expect, test } from '@jest/globals';
import { at, checkOf, figureOf, valueOf } from './support.ts';
import { many, position } from './trading-rows.ts';
import { trades } from './closed-trades.ts';
import { run } from './pnl-support.ts';

describe('results', () => {
  test('by exchange and total: outcomes on net, Wilson interval, the row adds up', () => {
    const result = run(
      trades([{ gross: 5 }, { gross: 0.08 }, { gross: -3 }, { gross: 2, exchange: 'bybit' }]),
    );
    expect(
      ['positions_closed', 'winners', 'losers', 'breakeven'].map((name) => valueOf(result, name)),
    ).toEqual([4, 2, 1, 1]);
    expect(figureOf(result, 'win_rate')).toMatchObject({
      value: 50,
      n: 4,
      interval: [expect.closeTo(15.0, 1), expect.closeTo(85.0, 1)],
    });
    expect(valueOf(result, 'win_rate_decided')).toBeCloseTo(66.67, 1);
    expect(valueOf(result, 'net_pnl')).toBe('3.76');
    expect(valueOf(result, 'net_pnl', { exchange: 'bybit' })).toBe('1.92');
    expect(valueOf(result, 'fees_paid')).toBe('0.32');
    expect([valueOf(result, 'identity_venues'), valueOf(result, 'identity_symbols')]).toEqual(['0', '0']);
  });

  test('no losses: the profit factor is null with that reason, never 0 or infinite', () => {
    expect(valueOf(run(trades([{ gross: 5 }])), 'profit_factor')).toBe('<no_losses>');
    expect(valueOf(run(), 'profit_factor')).toBe('<no_data>');
    expect(valueOf(run(trades([{ gross: 5.08 }, { gross: -2.42 }])), 'profit_factor')).toBe(2);
  });

  test('stored results of 0 in every closed row are no evidence of 0', () => {
    const closed = many(3, (n) => position(`Z${String(n)}`, { closed_at: at('02:00'), realized_pnl: '0' }));
    const result = run(
      { positions: closed },
      { lacks: ['fill', 'funding', 'position.exit_price', 'position.fees'] },
    );
    expect([valueOf(result, 'net_pnl'), valueOf(result, 'win_rate')]).toEqual([
      '<inadequate_basis>',
      '<inadequate_basis>',
    ]);
    expect(valueOf(result, 'positions_closed')).toBe(3);
    expect(checkOf(result, 'PN8')).toBe('unknown');
  });

  test('top 3 lists what exists: a loser is below zero, a winner above', () => {
    const result = run(trades([{ gross: 5 }, { gross: 1 }, { gross: -1 }]));
    const rows = (id: string) =>
      result.datasets.find((dataset) => dataset.id === id)?.rows.map((row) => row[3]);
    expect([rows('pnl.winners'), rows('pnl.losers')]).toEqual([['4.92', '0.92'], ['-1.08']]);
  });

  test('the cumulative line ends at the total', () => {
    const { series } = run(trades([{ gross: 5 }, { gross: -3 }, { gross: 2, exchange: 'bybit' }]));
    const last = (id: string) => series.find((one) => one.id === id)?.points.at(-1)?.value;
    expect([last('pnl.net.binance'), last('pnl.net.bybit'), last('pnl.net.total')]).toEqual([
      1.84, 1.92, 3.76,
    ]);
  });

  test('the drawdown lies under the highest equity so far, and is not drawn where it never fell', () => {
    const equity = (...values: readonly number[]) =>
      values.map((value, hour) => {
        const when = at(`0${String(hour)}:00`);
        return { exchange: 'binance', currency: 'USDT', bucket: when, at: when, equity: String(value) };
      });
    const line = (rows: ReturnType<typeof equity>) =>
      run({ ...trades([{ gross: 5 }]), equity: rows }).series.find(({ id }) => id === 'pnl.drawdown')?.points;
    const fell = line(equity(1000, 1010, 980, 1020, 1015));
    const when = (hour: string) => fell?.find((point) => point.at === at(hour))?.value;
    expect(['00:00', '01:00', '02:00', '03:00', '04:00'].map(when)).toEqual([0, 0, -30, 0, -5]);
    expect(fell?.at(-1)?.value).toBe(-5);
    expect(line(equity(1000, 1010))).toBeUndefined();
    expect(line([])).toBeUndefined();
  });

  test('a self-check that holds is a sentence, one that could not be made has its reason', () => {
    const blocks = (result: ReturnType<typeof run>) =>
      result.parts.find(({ title }) => title === 'Accounting checks')?.blocks.map(({ type }) => type);
    expect(blocks(run(trades([{ gross: 5 }])))).toEqual(['paragraph']);
    const lacking = run(
      { positions: many(3, (n) => position(`Z${String(n)}`, { closed_at: at('02:00'), realized_pnl: '0' })) },
      { lacks: ['fill', 'funding', 'position.exit_price', 'position.fees'] },
    );
    expect(valueOf(lacking, 'identity_venues')).toMatch(/^</);
    expect(blocks(lacking)).toEqual(['metrics']);
  });

  test('fees that name no currency are taken as quote, and the summary says how many', () => {
    const { positions, fills } = trades([{ gross: 5 }, { gross: 2 }]);
    const silent = fills.map((row, index) => (index < 3 ? { ...row, fee_currency: null } : row));
    const result = run({
      positions,
      fills: silent.map((row, index) => (index === 0 ? { ...row, fee: '0' } : row)),
    });
    expect(valueOf(result, 'fees_without_currency')).toBe(2);
    expect(JSON.stringify(result.parts)).toContain('name no currency and are taken as');
    expect(JSON.stringify(run({ positions, fills }).parts)).not.toContain('name no currency');
  });
});
