import { describe, expect, test } from '@jest/globals';
import { trades, type Row } from './closed-trades.ts';
import { run } from './data-integrity-support.ts';
import { at, findingsOf } from './support.ts';
import { many, stop } from './trading-rows.ts';

const world = trades(many(10, (n) => ({ gross: n + 1 })));
const idOf = (row: Row): string => String(row['position_id'] ?? row['id']);
const payments = world.positions.map((row) => ({
  symbol: 'BTCUSDT',
  exchange: 'binance',
  position_id: idOf(row),
  amount: '-0.5',
  at: row['closed_at'],
}));
const stops = world.positions.map((row) =>
  stop(idOf(row), `S-${idOf(row)}`, String(row['opened_at']), {
    status: 'cancelled',
    cancelled_at: row['closed_at'],
  }),
);
type Cell = (row: Row, index: number) => unknown;
const withRows = (column: string, cell: Cell) =>
  world.positions.map((row, index) => ({ ...row, [column]: cell(row, index) }));
const found = (rows: Parameters<typeof run>[0]) =>
  findingsOf(run({ ...world, ...rows }), 'DQ-04').map(({ severity, cause }) => `${severity} ${cause.id}`);

describe('DQ-04 of the fees that closed rows store', () => {
  const fees = (cell: Cell) => found({ positions: withRows('fees', cell) });
  test.each<[string, Cell, readonly string[]]>([
    ['what the fills paid', () => '0.08', []],
    ['a cent more', () => '0.09', []],
    ['more than a cent', () => '0.0901', ['MEDIUM fees-unknown']],
    ['ten times as much', () => '0.8', ['HIGH fees-unknown']],
    ['nothing', () => null, []],
    ['0', () => '0', ['HIGH fees-stored-zero']],
    ['the other sign', () => '-0.08', ['HIGH fees-other-sign']],
    ['one that is far off', (_row, index) => (index === 3 ? '8' : '0.08'), ['MEDIUM fees-unknown']],
  ])('%s', (_name, cell, expected) => {
    expect(fees(cell)).toEqual(expected);
  });

  test('one of so many is told where it is far off', () => {
    const all = trades(many(101, (n) => ({ gross: n + 1 })));
    const one = (cell: string) =>
      found({
        ...all,
        positions: all.positions.map((row, index) => ({ ...row, fees: index === 3 ? cell : '0.08' })),
      });
    expect(one('0.8')).toEqual(['LOW fees-unknown']);
    expect(one('0.11')).toEqual([]);
  });

  test('paid in another asset are not compared: nobody knows at which price the bot took them', () => {
    const fills = world.fills.map((row) => ({ ...row, fee_currency: 'BNB' }));
    expect(found({ fills, positions: withRows('fees', () => '9') })).toEqual([]);
  });
});

describe('DQ-04 of the funding that closed rows store', () => {
  const stored = world.positions.map((row) => ({ ...row, realized_pnl: null }));
  const funding = (cell: string, paid: readonly Row[] = payments) =>
    found({ positions: stored.map((row) => ({ ...row, funding: cell })), funding: paid });
  test('is the sum of the payments, or told', () => {
    expect(funding('-0.5')).toEqual([]);
    expect(funding('-0.51')).toEqual([]);
    expect(funding('-5')).toEqual(['HIGH funding-unknown']);
    expect(funding('0.5')).toEqual(['HIGH funding-other-sign']);
  });
  test('is not compared with payments that do not name their positions, nor without one', () => {
    expect(
      funding(
        '-5',
        payments.map((row) => ({ ...row, position_id: null })),
      ),
    ).toEqual([]);
    expect(funding('-5', [])).toEqual([]);
  });
});

describe('DQ-04 of the results of fills', () => {
  const results = (cell: (gross: number, isExit: boolean) => unknown) =>
    found({
      fills: world.fills.map((row, index) => {
        const isExit = row['side'] === 'short';
        return { ...row, realized_pnl: cell(Math.floor(index / 2) + 1, isExit) };
      }),
    });
  test.each<[string, (gross: number, isExit: boolean) => unknown, readonly string[]]>([
    ['gross', (gross, isExit) => String(isExit ? gross : 0), []],
    ['gross, entries without one', (gross, isExit) => (isExit ? String(gross) : null), []],
    ['net of the fee of each fill', (gross, isExit) => String((isExit ? gross : 0) - 0.04), []],
    ['net of the fee of the exit', (gross, isExit) => (isExit ? String(gross - 0.04) : null), []],
    // Of one factor for all of them it would be another size of the contract, which nobody knows then.
    [
      'far off, each by another factor',
      (gross, isExit) => String(isExit ? gross * gross + 20 : 0),
      ['HIGH fill-results-unknown'],
    ],
    [
      'ten times each, without a size of the contract',
      (gross, isExit) => String(isExit ? 10 * gross : 0),
      [],
    ],
    ['of the other sign', (gross, isExit) => String(isExit ? -gross : 0), ['HIGH fill-results-other-sign']],
    ['0', () => '0', ['HIGH fill-results-stored-zero']],
    ['none', () => null, []],
    [
      'one that is wrong',
      (gross, isExit) => String(isExit ? (gross === 4 ? 40 : gross) : 0),
      ['MEDIUM fill-results-unknown'],
    ],
  ])('%s', (_name, cell, expected) => {
    expect(results(cell)).toEqual(expected);
  });
});

describe('DQ-04 of the stop prices of rows', () => {
  const prices = (cell: Cell, orders: readonly Row[] = stops) =>
    found({ positions: withRows('stop_loss_price', cell), orders });
  test.each<[string, Cell, readonly string[]]>([
    ['the trigger', () => '95', []],
    ['rounded by two percent', () => '96.9', []],
    ['by more', () => '96.91', ['HIGH stop-price-unknown']],
    ['one by more', (_row, index) => (index === 3 ? '96.91' : '95'), ['MEDIUM stop-price-unknown']],
    ['ten times', () => '950', ['HIGH stop-price-unknown']],
    ['0', () => '0', ['HIGH stop-price-stored-zero']],
    ['nothing', () => null, []],
  ])('%s', (_name, cell, expected) => {
    expect(prices(cell)).toEqual(expected);
  });

  test('a row that was written after the window says nothing of the stops in it', () => {
    const written = (time: string) =>
      found({
        positions: world.positions.map((row) => ({ ...row, stop_loss_price: '50', updated_at: time })),
        orders: stops,
      });
    expect(written(at('07:59:59'))).toEqual(['HIGH stop-price-unknown']);
    expect(written(at('08:00'))).toEqual([]);
  });

  test('the first of two triggers is one, and a trigger that was rewritten is not known', () => {
    const second = stops.map((row) => ({ ...row, id: `${String(row['id'])}-2`, trigger_price: '99' }));
    expect(prices(() => '95', [...stops, ...second])).toEqual([]);
    const rewritten = stops.map((row) => ({
      ...row,
      status: 'new',
      cancelled_at: null,
      updated_at: at('07:00'),
    }));
    expect(prices(() => '50', rewritten)).toEqual([]);
    expect(
      prices(
        () => '50',
        stops.map((row) => ({ ...row, type: 'trailing_stop' })),
      ),
    ).toEqual([]);
  });
});
