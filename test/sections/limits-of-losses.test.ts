import { describe, expect, test } from '@jest/globals';
import { agedPositions } from '../../sections/aged-positions.ts';
import { trades } from './closed-trades.ts';
import { run } from './pnl-support.ts';
import { at, checkOf, evaluate, findingsOf, WINDOW } from './support.ts';
import { later, position } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;
const own = (row: Row): Row => ({ name: row['kind'], scope: null, unit: null, ...row });
const PARTS: readonly Row[] = [
  { scope: 'bot' },
  { scope: 'exchange', scope_value: 'Bybit' },
  { scope: 'symbol', scope_value: 'ETH-USDT' },
];

/** One trade that lost 100 with its fees at Bybit, in ETHUSDT; another one lost nothing. */
const losses = trades([{ gross: -99.5, fee: 0.5, exchange: 'bybit', symbol: 'ETHUSDT' }, { gross: 1 }]);
const audited = (...limits: readonly Row[]) => run({ ...losses, limits: limits.map(own) });

describe.each(PARTS)('a limit for %j', (part) => {
  test.each([
    ['200', [], 1],
    ['100', ['MEDIUM'], 0],
    [String(100 / 1.05), ['HIGH'], 0],
  ])('of %s lost in a day', (value, severities, r) => {
    const result = audited({ kind: 'daily_loss', value, ...part });
    expect(findingsOf(result, 'PN-02').map(({ severity }) => severity[0])).toEqual(
      // Positions that were opened after the breach make it CRITICAL.
      severities.map((severity) => (severity === 'HIGH' ? expect.stringMatching(/^[HC]/) : severity[0])),
    );
    expect(checkOf(result, 'PN8')).toBeCloseTo(r, 10);
  });

  test.each([
    ['100', 0],
    [String(100 / 1.05), 1],
  ])('of %s lost by one position', (value, findings) => {
    const result = audited({ kind: 'daily_loss', value: '9000' }, { kind: 'per_trade_loss', value, ...part });
    const over = findingsOf(result, 'PN-03').filter(({ title }) =>
      JSON.stringify(title).includes('large_losses'),
    );
    expect(over).toHaveLength(findings);
  });

  test.each([
    [5, 0, 1],
    [5.25, 1, 0],
  ])('of the age of a position, after %s hours', (hours, findings, r) => {
    const opened = later(WINDOW.to, -hours * 3_600_000);
    const positions = [position('a', { exchange: 'bybit', symbol: 'ETHUSDT', opened_at: opened })];
    const limits = [own({ kind: 'max_age', value: '5', ...part })];
    const result = evaluate(agedPositions, { rows: { positions, limits } });
    expect(findingsOf(result, 'AG-01')).toHaveLength(findings);
    expect(checkOf(result, 'AG1')).toBe(r);
  });
});

test('the equity of one exchange is held against its own limit', () => {
  const equity = (exchange: string, time: string, value: string): Row => ({
    exchange,
    account: 'futures',
    currency: 'USDT',
    bucket: at(time),
    at: at(time),
    equity: value,
  });
  const limits = [own({ kind: 'daily_loss', value: '500', scope: 'exchange', scope_value: 'bybit' })];
  const rows = [
    equity('binance', '00:00', '5000'),
    equity('bybit', '00:00', '5000'),
    equity('binance', '02:00', '6000'),
    equity('bybit', '02:00', '4475'),
  ];
  const result = run({ equity: rows, limits });
  expect(findingsOf(result, 'PN-02')).toMatchObject([{ venue: 'bybit', severity: 'HIGH' }]);
  expect(checkOf(result, 'PN8')).toBe(0);
});

test.each([
  ['daily_loss', { unit: 'percent', value: '3' }],
  ['per_trade_loss', { value: null }],
])('a limit of %s that nobody could compare is not known to have held', (kind, row) => {
  const result = audited({ kind: 'daily_loss', value: '9000' }, { kind, ...row });
  expect(checkOf(result, 'PN8')).toBe('unknown');
  expect(JSON.stringify(result.checks)).toContain(`the limit ${kind}`);
});
