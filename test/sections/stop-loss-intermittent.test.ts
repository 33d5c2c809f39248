import { describe, expect, test } from '@jest/globals';
import { at, checkOf, danglingReferences, findingsOf, valueOf } from './support.ts';
import { later, many, position, stop } from './trading-rows.ts';
import { EQUITY, gate, OPEN, run, severities } from './stop-loss-support.ts';

/** Stops from 01:00 on that each stand for `stoodMs` and are followed by `nakedMs` without one; the last stands. */
const flicker = (n: number, stoodMs: number, nakedMs: number, id = 'a') =>
  many(n, (i) => {
    const start = later(at('01:00'), i * (stoodMs + nakedMs));
    const end = later(start, stoodMs);
    return stop(id, `${id}-s${String(i)}`, start, {
      venue_at: start,
      ...(i < n - 1 && { status: 'cancelled', cancelled_at: end, updated_at: end }),
    });
  });
const audit = (orders: readonly object[], equity = EQUITY, positions: readonly object[] = OPEN) =>
  run({ rows: { positions, orders, equity } as never });

describe('a stop that comes and goes within the grace', () => {
  test('is no protection: its gaps add up', () => {
    const result = audit(flicker(1_000, 1, 4_899));
    expect(findingsOf(result, 'SL-01')).toMatchObject([
      { severity: 'HIGH', cause: { id: 'cancelled-first' }, frequency: 999 },
    ]);
    expect(severities(result, 'SL-05')).toEqual(['MEDIUM']);
    expect(checkOf(result, 'SL4-5')).toBe(0);
    expect(valueOf(result, 'positions_without_stop')).toBe(1);
    expect(valueOf(result, 'positions_without_stop_long')).toBe(1);
    expect(valueOf(result, 'unprotected_time')).toBeCloseTo((999 * 4_899) / 60_000, 6);
    expect(gate(result)).toBe(false);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('is no protection at the end of the window when the position is more often without it', () => {
    const to = at('01:30');
    const atEnd = (stoodMs: number, nakedMs: number) =>
      run({
        rows: { positions: OPEN, orders: flicker(800, stoodMs, nakedMs), equity: EQUITY },
        window: { from: at('00:00'), to },
      });
    const mostly = atEnd(1, 4_899);
    expect(severities(mostly, 'SL-01')).toEqual(['CRITICAL']);
    expect(valueOf(mostly, 'positions_without_stop_at_end')).toBe(1);
    expect(gate(mostly)).toBe(true);
    expect(danglingReferences(mostly)).toEqual([]);
    const rarely = atEnd(3_000, 1_000);
    expect(severities(rarely, 'SL-01')).toEqual(['HIGH']);
    expect(gate(rarely)).toBe(false);
  });

  test('is CRITICAL from the exposure that makes one long gap so', () => {
    const little = EQUITY.map((row) => ({ ...row, equity: '100' }));
    expect(severities(audit(flicker(1_000, 1, 4_899), little), 'SL-01')).toEqual(['CRITICAL']);
  });

  test('is one finding with the long gaps of the same cause, all of them together', () => {
    const cancelled = (id: string, start: string, end: string) =>
      stop('b', id, start, { venue_at: start, status: 'cancelled', cancelled_at: end, updated_at: end });
    const long = [cancelled('b-1', at('01:00'), at('01:10')), stop('b', 'b-2', at('01:12'))];
    const result = audit([...flicker(1_000, 1, 4_899), ...long], EQUITY, [...OPEN, position('b')]);
    expect(findingsOf(result, 'SL-01')).toMatchObject([
      { severity: 'HIGH', cause: { id: 'cancelled-first' }, frequency: 1_000 },
    ]);
    expect(valueOf(result, 'positions_without_stop')).toBe(2);
  });

  test.each([
    ['60 s in all', 16, 4_000, []],
    ['64 s in all, below 1 % of the time held', 17, 4_000, []],
    ['below 1 % of the time held', 400, 500, []],
    ['1 % of the time held', 400, 700, ['HIGH']],
  ])('counts by time and share: %s', (_name, n, nakedMs, expected) => {
    const result = audit(flicker(n, 10_000, nakedMs));
    expect(severities(result, 'SL-01')).toEqual(expected);
    expect(checkOf(result, 'SL4-5')).toBe(expected.length === 0 ? 1 : 0);
  });

  test('counts over all positions of an exchange', () => {
    const short = (id: string) => position(id, { closed_at: at('01:05') });
    const ids = ['a', 'b', 'c'];
    const orders = ids.flatMap((id) => flicker(12, 20_000, 2_500, id));
    const one = audit(orders.slice(0, 12), EQUITY, [short('a')]);
    expect(findingsOf(one, 'SL-01')).toEqual([]);
    expect(severities(audit(orders, EQUITY, ids.map(short)), 'SL-01')).toEqual(['HIGH']);
  });

  test('the wait for a first stop is none of it, however many positions there are', () => {
    const ids = many(300, (i) => `p${String(i)}`);
    const positions = ids.map((id) => position(id, { closed_at: at('01:00:30') }));
    const orders = ids.map((id) =>
      stop(id, `${id}-s`, at('01:00'), { status: 'cancelled', cancelled_at: at('01:00:29.500') }),
    );
    const result = audit(orders, EQUITY, positions);
    expect(result.findings).toEqual([]);
    expect(checkOf(result, 'SL4-5')).toBe(1);
    expect(valueOf(result, 'unprotected_time')).toBeCloseTo(1 / 60, 10);
    expect(valueOf(result, 'unprotected_exposure')).toBe('500');
  });
});

test('time without a stop is not known beside a position in doubt', () => {
  const orders = [stop('a', 's1', at('01:00')), stop('b', 's2', at('01:00'), { status: 'unknown' })];
  const result = audit(orders, EQUITY, [...OPEN, position('b')]);
  expect(valueOf(result, 'unprotected_time')).toBe('<inadequate_basis>');
  expect(valueOf(result, 'unprotected_exposure')).toBe('<inadequate_basis>');
});
