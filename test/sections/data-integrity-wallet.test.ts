import { describe, expect, test } from '@jest/globals';
import type { BotFacts } from '../../audit/evidence.ts';
import { at, checkOf, findingsOf, valueOf } from './support.ts';
import { fill, position } from './trading-rows.ts';
import { balance, trades, type Row } from './closed-trades.ts';
import { gateFailed, run } from './data-integrity-support.ts';

const world = trades([{ gross: 5 }, { gross: -3 }]);
const wallet = { exchange: 'binance', currency: 'USDT' };

/** The residual or its reason, the findings' severities, the check and gate (c). */
function judged(
  edges: readonly Row[],
  more: Readonly<Record<string, readonly Row[]>> = {},
  bot: Partial<BotFacts> = {},
) {
  const result = run({ ...world, ...more, 'balance-edges': edges }, { bot });
  return [
    valueOf(result, 'wallet_residual_worst'),
    findingsOf(result, 'DI-05').map(({ severity }) => severity),
    checkOf(result, 'PN10'),
    gateFailed(result, 'c'),
  ];
}

describe('an edge is known by a balance within 5 s of it, or in the minute outside of it', () => {
  test.each([
    ['exactly at the edge', '08:00', '1001.84', ['0', [], 1, false]],
    ['5 s before the end', '07:59:55', '1001.84', ['0', [], 1, false]],
    ['half a minute before the end: money can leave after it', '07:59:30', '1001.84', null],
    ['55 minutes before the end', '07:05', '1001.84', null],
    ['40 s after the end', '08:00:40', '1001.84', ['0', [], 1, false]],
    ['40 s after the end, with money missing', '08:00:40', '901.84', ['100', ['CRITICAL'], 0, true]],
    ['55 minutes before the end, money already missing', '07:05', '901.84', ['100', ['CRITICAL'], 0, true]],
  ])('%s', (_name, time, total, expected) => {
    const edges = [balance('from', '1000'), balance('to', total, { at: at(time) })];
    expect(judged(edges)).toEqual(expected ?? ['<no_data>', [], 'unknown', null]);
  });

  test('what is not known is said, and its numbers are not printed as if they were', () => {
    const result = run({
      ...world,
      'balance-edges': [balance('from', '1000'), balance('to', '1001.84', { at: at('07:05') })],
    });
    expect([
      valueOf(result, 'wallet_start', wallet),
      valueOf(result, 'wallet_end', wallet),
      valueOf(result, 'wallet_residual', wallet),
    ]).toEqual(['1000', '<no_data>', '<no_data>']);
    expect(JSON.stringify(result.checks)).toContain(
      'Binance USDT: no balance at the end of the window, the nearest is of 2026-11-20T07:05',
    );
  });

  test('one wallet that is not known does not hide what is missing in another', () => {
    const other = { exchange: 'bybit' };
    const edges = [
      balance('from', '1000'),
      balance('to', '1001.84', { at: at('07:05') }),
      balance('from', '500', other),
    ];
    expect(judged([...edges, balance('to', '500', other)])).toEqual(['<no_data>', [], 'unknown', null]);
    expect(judged([...edges, balance('to', '400', other)])).toEqual(['100', ['CRITICAL'], 0, true]);
  });

  test('flows between a balance outside of the window and its edge are counted', () => {
    const open = { positions: [...world.positions, position('O', { closed_at: at('08:00:30') })] };
    const fills = [...world.fills, fill('O', 'long', at('02:00'))];
    const after = [fill('O', 'short', at('08:00:30'), { price: '107' })];
    const funding = [
      { symbol: 'BTCUSDT', exchange: 'binance', position_id: 'O', amount: '-0.5', at: at('08:00') },
    ];
    const edges = [balance('from', '1000'), balance('to', '1008.26', { at: at('08:00:40') })];
    const more = { ...open, fills, 'edge-fills': after, 'edge-funding': funding };
    expect(judged(edges, more)).toEqual(['0', [], 1, false]);
    const stray = [fill('X', 'short', at('08:00:30'), { price: '107' })];
    expect(judged(edges, { ...more, 'edge-fills': stray })).toEqual(['<no_data>', [], 'unknown', null]);
  });
});

/** Both exchanges have derivatives that settle in these currencies. */
const settling = (...settles: readonly string[]) => ({
  accounts: { binance: { type: 'linear', settles }, bybit: { type: 'linear', settles: ['USDT'] } } as const,
});

