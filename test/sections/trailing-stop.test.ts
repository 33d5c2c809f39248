import { answered } from './api-calls.ts';
import { describe, expect, test } from '@jest/globals';
import { missing } from '../../audit/value.ts';
import { at, checkOf, findingsOf, valueOf, type Evidence } from './support.ts';
import { type Row, BYBIT, held, update, rising, run, symbols } from './trailing-stop-rows.ts';

describe('statistics', () => {
  test('updates, attempts that were left, the average, the most and the minutes in which it trailed', () => {
    const result = run({
      positions: [
        held('A', { closed_at: at('02:00') }),
        held('B', { closed_at: at('01:30'), symbol: 'ETHUSDT', ...BYBIT }),
      ],
      'trailing-updates': [
        ...rising(4, 600),
        update('01:45', '90.4', null, { skipped: true }),
        update('01:10', '80', '80.5', { position_id: 'B' }),
      ],
    });
    const names = [
      'trailing_activations',
      'trailing_updates',
      'trailing_skipped',
      'trailing_updates_average',
      'trailing_updates_most',
    ];
    expect(names.map((name) => valueOf(result, name))).toEqual([2, 5, 1, 2.5, 4]);
    expect(valueOf(result, 'trailing_updates', BYBIT)).toBe(1);
    expect(symbols(result).map((row) => row.slice(0, 6))).toEqual([
      ['BTCUSDT', 'binance', 4, 60, 4 / 60, 'Normal'],
      ['ETHUSDT', 'bybit', 1, 20, 1 / 20, 'Normal'],
    ]);
  });

  test('an event dates the activation before the first move; one before the window trails from its start', () => {
    const result = run({
      'trailing-activations': [{ position_id: 'A', at: at('00:50') }],
      'trailing-updates': rising(2, 60),
    });
    expect(symbols(result)[0]?.[3]).toBe(70);
    const earlier = run({
      positions: [held('A', { opened_at: at('22:00', '2026-11-19'), closed_at: at('02:00') })],
      'trailing-updates': [
        { ...update('00:00', '90', '91'), at: at('23:00', '2026-11-19') },
        update('01:00', null, '92'),
      ],
    });
    expect([valueOf(earlier, 'trailing_activations'), valueOf(earlier, 'trailing_updates')]).toEqual([0, 1]);
    expect(symbols(earlier)[0]?.slice(2, 4)).toEqual([1, 120]);
    // Where the row does not say where the stop was, the move before does.
    expect(valueOf(earlier, 'trailing_useful')).toBe(100);
  });

  test('what trailed for less than a minute has no rate', () => {
    const result = run({
      positions: [held('A', { closed_at: at('01:00:59') })],
      'trailing-updates': rising(12, 4),
    });
    expect(symbols(result)[0]?.slice(4, 6)).toEqual([null, 'too short for a rate']);
    expect(findingsOf(result, 'TS-01')).toEqual([]);
  });

  test('a flag alone says that it was active and not since when', () => {
    const result = run({ positions: [held('A')] });
    expect([valueOf(result, 'trailing_flagged'), valueOf(result, 'trailing_activations')]).toEqual([1, 0]);
    expect(valueOf(result, 'trailing_updates_average')).toBe('<no_data>');
  });

  test('profit captured is of the best price while it was held', () => {
    const closed = held('A', { closed_at: at('02:00'), exit_price: '106', exit_kind: 'trailing' });
    const price = (clock: string, value: string): Row => ({
      exchange: 'binance',
      symbol: 'BTCUSDT',
      price: value,
      bucket: at(clock),
      at: at(clock),
    });
    const result = run({
      positions: [closed],
      prices: [price('01:00', '104'), price('01:30', '112'), price('01:40', '107')],
    });
    expect(valueOf(result, 'trailing_captured')).toBe(50);
    expect(valueOf(run({ positions: [closed] }), 'trailing_captured')).toBe('<no_data>');
  });

  test('no percentile of few times', () => {
    const timed = (count: number) => rising(count, 60, 0.1, { duration_ms: '300' });
    expect(valueOf(run({ 'trailing-updates': timed(19) }), 'trailing_ack_p95')).toBe('<insufficient_n>');
    expect(valueOf(run({ 'trailing-updates': timed(20) }), 'trailing_ack_p95')).toBe(300);
  });
});

describe('what cannot be seen', () => {
  test.each<[string, Omit<Evidence, 'rows'>, Evidence['rows'], string]>([
    ['a mapping without updates', { lacks: ['fill', 'funding', 'trailing_update'] }, {}, 'not_applicable'],
    ['a table that never had a row', {}, { 'trailing-updates': missing('no_data') }, 'not_applicable'],
    [
      'a table that cannot be read',
      {},
      { 'trailing-updates': missing('source_failed', 'denied') },
      'unknown',
    ],
  ])('%s: activations by events and flags, no updates, no score', (_name, more, rows, state) => {
    const result = run({ ...rows, 'trailing-activations': [{ position_id: 'A', at: at('01:00') }] }, more);
    expect([valueOf(result, 'trailing_activations'), checkOf(result, 'TS5')]).toEqual([1, state]);
    expect(valueOf(result, 'trailing_updates')).toMatch(/^</);
    expect(result.rules.unjudged.map(({ id }) => id)).toEqual(['TS-01', 'TS-02', 'TS-03', 'TS-04', 'AL-01']);
  });

  test('neither updates nor events: how many began to trail is not known, the flag still counts', () => {
    const result = run({}, { lacks: ['fill', 'funding', 'trailing_update', 'event'] });
    expect([valueOf(result, 'trailing_activations'), valueOf(result, 'trailing_flagged')]).toEqual([
      '<missing_entity>',
      1,
    ]);
  });
});

describe('share of the order requests', () => {
  const calls = (operation_kind: string | null, n: number) => answered(operation_kind, n, 50);
  test.each([
    [
      'moves against the calls on the path of orders',
      [calls('update_stop', 15), calls('cancel_order', 5), calls('fetch_price', 900)],
      50,
    ],
    ['fewer calls than moves cannot be all of them', [calls('update_stop', 9)], '<inadequate_basis>'],
    [
      'calls that do not say what they are for',
      [calls('update_stop', 20), calls(null, 1)],
      '<inadequate_basis>',
    ],
    ['no call on the path of orders', [calls('fetch_price', 900)], '<no_data>'],
  ])('%s', (_name, rows, share) => {
    const result = run({ 'trailing-updates': rising(10, 60), 'api-durations': rows });
    expect(valueOf(result, 'trailing_call_share')).toBe(share);
  });
});
