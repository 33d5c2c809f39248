import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { money, sum } from '../../audit/decimal.ts';
import { pnl } from '../../sections/pnl.ts';
import { drawdown, summarise, type Result } from '../../sections/pnl/results.ts';
import { returnStatistics } from '../../sections/pnl/returns.ts';
import {
  at,
  checkOf,
  danglingReferences,
  evaluate,
  figureOf,
  findingsOf,
  valueOf,
  type Evidence,
} from './support.ts';
import { fill, later, many, position } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;
interface Trade {
  readonly gross: number;
  readonly fee?: number;
  readonly exchange?: string;
  readonly symbol?: string;
  readonly quantity?: string;
}

/** Closed long positions, one a minute from 01:00 on, entered at 100; each fill pays half of `fee`. */
function trades(list: readonly Trade[]): { positions: Row[]; fills: Row[] } {
  const rows = list.map(({ gross, fee = 0.08, exchange = 'binance', symbol = 'BTCUSDT' }, index) => {
    const opened = later(at('01:00'), index * 60_000);
    const closed = later(opened, 30_000);
    const id = `P${String(index).padStart(3, '0')}`;
    const shared = { exchange, symbol, fee: String(fee / 2) };
    return {
      position: position(id, {
        exchange,
        symbol,
        opened_at: opened,
        closed_at: closed,
        realized_pnl: String(money(gross).minus(fee)),
      }),
      fills: [
        fill(id, 'long', opened, shared),
        fill(id, 'short', closed, { ...shared, price: String(100 + gross) }),
      ],
    };
  });
  return { positions: rows.map((row) => row.position), fills: rows.flatMap((row) => row.fills) };
}

const balance = (edge: 'from' | 'to', total: string, over: Row = {}): Row => ({
  edge,
  exchange: 'binance',
  account: 'futures',
  currency: 'USDT',
  at: at(edge === 'from' ? '00:00' : '08:00'),
  total,
  equity: total,
  ...over,
});

