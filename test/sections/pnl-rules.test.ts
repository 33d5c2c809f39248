import { describe, expect, test } from '@jest/globals';
import { at, checkOf, findingsOf, valueOf } from './support.ts';
import { fill, many, position } from './trading-rows.ts';
import { trades, balance, run, LIMITS } from './pnl-support.ts';

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
    expect([checkOf(result, 'PN10'), result.gates[0]?.failed, findingsOf(result, 'DI-05')]).toEqual([
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
      result.gates[0]?.failed,
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
    [
      'a spot wallet',
      {
        ...world,
        'balance-edges': [
          balance('from', '1000'),
          balance('to', '900'),
          balance('to', '1', { currency: 'BTC' }),
        ],
      },
      {},
      'not_applicable',
    ],
  ])('%s: unknown, never passed, and the gate is not decided', (_name, rows, more, reason) => {
    const result = run(rows, more);
    expect(valueOf(result, 'wallet_residual_worst')).toBe(`<${reason}>`);
    expect([checkOf(result, 'PN10'), result.gates[0]?.failed]).toEqual(['unknown', null]);
  });
});

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
    expect(findingsOf(run({ ...list, limits: [{ name: 'daily_loss', value: '90' }] }), 'PN-02')).toHaveLength(
      1,
    );
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
    expect(findingsOf(run({ ...list, equity: equity('1000') }), 'PN-03')).toEqual([]);
    expect(findingsOf(run({ ...list, equity: equity('400') }), 'PN-03')[0]?.severity).toBe('HIGH');
    expect(findingsOf(run({ ...list, equity: equity('200') }), 'PN-03')[0]?.severity).toBe('CRITICAL');
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
