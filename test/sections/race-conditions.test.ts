import { describe, expect, test } from '@jest/globals';
import { at, findingsOf, valueOf } from './support.ts';
import { entryOrder, fill, position } from './trading-rows.ts';
import { type Row, pair, stop, run, conflicts } from './race-conditions-rows.ts';

test('without a row nothing conflicts, and figures are 0', () => {
  const result = run();
  expect(result.findings).toEqual([]);
  expect(valueOf(result, 'concurrent_money')).toBe(0);
  expect(valueOf(result, 'double_executions')).toBe(0);
});

describe('RC-01 conflicting writes', () => {
  test.each([
    ['0.3 s apart', at('02:00:00.300'), 1],
    ['0.999 s apart', at('02:00:00.999'), 1],
    ['1 s apart', at('02:00:01.000'), 0],
  ])('two closes %s', (_name, second, findings) => {
    const found = conflicts([pair({ second_at: second })]);
    expect(found).toHaveLength(findings);
    if (findings > 0)
      expect(found[0]).toMatchObject({
        severity: 'HIGH',
        venue: 'binance',
        cause: { id: 'class-c-no-serialisation', confidence: 'LIKELY' },
        occurrences: [{ subject: 'BTCUSDT', at: at('02:00:00'), until: second }],
      });
  });

  test('the limit is a setting', () => {
    const later = [pair({ second_at: at('02:00:02') })];
    expect(conflicts(later)).toEqual([]);
    expect(conflicts(later, { settings: { raceS: 2.5 } })).toHaveLength(1);
  });

  test('a stop that is changed while the position is closed is MEDIUM', () => {
    expect(conflicts([pair(stop('second'))])[0]).toMatchObject({ severity: 'MEDIUM' });
    expect(
      conflicts([pair({ ...stop('first'), ...stop('second'), second_writer: 'trailing' })])[0],
    ).toMatchObject({ severity: 'MEDIUM' });
  });

  test('quantity and stop are two findings', () => {
    const found = conflicts([pair(), pair({ position_id: 'P2', ...stop('second') })]);
    expect(found.map(({ severity }) => severity)).toEqual(['HIGH', 'MEDIUM']);
  });

  test.each([
    ['both rows name one order: two records of one close', { first_order_id: 'O1', second_order_id: 'O1' }],
    [
      'the stop that fired is what closed',
      { ...stop('first', 'stop_triggered'), first_order_id: 'S1', second_order_id: 'S1' },
    ],
    ['a stop fired, and no row names the orders', stop('first', 'stop_triggered')],
    ['the stop is taken away after the close', stop('second', 'stop_removed')],
  ])('%s: no conflict', (_name, over) => {
    const result = run({ 'concurrent-events': [pair(over)] });
    expect(result.findings).toEqual([]);
    expect(valueOf(result, 'concurrent_money')).toBe(0);
  });

  test('a close by another order than the stop that fired is one of quantity', () => {
    const both = { ...stop('first', 'stop_triggered'), first_order_id: 'S1', second_order_id: 'X1' };
    expect(conflicts([pair(both)])[0]).toMatchObject({ severity: 'HIGH' });
  });

  test('exits beyond what the position held make it CRITICAL', () => {
    const rows = {
      'concurrent-events': [pair()],
      positions: [
        position('P1', { symbol: 'BTCUSDT', quantity: '1', closed_at: at('02:00:00'), exit_price: '101' }),
      ],
      orders: [entryOrder('P1-exit', { position_id: 'P1', role: 'exit', side: 'short' })],
      fills: [
        fill('P1', 'long', at('01:00:00')),
        fill('P1', 'short', at('02:00:00')),
        fill('P1', 'short', at('02:00:00.300')),
      ],
    };
    expect(findingsOf(run(rows), 'RC-01')[0]).toMatchObject({ severity: 'CRITICAL' });
  });

  test('nobody is accused where no row names the writer', () => {
    const result = run({ 'concurrent-events': [pair({ second_writer: null })] });
    expect(findingsOf(result, 'RC-01')).toEqual([]);
    expect(valueOf(result, 'concurrent_unknown')).toBe(1);
    expect(result.rules.unjudged).toMatchObject([{ id: 'RC-01', why: { reason: 'inadequate_basis' } }]);
    expect(JSON.stringify(result.datasets)).toContain('writer unknown');
  });

  test('a mapping without writers leaves it unjudged, by name', () => {
    const result = run({}, { lacks: ['event.writer'] });
    expect(valueOf(result, 'concurrent_money')).toBe('<missing_column>');
    expect(result.rules.unjudged).toMatchObject([
      { id: 'RC-01', why: { reason: 'missing_column', detail: 'event.writer' } },
    ]);
  });

  test('an order filled after its cancellation is a conflict with the exchange', () => {
    const cancelled = entryOrder('O1', {
      type: 'limit',
      status: 'cancelled',
      role: 'entry',
      created_at: at('02:00'),
      cancelled_at: at('02:10'),
    });
    const filled = (time: string) => [fill('P9', 'long', time, { order_id: 'O1' })];
    const of = (time: string, over: Row = {}) =>
      findingsOf(run({ orders: [{ ...cancelled, ...over }], fills: filled(time) }), 'RC-01');
    expect(of(at('02:10:00.250'))[0]).toMatchObject({ severity: 'HIGH', frequency: 1 });
    expect(of(at('02:10:01'))).toEqual([]);
    expect(of(at('02:09:59.900'))).toEqual([]);
    expect(of(at('02:10:00.250'), { type: 'market' })).toEqual([]);
  });

  test('two entries into one instrument are shown; who sent them no row says', () => {
    const entry = (id: string, time: string) =>
      entryOrder(id, { role: 'entry', position_id: `P-${id}`, created_at: time, status: 'filled' });
    const result = run({ orders: [entry('A', at('02:00:00')), entry('B', at('02:00:00.500'))] });
    expect([findingsOf(result, 'RC-01'), valueOf(result, 'concurrent_unknown')]).toEqual([[], 1]);
  });
});
