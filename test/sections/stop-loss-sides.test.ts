import { describe, expect, test } from '@jest/globals';
import { at, checkOf, danglingReferences, findingsOf } from './support.ts';
import { fill, position, stop } from './trading-rows.ts';
import { EQUITY, OPEN, run } from './stop-loss-support.ts';

type Changes = Readonly<Record<string, unknown>>;

/** A long of entry 100 whose stop at 95 is replaced at 02:00 by one at `trigger`. */
const moved = (trigger: string, changes: Changes = {}) => [
  stop('a', 's1', at('01:00'), { status: 'cancelled', cancelled_at: at('02:00:01') }),
  stop('a', 's2', at('02:00'), { trigger_price: trigger, ...changes }),
];
const price = (time: string, value: string) => ({
  exchange: 'binance',
  symbol: 'BTCUSDT',
  bucket: time,
  at: time,
  price: value,
});
const audit = (orders: readonly Changes[], rows: Readonly<Record<string, readonly Changes[]>> = {}) =>
  run({ rows: { positions: OPEN, orders, equity: EQUITY, ...rows } });
const faults = (result: ReturnType<typeof run>) =>
  findingsOf(result, 'SL-03').map(({ severity, cause }) => `${severity} ${cause.id}`);
const WRONG = ['CRITICAL stop-on-wrong-side'];

describe('a stop that was moved', () => {
  const flat = [price(at('01:59'), '100'), price(at('02:59'), '101')];
  const risen = [price(at('01:59'), '108'), price(at('02:59'), '107')];

  test.each([
    ['past entry and market', '140', flat, WRONG],
    ['just past the market', '102', flat, WRONG],
    ['past the market by what mark and last price differ', '101.3', flat, []],
    ['past the entry into profit', '105', risen, []],
    ['before the entry', '97', flat, []],
  ])('%s', (_name, trigger, prices, expected) => {
    const result = audit(moved(trigger), { prices });
    expect(faults(result)).toEqual(expected);
    expect(checkOf(result, 'SL8')).toBe(expected.length === 0 ? 1 : 0);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('of a short lies above the market', () => {
    const positions = [position('a', { side: 'short' })];
    const orders = (trigger_price: string) =>
      moved('0').map((order, index) => ({
        ...order,
        side: 'long',
        trigger_price: index === 0 ? '105' : trigger_price,
      }));
    const prices = [price(at('01:59'), '92'), price(at('02:59'), '93')];
    expect(faults(audit(orders('60'), { positions, prices }))).toEqual(WRONG);
    expect(faults(audit(orders('95'), { positions, prices }))).toEqual([]);
  });

  test('is not known to be right where prices before and after its time speak against it', () => {
    const brief = (trigger: string) => [
      ...moved(trigger, { status: 'cancelled', cancelled_at: at('02:00:31') }),
      stop('a', 's3', at('02:00:30'), { trigger_price: '96' }),
    ];
    for (const orders of [brief('140'), moved('105')]) {
      const result = audit(orders, { prices: flat.slice(0, orders.length - 1) });
      expect([faults(result), checkOf(result, 'SL8')]).toEqual([[], 'unknown']);
    }
    expect(checkOf(audit(brief('105'), { prices: [...flat.slice(0, 1), ...risen.slice(1)] }), 'SL8')).toBe(1);
  });

  test('is never judged by what other positions were filled at', () => {
    const positions = [...OPEN, position('b', { opened_at: at('02:30'), entry_price: '101' })];
    const fills = [fill('a', 'long', at('01:00')), fill('b', 'long', at('02:30'), { price: '101' })];
    const orders = [...moved('110'), stop('b', 's3', at('02:30'))];
    expect(faults(audit(orders, { positions, fills }))).toEqual([]);
  });

  test('is not on the wrong side because the stop that ended the position slipped far', () => {
    const positions = [position('a', { closed_at: at('02:30:01'), exit_price: '100.2' })];
    const orders = [
      ...moved('104', { status: 'cancelled', cancelled_at: at('02:29:58') }),
      stop('a', 's3', at('02:29:57'), {
        trigger_price: '105',
        status: 'filled',
        triggered_at: at('02:30'),
        filled_at: at('02:30:01'),
        filled: '1',
      }),
    ];
    const fills = [
      fill('a', 'long', at('01:00')),
      fill('a', 'short', at('02:30:01'), { order_id: 's3', price: '98' }),
    ];
    expect(faults(audit(orders, { positions, fills }))).toEqual([]);
  });

  test('past the entry without any price is not known to be right', () => {
    const result = audit(moved('105'));
    expect(result.findings).toEqual([]);
    expect(checkOf(result, 'SL8')).toBe('unknown');
    expect(checkOf(audit(moved('97')), 'SL8')).toBe(1);
  });

  test('is no first stop when the one before it was refused', () => {
    const refused = stop('a', 's1', at('01:00'), { status: 'rejected', venue_at: null });
    const second = stop('a', 's2', at('01:00:01'), { trigger_price: '140' });
    expect(faults(audit([refused, second]))).toEqual(WRONG);
  });
});
