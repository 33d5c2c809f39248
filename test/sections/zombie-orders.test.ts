import { describe, expect, test } from '@jest/globals';
import { at, checkOf, valueOf } from './support.ts';
import { entryOrder, fill, position, stop } from './trading-rows.ts';
import { run, closedAtFive, limit, said, reasons } from './zombie-orders-rows.ts';

describe('what an order that stands is', () => {
  test('a stop and a target of an open position are none, whatever their age', () => {
    const target = limit('t', { role: 'take_profit', side: 'short', position_id: 'p', reduce_only: true });
    const orders = [stop('p', 's', at('01:00')), target];
    const result = run({ positions: [position('p')], orders });
    expect([valueOf(result, 'zombie_orders'), valueOf(result, 'open_orders_at_end')]).toEqual([0, 2]);
    expect([checkOf(result, 'ZO1'), checkOf(result, 'ZO1-risk'), result.findings]).toEqual([1, 1, []]);
  });

  test('one of each reason, and an order counts once', () => {
    const exit = {
      role: 'exit',
      reduce_only: true,
      side: 'short',
      position_id: 'p',
      created_at: at('07:30'),
    };
    const orders = [
      stop('gone', 'orphan', at('02:00')),
      limit('wrong', { ...exit, side: 'long' }),
      limit('large', { ...exit, quantity: '1.02', price: '120' }),
      stop('p', 's1', at('07:00')),
      stop('p', 's2', at('07:10')),
      limit('old', { created_at: at('06:00') }),
    ];
    const result = run({ positions: [position('p'), closedAtFive('gone')], orders });
    expect(reasons(result)).toEqual([1, 1, 1, 1, 1, 0]);
    expect([
      valueOf(result, 'zombie_orders'),
      valueOf(result, 'zombie_orders', { exchange: 'bybit' }),
    ]).toEqual([5, 0]);
    expect(said(result, 'ZO-02')).toEqual([['LOW', 'binance', 5]]);
    expect(said(result, 'ZO-01')).toEqual([]);
    expect([checkOf(result, 'ZO1'), checkOf(result, 'ZO1-risk')]).toEqual([0.5, 1]);
  });

  test.each([
    ['a minute is no zombie yet', '07:00:00', 0],
    ['a moment longer is stale', '06:58:59', 1],
  ])('an entry that stands for an hour and %s', (_name, created, n) => {
    const result = run({ positions: [position('p')], orders: [limit('e', { created_at: at(created) })] });
    expect(valueOf(result, 'zombie_orders', { reason: 'stale' })).toBe(n);
  });

  const near = {
    exchange: 'binance',
    symbol: 'BTCUSDT',
    bucket: at('07:59'),
    at: at('07:59:30'),
    kind: 'mark',
  };
  test.each<[string, string | null, Record<string, unknown>, number]>([
    ['five percent from the price', '100', { price: '95' }, 0],
    ['further', '100', { price: '94.99' }, 1],
    ['above it', '100', { price: '105.01' }, 1],
    ['that waits for a trigger', '100', { type: 'stop_limit', price: '90' }, 0],
    ['that is a target', '100', { role: 'take_profit', reduce_only: true, price: '120', side: 'short' }, 0],
    ['that had ended', '100', { status: 'cancelled', cancelled_at: at('07:50'), price: '90' }, 0],
    ['of which nobody knows the price', null, { price: '90' }, 0],
  ])('a limit %s', (_name, price, over, n) => {
    const orders = [limit('e', { created_at: at('07:30'), position_id: 'p', ...over })];
    const prices = price === null ? [] : [{ ...near, price }];
    const result = run({ positions: [position('p')], orders, prices });
    expect(valueOf(result, 'zombie_orders', { reason: 'far' })).toBe(n);
  });

  test.each([
    ['halves at one trigger are one stop', '0.5', 0],
    ['more than what is held is a copy', '0.6', 1],
  ])('%s', (_name, quantity, n) => {
    const orders = [stop('p', 'a', at('02:00'), { quantity }), stop('p', 'b', at('02:00'), { quantity })];
    const result = run({ positions: [position('p')], orders });
    expect(valueOf(result, 'zombie_orders', { reason: 'duplicate' })).toBe(n);
  });

  test.each([
    ['within a tick', '95.1', 1],
    ['further away', '95.2', 0],
  ])('a stop beside another is a copy %s', (_name, trigger, n) => {
    const instruments = [{ exchange: 'binance', symbol: 'BTCUSDT', contract: 'linear', price_tick: '0.1' }];
    const orders = [stop('p', 'a', at('02:00')), stop('p', 'b', at('03:00'), { trigger_price: trigger })];
    const result = run({ positions: [position('p')], orders, instruments });
    expect(valueOf(result, 'zombie_orders', { reason: 'duplicate' })).toBe(n);
  });

  test.each([
    ['the one that replaced it stands', { status: 'cancelled', cancelled_at: at('03:00:02') }, 0],
    ['both stand', {}, 1],
  ])('a stop that was moved to where it was: %s', (_name, first, n) => {
    const orders = [stop('p', 'a', at('02:00'), first), stop('p', 'b', at('03:00'))];
    expect(valueOf(run({ positions: [position('p')], orders }), 'zombie_orders')).toBe(n);
  });

  test('what closes a position that fills closed and whose row is open is section 1’s incident', () => {
    const positions = [position('p', { opened_at: at('01:00') })];
    const fills = [fill('p', 'long', at('01:00')), fill('p', 'short', at('05:00'))];
    const orders = [stop('p', 's', at('02:00')), entryOrder('p-entry')];
    expect(valueOf(run({ positions, fills, orders }), 'zombie_orders')).toBe(0);
  });

  test('an order whose fills are all there is done, whatever its status', () => {
    const orders = [limit('p-entry', { created_at: at('01:00') }), stop('p', 's', at('02:00'))];
    const result = run({ positions: [position('p')], fills: [fill('p', 'long', at('01:00'))], orders });
    expect([valueOf(result, 'zombie_orders'), valueOf(result, 'open_orders_at_end')]).toEqual([0, 1]);
  });

  test('without ids an order closes the position of its instrument, and is left over without one', () => {
    const bare = { position_id: null, parent_id: null };
    const orders = [
      stop('p', 'a', at('02:00'), bare),
      stop('q', 'b', at('02:00'), { ...bare, symbol: 'ETH/USDT:USDT' }),
    ];
    const result = run({ positions: [position('p')], orders });
    expect(reasons(result)).toEqual([1, 0, 0, 0, 0, 0]);
  });

  test('ids that no position has are of another kind, and name none', () => {
    const result = run({ positions: [position('p')], orders: [stop('0x11', 's', at('02:00'))] });
    expect(valueOf(result, 'zombie_orders')).toBe(0);
  });

  test('a target beside an entry that waits is no orphan', () => {
    const target = limit('t', {
      role: 'take_profit',
      side: 'short',
      reduce_only: true,
      created_at: at('07:50'),
    });
    const orders = [limit('e', { created_at: at('07:50') }), target];
    expect(valueOf(run({ positions: [], orders }), 'zombie_orders')).toBe(0);
  });
});