describe('the configuration says what an account is', () => {
  const usdt = [balance('from', '1000'), balance('to', '1001.84')];
  const lost = [balance('from', '1000'), balance('to', '901.84')];
  const spot = { binance: { type: 'spot', settles: [] } } as const;
  const inverse = { binance: { type: 'inverse', settles: ['BTC'] } } as const;

  test.each([
    ['nobody said', {}, 'no_data'],
    ['inverse, and no row says what its contracts are', inverse, 'no_data'],
  ])('%s: neither passed nor accused', (_name, accounts, reason) => {
    for (const edges of [usdt, lost])
      expect(judged(edges, {}, { accounts })).toEqual([`<${reason}>`, [], 'unknown', null]);
  });

  describe('a spot account: what was bought came in, what was sold went out, and cash is the other side', () => {
    const btc = { currency: 'BTC' };
    const nothing = [balance('from', '0', btc), balance('to', '0', btc)];
    const kept = { positions: [position('O')], fills: [fill('O', 'long', at('02:00'), { fee: '0' })] };
    const cash = [balance('from', '1000'), balance('to', '900')];
    const asset = (total: string) => [balance('from', '0', btc), balance('to', total, btc)];
    const prices = [
      { exchange: 'binance', symbol: 'BTCUSDT', at: at('07:59'), price: '100', bucket: at('07:59') },
    ];
    const unnamed = { ...kept.fills[0], symbol: 'BTCEUR' };
    test.each<[string, readonly Row[], Readonly<Record<string, readonly Row[]>>, unknown]>([
      ['bought and sold, nothing of it at either edge', [...usdt, ...nothing], {}, ['0', [], 1, false]],
      ['cash that is missing', [...lost, ...nothing], {}, ['100', ['CRITICAL'], 0, true]],
      ['cash that became an asset', [...cash, ...asset('1')], kept, ['0', [], 1, false]],
      [
        'an asset that is missing',
        [...cash, ...asset('0.5')],
        { ...kept, prices },
        ['50', ['CRITICAL'], 0, true],
      ],
      ['an asset without a balance', cash, kept, ['<no_data>', [], 'unknown', null]],
      [
        'a fee taken out of what was bought',
        [...cash, ...asset('0.999')],
        { ...kept, fills: [{ ...kept.fills[0], fee: '0.001', fee_currency: 'BTC' }] },
        ['0', [], 1, false],
      ],
      [
        'a name that says no currency',
        [...cash, ...asset('1')],
        { ...kept, fills: [unnamed] },
        ['<no_data>', [], 'unknown', null],
      ],
      [
        'the same, its pair said by the instrument',
        [
          balance('from', '1000', { currency: 'EUR' }),
          balance('to', '900', { currency: 'EUR' }),
          ...asset('1'),
        ],
        {
          ...kept,
          fills: [unnamed],
          instruments: [
            { exchange: 'binance', symbol: 'BTCEUR', contract: 'spot', base: 'BTC', quote: 'eur' },
          ],
        },
        ['0', [], 1, false],
      ],
    ])('%s', (_name, edges, more, expected) => {
      expect(judged(edges, more, { accounts: spot })).toEqual(expected);
    });
  });

  test('what nobody said is named', () => {
    const result = run({ ...world, 'balance-edges': usdt }, { bot: { accounts: {} } });
    expect(JSON.stringify(result.checks)).toContain(
      'Binance: nobody said whether the account is spot or derivatives',
    );
  });

  test('an exchange that is not spoken of does not blind another, and does not pass with it', () => {
    const { bybit } = settling('USDT').accounts;
    const other = { exchange: 'bybit' };
    const edges = [...lost, balance('from', '500', other)];
    for (const accounts of [{ bybit }, { ...inverse, bybit }]) {
      expect(judged([...edges, balance('to', '400', other)], {}, { accounts })).toEqual([
        '100',
        ['CRITICAL'],
        0,
        true,
      ]);
      expect(judged([...edges, balance('to', '500', other)], {}, { accounts })).toEqual([
        '<no_data>',
        [],
        'unknown',
        null,
      ]);
    }
  });

  test('a balance under another name than what results settle in is neither passed nor accused', () => {
    const busd = { currency: 'BUSD' };
    const edges = [balance('from', '1000', busd), balance('to', '1001.84', busd)];
    expect(judged(edges)).toEqual(['<no_data>', [], 'unknown', null]);
  });

  test('rows that name no exchange are of the only one', () => {
    const exchange = { exchange: null };
    const nameless = {
      positions: world.positions.map((row) => ({ ...row, ...exchange })),
      fills: world.fills.map((row) => ({ ...row, ...exchange })),
    };
    const edges = usdt.map((row) => ({ ...row, ...exchange }));
    expect(judged(edges, nameless, { exchanges: ['binance'] })).toEqual(['0', [], 1, false]);
    expect(judged(edges, nameless)[2]).toBe('unknown');
  });
});

