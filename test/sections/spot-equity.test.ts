import { expect, test } from '@jest/globals';
import { amount, money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { BASE_UNITS } from '../../sections/shared/facts/instruments.ts';
import { spotEquity } from '../../sections/shared/facts/spot-equity.ts';
import { BOT, at } from './support.ts';

/** 1 ETH is bought for 3000 at 01:00, and sold at 05:00 where it says so. */
const bought = (closed: string | null = null) => ({
  venue: 'binance',
  contract: { ...BASE_UNITS, kind: 'spot' as const, pair: { base: 'ETH', quote: 'USDT' } },
  openedAt: ms(at('01:00')),
  closedAt: closed === null ? null : ms(at(closed)),
  steps: [{ at: ms(at('01:00')), quantity: money(1) }],
});
const row = (currency: string, time: string, total: string) => ({
  at: at(time),
  currency,
  total,
  exchange: 'binance',
  account: 'spot',
  equity: null,
  free: null,
  used: null,
  bucket: at(time),
});
const before = [row('USDT', '00:59', '10000'), row('ETH', '00:59', '0')];

test.each([
  ['both balances of one time', [row('USDT', '01:01', '7000'), row('ETH', '01:01', '1')], '01:01', '9900'],
  [
    'the asset’s balance comes later',
    [row('USDT', '01:01', '7000'), row('ETH', '01:02', '1')],
    '01:01',
    null,
  ],
  ['and then both are known', [row('USDT', '01:01', '7000'), row('ETH', '01:02', '1')], '01:02', '9900'],
  [
    'the asset’s balance lags behind',
    [row('USDT', '01:01', '7000'), row('ETH', '01:00:20', '0')],
    '01:01',
    null,
  ],
  [
    'an asset that rests for hours',
    [row('USDT', '03:00', '7000'), row('ETH', '01:02', '1')],
    '03:00',
    '9900',
  ],
  ['before anything was bought', [], '00:59', '10000'],
])('equity of a spot account: %s', (_name, rows, time, expected) => {
  const equity = spotEquity([...before, ...rows], new Set(['USDT', 'ETH']), 86_400_000, {
    bot: BOT,
    priceAt: () => money(2900),
    positions: [bought()],
  })(ms(at(time)));
  expect(equity && amount(equity)).toBe(expected);
});

test('cash is no equity while something is held of which no balance tells', () => {
  const rows = ['00:59', '02:00', '06:00'].map((time) =>
    row('USDT', time, time === '02:00' ? '7000' : '10000'),
  );
  const equity = spotEquity(rows, new Set(['USDT']), 86_400_000, {
    bot: BOT,
    priceAt: () => null,
    positions: [bought('05:00')],
  });
  const known = ['00:59', '02:00', '06:00'].map((time) => equity(ms(at(time))));
  expect(known.map((value) => value && amount(value))).toEqual(['10000', null, '10000']);
});
