import { describe, expect, test } from '@jest/globals';
import { at, checkOf, valueOf } from './support.ts';
import { position } from './trading-rows.ts';
import { run, limits } from './position-management-support.ts';

describe('P6', () => {
  const rows = {
    positions: [position('a'), position('b', { side: 'short', exchange: 'bybit', opened_at: at('02:00') })],
    prices: [
      { exchange: 'binance', symbol: 'BTCUSDT', bucket: at('03:00'), at: at('03:00'), price: '200' },
      { exchange: 'bybit', symbol: 'BTCUSDT', bucket: at('03:00'), at: at('03:00'), price: '150' },
    ],
    equity: [
      { exchange: 'binance', currency: 'USDT', bucket: at('00:00'), at: at('00:00'), equity: '100' },
      { exchange: 'bybit', currency: 'USDT', bucket: at('00:00'), at: at('00:00'), equity: '150' },
    ],
  };

  test('values what is held at market prices', () => {
    const result = run({ rows });
    expect(valueOf(result, 'gross_notional_peak')).toBe('350');
    expect(valueOf(result, 'net_notional_peak')).toBe('100');
    expect(valueOf(result, 'leverage_peak', { exchange: 'binance' })).toBe(2);
    expect(valueOf(result, 'leverage_peak')).toBeCloseTo(1.4, 10);
  });

  test.each([
    ['1000', 1],
    ['350', 0.5],
    ['349', 0],
  ])('with an exposure limit of %s scores %s', (exposure, r) => {
    expect(checkOf(run({ rows, bot: limits({ exposure }) }), 'P6')).toBeCloseTo(r, 10);
  });

  test('judges the account with the highest leverage, not only all of them together', () => {
    expect(checkOf(run({ rows, bot: limits({ leverage: 3 }) }), 'P6')).toBe(1);
    expect(checkOf(run({ rows, bot: limits({ leverage: 1.9 }) }), 'P6')).toBe(0);
  });

  test('is unknown when leverage is limited and no balance is known', () => {
    const result = run({ rows: { ...rows, equity: [] }, bot: limits({ leverage: 3 }) });
    expect(checkOf(result, 'P6')).toBe('unknown');
    expect(checkOf(run({ rows }), 'P6')).toBe('unknown');
  });
});
