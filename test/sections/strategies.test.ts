import { describe, expect, test } from '@jest/globals';
import { strategies } from '../../sections/strategies.ts';
import { at, evaluate, type Evidence } from './support.ts';
import { position, stop } from './trading-rows.ts';

describe('SP2: exposure and the price of stops by strategy', () => {
  const closed = { closed_at: at('05:00'), exit_price: '94.05', updated_at: at('05:00') };
  const positions = [
    position('A', { strategy: 'trend', ...closed }),
    position('B', { strategy: 'grid', quantity: '3', opened_at: at('22:00', '2026-11-19') }),
  ];
  const fired = { status: 'filled', filled: '1', triggered_at: at('05:00'), filled_at: at('05:00') };
  const rows = {
    positions,
    orders: [stop('A', 's', at('01:00'), { ...fired, average_price: '94.05' }), stop('B', 't', at('01:00'))],
  };
  const held = (more: Omit<Evidence, 'rows'> = {}, changed: Evidence['rows'] = {}) =>
    evaluate(strategies, {
      rows: { ...rows, ...changed },
      lacks: ['fill', 'funding'],
      ...more,
    }).datasets.find(({ id }) => id === 'strategies.held')?.rows;

  test('is the notional held over the window, and what stops were filled behind their trigger', () => {
    // 300 for all of eight hours; 100 for four of them, and a stop at 95 filled at 94.05: 100 bps, 0.95.
    expect(held()).toEqual([
      ['grid', 1, '300', expect.closeTo(100 * (300 / 350), 9), 0, null, null, '0'],
      ['trend', 1, '50', expect.closeTo(100 * (50 / 350), 9), 1, 100, 100, '0.95'],
    ]);
  });
  test('without stop orders nobody knows what stops cost, and without positions nothing is said', () => {
    expect(held({ lacks: ['fill', 'funding', 'order'] })?.map((row) => row.slice(4))).toEqual([
      [null, null, null, null],
      [null, null, null, null],
    ]);
    expect(held({ lacks: ['position'] })).toBeUndefined();
  });
});