describe('each asset with a balance is closed', () => {
  const usdt = [balance('from', '1000'), balance('to', '1001.84')];
  const usdc = { currency: 'USDC' };
  const btc = { currency: 'BTC' };

  test('another currency that is emptied without an entry is a finding of its own', () => {
    const edges = [...usdt, balance('from', '50000', usdc), balance('to', '0', usdc)];
    expect(judged(edges)).toEqual(['50000', ['CRITICAL'], 0, true]);
    expect(judged([...usdt, balance('from', '50', usdc), balance('to', '50', usdc)])).toEqual([
      '0',
      [],
      1,
      false,
    ]);
  });

  test('results are entered in the currency in which the account settles', () => {
    const busd = { currency: 'BUSD' };
    const edges = [balance('from', '1000', busd), balance('to', '1001.84', busd)];
    const fills = world.fills.map((row) => ({ ...row, fee_currency: 'BUSD' }));
    expect(judged(edges, { fills }, settling('BUSD'))).toEqual(['0', [], 1, false]);
    expect(judged([...usdt, ...edges])).toEqual(['1.84', ['HIGH'], 0, true]);
  });

  test('in several by the symbol; where it names none of them, nothing is judged', () => {
    const both = settling('USDC', 'USDT');
    expect(judged(usdt, {}, both)).toEqual(['0', [], 1, false]);
    const { positions, fills } = trades([{ gross: 5, symbol: 'BTC-PERP' }]);
    expect(judged([balance('from', '1000'), balance('to', '900')], { positions, fills }, both)).toEqual([
      '<no_data>',
      [],
      'unknown',
      null,
    ]);
  });

  test('a currency at par counts as one of the quote currency', () => {
    const cents = [balance('from', '0.009', usdc), balance('to', '0.001', usdc)];
    expect(judged([...usdt, ...cents])).toEqual(['<no_data>', [], 'unknown', null]);
    expect(judged([...usdt, ...cents], {}, { atPar: ['USDC'] })).toEqual(['0.008', [], 1, false]);
  });

  test('an asset seen at one edge only, or only in between, is not closed; one that is always 0 is nothing', () => {
    const between = [{ ...balance('from', '7', usdc), at: at('04:00') }];
    expect(judged([...usdt, balance('from', '50', usdc)])[2]).toBe('unknown');
    expect(judged(usdt, { 'balance-series': between })[2]).toBe('unknown');
    expect(judged([...usdt, balance('from', '0', usdc)])[2]).toBe(1);
  });

  test('a traded asset does not make a spot account of one that is said to be linear', () => {
    const dust = [balance('from', '0.00000001', btc), balance('to', '0.00000001', btc)];
    expect(judged([...usdt, ...dust])).toEqual(['0', [], 1, false]);
    expect(judged([balance('from', '1000'), balance('to', '501.84'), ...dust])).toEqual([
      '500',
      ['CRITICAL'],
      0,
      true,
    ]);
  });

  test('a foreign asset counts by its price; without one, less than the tolerance of its units is not known', () => {
    const prices = [
      { exchange: 'binance', symbol: 'BTCUSDT', at: at('07:59'), price: '60000', bucket: at('07:59') },
    ];
    const lost = [balance('from', '0.009', btc), balance('to', '0.001', btc)];
    const sol = { currency: 'SOL' };
    const cents = [balance('from', '0.009', sol), balance('to', '0.001', sol)];
    expect(judged([...usdt, ...lost], { prices })).toEqual(['480', ['CRITICAL'], 0, true]);
    expect(judged([...usdt, ...cents])).toEqual(['<no_data>', [], 'unknown', null]);
  });
});
