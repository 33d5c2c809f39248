import { describe, expect, test } from '@jest/globals';
import { balance, trades } from './closed-trades.ts';
import { gateFailed, run } from './data-integrity-support.ts';
import { at, checkOf, findingsOf, valueOf } from './support.ts';
import { fill, position } from './trading-rows.ts';

describe('DI-05 wallet identity', () => {
  const world = trades([{ gross: 5 }, { gross: -3 }]);
  const series = (...list: (readonly [string, string])[]) =>
    list.map(([time, total]) => ({
      exchange: 'binance',
      account: 'futures',
      currency: 'USDT',
      at: at(time),
      total,
    }));

  test('open positions, funding and transfers are in it', () => {
    const result = run({
      positions: [...world.positions, position('O')],
      fills: [...world.fills, fill('O', 'long', at('02:00'))],
      funding: [
        { symbol: 'BTCUSDT', exchange: 'binance', position_id: 'O', amount: '-0.5', at: at('04:00') },
      ],
      transfers: [{ at: at('05:00'), currency: 'USDT', amount: '250', exchange: 'binance' }],
      'balance-edges': [balance('from', '1000'), balance('to', '1251.30')],
    });
    expect(valueOf(result, 'wallet_residual', { exchange: 'binance', currency: 'USDT' })).toBe('0');
    expect([checkOf(result, 'PN10'), gateFailed(result, 'c'), findingsOf(result, 'DI-05')]).toEqual([
      1,
      false,
      [],
    ]);
  });

  test.each([
    ['0.01 is within the tolerance', '1001.85', null, 1, false],
    ['0.31 of 1000 is under 0.05 %', '1001.53', 'MEDIUM', 0.5, false],
    ['0.84 is over 0.05 %', '1001.00', 'HIGH', 0, true],
    ['6 are over 0.5 %', '995.84', 'CRITICAL', 0, true],
  ])('%s', (_name, end, severity, r, gate) => {
    const result = run({ ...world, 'balance-edges': [balance('from', '1000'), balance('to', end)] });
    expect([
      findingsOf(result, 'DI-05')[0]?.severity ?? null,
      checkOf(result, 'PN10'),
      gateFailed(result, 'c'),
    ]).toEqual([severity, r, gate]);
  });

  test('the first jump that stays is located between two balance rows; one that comes back is not it', () => {
    const result = run({
      ...world,
      'balance-edges': [balance('from', '1000'), balance('to', '1001.53')],
      'balance-series': series(
        ['00:30', '999'],
        ['00:31', '1000'],
        ['03:00', '1001.84'],
        ['03:01', '1001.53'],
        ['08:00', '1001.53'],
      ),
    });
    expect(findingsOf(result, 'DI-05')[0]?.occurrences).toEqual([
      { subject: 'USDT', at: at('03:00'), until: at('03:01') },
    ]);
  });

  test('an entry of exactly that size names the cause', () => {
    const rows = {
      ...world,
      'balance-edges': [balance('from', '1000'), balance('to', '1001.84')],
      transfers: [{ at: at('05:00'), currency: 'USDT', amount: '25', exchange: 'binance' }],
    };
    expect(findingsOf(run(rows), 'DI-05')[0]?.cause).toMatchObject({
      id: 'transfer-missing',
      confidence: 'LIKELY',
    });
  });

  test.each([
    ['no balances', { ...world }, { lacks: ['balance'] }, 'single_source'],
    [
      'no fills',
      { positions: world.positions, 'balance-edges': [balance('from', '1000'), balance('to', '1000')] },
      { lacks: ['fill'] },
      'single_source',
    ],
    ['a balance at one edge only', { ...world, 'balance-edges': [balance('from', '1000')] }, {}, 'no_data'],
  ])('%s: unknown, never passed, and the gate is not decided', (_name, rows, more, reason) => {
    const result = run(rows, more);
    expect(valueOf(result, 'wallet_residual_worst')).toBe(`<${reason}>`);
    expect([checkOf(result, 'PN10'), gateFailed(result, 'c')]).toEqual(['unknown', null]);
  });
});