function run(rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(pnl, { ...more, rows });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
const LIMITS = {
  maxPositions: null,
  dailyLoss: '100',
  perTradeLoss: null,
  exposure: null,
  leverage: null,
  maxAgeH: null,
};

describe('results', () => {
  test('by exchange and total: outcomes on net, Wilson interval, the row adds up', () => {
    const result = run(
      trades([{ gross: 5 }, { gross: 0.08 }, { gross: -3 }, { gross: 2, exchange: 'bybit' }]),
    );
    expect(
      ['closed_positions', 'winners', 'losers', 'breakeven'].map((name) => valueOf(result, name)),
    ).toEqual([4, 2, 1, 1]);
    expect(figureOf(result, 'win_rate')).toMatchObject({
      value: 50,
      n: 4,
      interval: [expect.closeTo(15.0, 1), expect.closeTo(85.0, 1)],
    });
    expect(valueOf(result, 'win_rate_decided')).toBeCloseTo(66.67, 1);
    expect(valueOf(result, 'net_pnl')).toBe('3.76');
    expect(valueOf(result, 'net_pnl', { exchange: 'bybit' })).toBe('1.92');
    expect(valueOf(result, 'fees_paid')).toBe('0.32');
    expect([valueOf(result, 'identity_venues'), valueOf(result, 'identity_symbols')]).toEqual(['0', '0']);
    expect(checkOf(result, 'DI13')).toBe(1);
  });

  test('no losses: the profit factor is null with that reason, never 0 or infinite', () => {
    expect(valueOf(run(trades([{ gross: 5 }])), 'profit_factor')).toBe('<no_losses>');
    expect(valueOf(run(), 'profit_factor')).toBe('<no_data>');
    expect(valueOf(run(trades([{ gross: 5.08 }, { gross: -2.42 }])), 'profit_factor')).toBe(2);
  });

  test('stored results of 0 in every closed row are no evidence of 0', () => {
    const closed = many(3, (n) => position(`Z${String(n)}`, { closed_at: at('02:00'), realized_pnl: '0' }));
    const result = run(
      { positions: closed },
      { lacks: ['fill', 'funding', 'position.exit_price', 'position.fees'] },
    );
    expect([valueOf(result, 'net_pnl'), valueOf(result, 'win_rate')]).toEqual([
      '<inadequate_basis>',
      '<inadequate_basis>',
    ]);
    expect([valueOf(result, 'closed_positions'), valueOf(result, 'stored_results_zero')]).toEqual([3, 3]);
    expect(checkOf(result, 'PN8')).toBe('unknown');
  });

  test('top 3 lists what exists: a loser is below zero, a winner above', () => {
    const result = run(trades([{ gross: 5 }, { gross: 1 }, { gross: -1 }]));
    const rows = (id: string) =>
      result.datasets.find((dataset) => dataset.id === id)?.rows.map((row) => row[3]);
    expect([rows('pnl.winners'), rows('pnl.losers')]).toEqual([['4.92', '0.92'], ['-1.08']]);
  });

  test('the cumulative line ends at the total', () => {
    const { series } = run(trades([{ gross: 5 }, { gross: -3 }, { gross: 2, exchange: 'bybit' }]));
    const last = (id: string) => series.find((one) => one.id === id)?.points.at(-1)?.value;
    expect([last('pnl.net.binance'), last('pnl.net.bybit'), last('pnl.net.total')]).toEqual([
      1.84, 1.92, 3.76,
    ]);
  });

  test('stored numbers that disagree are counted', () => {
    const { positions, fills } = trades([{ gross: 5 }, { gross: 2 }]);
    const open = position('O', { unrealized_pnl: '50', current_price: '110' });
    const wrong = [{ ...positions[0], realized_pnl: '5' }, ...positions.slice(1), open];
    const result = run({ positions: wrong, fills: [...fills, fill('O', 'long', at('01:00'))] });
    expect([valueOf(result, 'stored_results_differ'), valueOf(result, 'stored_results_compared')]).toEqual([
      1, 2,
    ]);
    expect([
      valueOf(result, 'stored_unrealised_differ'),
      valueOf(result, 'stored_unrealised_compared'),
    ]).toEqual([1, 1]);
    expect(checkOf(result, 'DI13')).toBe(0);
  });

  test('a fee 100 times its usual rate stands out', () => {
    const { positions, fills } = trades(many(15, () => ({ gross: 1 })));
    const result = run({
      positions,
      fills: fills.map((row, index) => (index === 7 ? { ...row, fee: '4' } : row)),
    });
    expect(valueOf(result, 'fees_differ')).toBe(1);
  });
});

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

describe('arithmetic', () => {
  const result = (net: number): Result => ({
    net: money(net),
    closedAt: 0,
    gross: null,
    fees: null,
    funding: null,
    fact: {} as Result['fact'],
  });

  test('any results: outcomes add up, won - lost = net up to the breakevens', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -500, max: 500 })), (nets) => {
        const summary = summarise(
          nets.map((net) => result(net / 100)),
          money('0.00000001'),
        );
        expect(summary.winners + summary.losers + summary.breakeven).toBe(nets.length);
        expect(summary.won.minus(summary.lost).equals(summary.net)).toBe(true);
        expect(summary.net.equals(sum(nets.map((net) => money(net).div(100))))).toBe(true);
      }),
    );
  });

  test('drawdown begins with the start as first peak; absolute and relative may be two episodes', () => {
    const points = [100, 80, 300, 270, 310].map((value, index) => ({ at: index, value: money(value) }));
    expect(drawdown(points)).toMatchObject({ absoluteAt: 3, relative: 20, relativeAt: 1 });
    expect(drawdown(points)?.absolute.toNumber()).toBe(30);
    expect(drawdown([])).toBeNull();
  });

  test('daily returns: known answers, and null where the spread is 0', () => {
    const days = [0.01, -0.02, 0.03].map((r, index) => ({ day: `2026-11-0${String(index + 1)}`, r }));
    const statistics = returnStatistics(days);
    expect(statistics?.sharpe).toBeCloseTo((0.02 / 3 / Math.sqrt(0.00063333333)) * Math.sqrt(365), 3);
    expect(statistics?.sortino).toBeCloseTo((0.02 / 3 / Math.sqrt(0.0004 / 3)) * Math.sqrt(365), 6);
    expect([statistics?.best.r, statistics?.worst.r]).toEqual([0.03, -0.02]);
    expect(returnStatistics(days.map((day) => ({ ...day, r: 0 })))).toMatchObject({
      sharpe: null,
      sortino: null,
      calmar: null,
    });
  });

  test('an 8 h window prints no daily ratios', () => {
    expect(run(trades([{ gross: 1 }])).figures.some(({ name }) => name === 'sharpe')).toBe(false);
  });
});

test('positions that cannot be read: every figure has the reason, no finding, checks unknown', () => {
  const result = run({ positions: { value: null, reason: 'source_failed', detail: 'statement timeout' } });
  expect(valueOf(result, 'net_pnl')).toBe('<source_failed>');
  expect(['PN10', 'DI13', 'PN8'].map((id) => checkOf(result, id))).toEqual(['unknown', 'unknown', 'unknown']);
  expect(result.findings).toEqual([]);
});
