import { describe, expect, test } from '@jest/globals';
import { at, checkOf, figureOf, findingsOf } from './support.ts';
import { many, stop as stopOrder } from './trading-rows.ts';
import { trades } from './closed-trades.ts';
import { run, LIMITS } from './pnl-support.ts';

describe('PN-01 to PN-04', () => {
  test.each([
    ['gross 10, fees 20 over ten trades', many(10, () => ({ gross: 1, fee: 2 })), 'MEDIUM'],
    ['nine trades are too few', many(9, () => ({ gross: 1, fee: 2 })), null],
    ['net above zero', many(10, () => ({ gross: 1, fee: 0.5 })), null],
    ['gross below zero', many(10, () => ({ gross: -1, fee: 2 })), null],
  ])('PN-01: %s', (_name, list, severity) => {
    expect(findingsOf(run(trades(list)), 'PN-01')[0]?.severity ?? null).toBe(severity);
  });

  test('PN-01 is HIGH over a month', () => {
    expect(
      findingsOf(run(trades(many(10, () => ({ gross: 1, fee: 2 }))), { kind: 'monthly' }), 'PN-01')[0]
        ?.severity,
    ).toBe('HIGH');
  });

  test.each([
    ['75 % are no finding', [{ gross: -74.92 }, { gross: 1 }], null, 1],
    ['80 %', [{ gross: -79.92 }], 'MEDIUM', expect.closeTo(0.8, 6)],
    ['passed with the last close', [{ gross: -60 }, { gross: -50 }], 'HIGH', 0],
    [
      'passed, and one more position opened after it',
      [{ gross: -60 }, { gross: -50 }, { gross: 90 }],
      'CRITICAL',
      0,
    ],
  ])('PN-02: %s', (_name, list, severity, r) => {
    const result = run(trades(list), { bot: { limits: LIMITS } });
    expect([findingsOf(result, 'PN-02')[0]?.severity ?? null, checkOf(result, 'PN8')]).toEqual([severity, r]);
  });

  test('without a limit the check is unknown; the bot’s own limit counts', () => {
    const list = trades([{ gross: -80 }]);
    expect(checkOf(run(list), 'PN8')).toBe('unknown');
    expect(
      findingsOf(
        run({ ...list, limits: [{ name: 'daily_loss', kind: 'daily_loss', value: '90' }] }),
        'PN-02',
      ),
    ).toHaveLength(1);
  });

  test.each([
    ['under the limit', -19.92, [], null],
    ['over the limit', -25, [], 'HIGH'],
  ])('PN-03: %s', (_name, gross, equity, severity) => {
    const limits = { ...LIMITS, dailyLoss: null, perTradeLoss: '20' };
    expect(
      findingsOf(run({ ...trades([{ gross }]), equity }, { bot: { limits } }), 'PN-03')[0]?.severity ?? null,
    ).toBe(severity);
  });

  test('PN-03: over twice the plan, over 5 % and over 10 % of equity', () => {
    const stop = (price: string) => [
      { position_id: 'P000', at: at('01:00'), kind: 'placed', new_price: price, exchange: 'binance' },
    ];
    const equity = (value: string) => [
      {
        exchange: 'binance',
        account: '',
        currency: 'USDT',
        bucket: at('00:00'),
        at: at('00:00'),
        equity: value,
      },
    ];
    const list = trades([{ gross: -25 }]);
    expect(findingsOf(run({ ...list, 'stop-changes': stop('80') }), 'PN-03')).toEqual([]);
    expect(findingsOf(run({ ...list, 'stop-changes': stop('90') }), 'PN-03')[0]).toMatchObject({
      severity: 'HIGH',
      cause: { id: 'slipped' },
    });
    const order = stopOrder('P000', 's', at('01:00'), { trigger_price: '90' });
    expect(findingsOf(run({ ...list, orders: [order] }), 'PN-03')[0]?.cause.id).toBe('slipped');
    const profitable = stopOrder('P000', 's', at('01:00'), { trigger_price: '101' });
    expect(findingsOf(run({ ...list, orders: [profitable] }), 'PN-03')).toEqual([]);
    expect(findingsOf(run({ ...list, equity: equity('1000') }), 'PN-03')).toEqual([]);
    expect(findingsOf(run({ ...list, equity: equity('400') }), 'PN-03')[0]?.severity).toBe('HIGH');
    expect(findingsOf(run({ ...list, equity: equity('200') }), 'PN-03')[0]?.severity).toBe('CRITICAL');
  });

  test('PN6: results in multiples of what their first stop would have cost, of those that had one', () => {
    const list = trades([{ gross: -10 }, { gross: 30 }, { gross: 5 }]);
    const stops = ['P000', 'P001'].map((id) => ({
      ...{ position_id: id, at: at('01:00'), kind: 'placed', new_price: '90', exchange: 'binance' },
    }));
    const inRisk = (rows: readonly object[]) =>
      figureOf(run({ ...list, 'stop-changes': rows as never }), 'expectancy_of_risk');
    expect(inRisk(stops)).toMatchObject({ value: expect.closeTo((-10.08 + 29.92) / 20, 9), n: 2 });
    expect(inRisk([])).toMatchObject({ value: null, reason: 'no_data' });
  });

  test.each([
    ['61 % of one symbol', 61, 'LOW'],
    ['59 %', 59, null],
  ])('PN-04: %s', (_name, share, severity) => {
    const rest = many(10, (n) => ({
      gross: (100 - share) / 10 + 0.08,
      symbol: n % 2 === 0 ? 'ETHUSDT' : 'XRPUSDT',
    }));
    expect(findingsOf(run(trades([{ gross: share + 0.08 }, ...rest])), 'PN-04')[0]?.severity ?? null).toBe(
      severity,
    );
  });

  test('PN-04: a bot with one symbol is not concentrated by it', () => {
    expect(findingsOf(run(trades(many(12, () => ({ gross: 2 })))), 'PN-04')).toEqual([]);
  });
});
