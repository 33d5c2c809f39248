import { describe, expect, test } from '@jest/globals';
import { amount, money } from '../../audit/decimal.ts';
import { contractsOf, isContract, resultOf, valueAt } from '../../sections/shared/facts/instruments.ts';
import { contradictedUnits } from '../../sections/shared/facts/contradicted-units.ts';
import { ledgerOf } from '../../sections/shared/facts/ledger.ts';
import { fillRow, instrumentRow, positionRow } from '../../sections/shared/queries/trading-rows.ts';
import { BOT, at } from './support.ts';
import { fill, position } from './trading-rows.ts';

type Changes = Readonly<Record<string, unknown>>;

const row = (changes: Changes) =>
  instrumentRow.parse({
    exchange: 'binance',
    symbol: 'BTCUSD',
    contract: 'inverse',
    contract_size: '100',
    settle_currency: 'BTC',
    same_as: null,
    valid_from: null,
    ...changes,
  });
const contractsFrom = (...rows: Changes[]) =>
  contractsOf({ ok: true, rows: rows.map(row) }, { ...BOT, quoteCurrency: 'BTC' }, at('08:00'));
const sized = (changes: Changes = {}) => {
  const contract = contractsFrom(changes)('binance', 'BTCUSD');
  if (!isContract(contract)) throw new Error(contract.detail);
  return contract;
};
const fills = (...deals: readonly (readonly ['long' | 'short', string, string])[]) =>
  deals.map(([side, price, quantity], index) =>
    fillRow.parse({
      strategy: null,
      is_maker: null,
      realized_pnl: null,
      ...fill('a', side, at(`0${String(index + 1)}:00`), { price, quantity }),
    }),
  );

describe('results by what a contract is', () => {
  test.each([
    ['inverse long', {}, 'long', '0.5'],
    ['inverse short', {}, 'short', '-0.5'],
    ['linear of a thousandth', { contract: 'linear', contract_size: '0.001' }, 'long', '10000'],
    ['linear of base units', { contract: 'linear', contract_size: null }, 'long', '10000000'],
  ] as const)('%s', (_name, changes, side, expected) => {
    const [contract, quantity] = [sized(changes), money(1000)];
    expect(amount(resultOf(contract, side, quantity, money(40_000), money(50_000)))).toBe(expected);
  });

  test('an inverse position that grew is averaged by what its contracts cost in the base', () => {
    const ledger = ledgerOf(
      { side: 'long' },
      fills(['long', '40000', '100'], ['long', '50000', '100'], ['short', '50000', '200']),
      sized(),
    );
    // 100 x 100 / 40000 + 100 x 100 / 50000 = 0.45 BTC in, 0.4 BTC out.
    expect(amount(ledger?.gross.toDecimalPlaces(12) ?? money(0))).toBe('0.05');
    expect(Number(ledger?.entryPrice)).toBeCloseTo(20_000 / 0.45, 6);
    expect(amount(valueAt(sized(), money(200), money(50_000)))).toBe('0.4');
  });

  test('the row that was valid last counts, under its earlier name too', () => {
    const contractOf = contractsFrom(
      { contract_size: '1' },
      { contract_size: '10', symbol: 'XBTUSD', same_as: 'BTCUSD', valid_from: at('02:00') },
      { contract_size: '99', valid_from: at('09:00') },
    );
    for (const name of ['BTCUSD', 'XBTUSD'])
      expect(contractOf('binance', name)).toMatchObject({ size: money(10) });
  });

  test.each<[string, { base?: string; symbol?: string }]>([
    ['names it', { base: 'BTC' }],
    ['has it in its symbol alone', {}],
    ['has it in another spelling', { symbol: 'btc/usd_perp' }],
  ])('an inverse contract settles in its base where nobody says so: its row %s', (_name, changes) => {
    const contractOf = contractsFrom({ settle_currency: null, ...changes });
    expect(contractOf('binance', changes.symbol ?? 'BTCUSD')).toMatchObject({ settles: 'BTC', inBase: true });
  });

  test.each([
    ['another size', { contract_size: '10' }, false],
    ['another kind', { contract: 'linear' }, false],
    ['the same in other words', { contract: 'Inverse', contract_size: '100.0', symbol: 'BTC_USD' }, true],
    ['another size of later', { contract_size: '10', valid_from: at('02:00') }, true],
    ['another size at another exchange', { contract_size: '10', exchange: 'bybit' }, true],
  ])('two rows of one instrument, the second with %s', (_name, changes, isKnown) => {
    expect(isContract(contractsFrom({}, changes)('binance', 'BTCUSD'))).toBe(isKnown);
  });

  test.each([
    ['a kind that nobody knows', { contract: 'quanto' }],
    ['an inverse one without a size', { contract_size: null }],
  ])('%s is no number', (_name, changes) => {
    expect(contractsFrom(changes)('binance', 'BTCUSD')).toMatchObject({ reason: 'inadequate_basis' });
  });

  test('a name that settles in its own base is inverse; what no row names is base units', () => {
    expect(contractsFrom({})('binance', 'ETH/USD:ETH')).toMatchObject({ reason: 'inadequate_basis' });
    expect(contractsFrom({})('binance', 'ETH/USDT:USDT')).toMatchObject({ kind: 'linear', isAssumed: true });
  });
});

describe('stored results against base units', () => {
  const close = (id: string, stored: string | null, gross: string) => ({
    row: positionRow.parse({
      ...Object.fromEntries(Object.keys(positionRow.shape).map((key) => [key, null])),
      exit_kind: null,
      ...position(id, { closed_at: at('03:00'), realized_pnl: stored }),
    }),
    fills: [],
    gross: money(gross),
    worth: money(0),
    size: null,
  });

  test.each([
    ['one factor in all closes', [close('a', '0.01', '10'), close('b', '0.019', '20')], 1],
    ['one close', [close('a', '0.05', '100000000')], 1],
    ['wrong by different factors', [close('a', '0.01', '10'), close('b', '9', '20')], 0],
    ['half of it, which is a wrong result', [close('a', '5', '10')], 0],
    ['of another sign', [close('a', '-0.01', '10')], 0],
    ['not stored in one of them', [close('a', '0.01', '10'), close('b', null, '20')], 0],
    ['zero in one of them', [close('a', '0.01', '10'), close('b', '0', '20')], 0],
  ])('%s', (_name, closes, instruments) => {
    expect(contradictedUnits(closes).size).toBe(instruments);
  });

  /** With a size that an instrument row says. */
  const sized = (stored: string | null, ofFills: string | null, gross: string) => ({
    ...close('a', stored, gross),
    fills:
      ofFills === null ? [] : fills(['long', '1', '1']).map((one) => ({ ...one, realized_pnl: ofFills })),
    size: money('10'),
  });
  test.each([
    ['rows and fills of one close say the same tenth', [sized('9.8', '10', '100')], 1],
    ['in all closes', [sized('9.8', '10', '100'), sized('-2.1', '-2', '-20')], 1],
    ['they say the same hundredfold', [sized('980', '1000', '10')], 1],
    ['the rows alone, which are wrong', [sized('9.8', null, '100')], 0],
    ['the fills alone, which are wrong', [sized(null, '10', '100')], 0],
    ['rows that fills contradict', [sized('9.8', '100', '100')], 0],
    ['each by a factor of its own', [sized('9.8', '0.1', '100')], 0],
    ['a close that agrees with the size', [sized('9.8', '10', '100'), sized('19', '20', '20')], 0],
    ['a third, which is no size', [sized('33', '33', '100')], 0],
  ])('a size that is said, and %s', (_name, closes, instruments) => {
    expect(contradictedUnits(closes).size).toBe(instruments);
  });

  const named = (symbol: string, exchange: string, stored: string | null) => {
    const one = close('a', stored, '10');
    return [{ ...one, row: { ...one.row, symbol, exchange } }];
  };
  test.each([
    ['BTC-USDT-SWAP', 'binance', null, 1],
    ['BTC-USDT-SWAP', 'binance', '0', 1],
    ['BTC-USDT-SWAP', 'binance', '10', 0],
    ['BTC-PERP', 'bybit', null, 1],
    ['BTCUSDT_260327', 'binance', null, 1],
    ['BTCUSDT', 'okx', null, 1],
    ['BTCUSDT', 'okx', '9.9', 0],
    ['BTCUSDT', 'binance', null, 0],
    ['BTC/USDT:USDT', 'bybit', null, 0],
  ])(
    '%s at %s of which no fee is known, and the stored result is %s',
    (symbol, exchange, stored, unknown) => {
      expect(contradictedUnits(named(symbol, exchange, stored)).size).toBe(unknown);
    },
  );

  const paid = (fees: readonly (readonly [side: string, fee: string | null, currency: string])[]) => [
    {
      ...close('a', null, '10'),
      fills: fees.map(([side, fee, fee_currency], index) =>
        fillRow.parse({
          ...Object.fromEntries(Object.keys(fillRow.shape).map((key) => [key, null])),
          id: `f${String(index)}`,
          symbol: 'BTCUSDT',
          side,
          price: '50000',
          quantity: '1',
          fee,
          fee_currency,
        }),
      ),
    },
  ];
  test.each([
    [
      'fees as exchanges take them',
      [
        ['long', '25', 'USDT'],
        ['short', '25', 'USDT'],
      ],
      0,
    ],
    [
      'the lowest and a high one',
      [
        ['long', '0.11', 'USDT'],
        ['short', '1200', 'USDT'],
      ],
      0,
    ],
    [
      'fees that no exchange takes of so much',
      [
        ['long', '0.05', 'USDT'],
        ['short', '0.05', 'USDT'],
      ],
      1,
    ],
    [
      'fees that no exchange takes of so little',
      [
        ['long', '2500', 'USDT'],
        ['short', '2500', 'USDT'],
      ],
      1,
    ],
    [
      'one fee alone tells it',
      [
        ['long', '0.05', 'USDT'],
        ['short', '0', 'USDT'],
      ],
      1,
    ],
    [
      'in the asset on both sides',
      [
        ['long', '0.0005', 'BTC'],
        ['short', '0.0005', 'BTC'],
      ],
      0,
    ],
    [
      'in the asset where it is bought, as a spot account pays',
      [
        ['long', '0.0005', 'BTC'],
        ['short', '25', 'USDT'],
      ],
      0,
    ],
    [
      'in a third asset',
      [
        ['long', '0.01', 'BNB'],
        ['short', '0.01', 'BNB'],
      ],
      0,
    ],
  ] as const)('%s', (_name, fees, instruments) => {
    expect(contradictedUnits(paid(fees)).size).toBe(instruments);
  });
});
