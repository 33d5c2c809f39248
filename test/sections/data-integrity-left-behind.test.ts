import { describe, expect, test } from '@jest/globals';
import { at, checkOf, findingsOf, valueOf } from './support.ts';
import { fill, position, many } from './trading-rows.ts';
import { run } from './data-integrity-support.ts';

const ids = many(20, (i) => `p${String(i)}`);
const positions = ids.map((id) => position(id, { closed_at: at('02:00') }));
const fills = ids.flatMap((id) => [fill(id, 'long', at('01:00')), fill(id, 'short', at('02:00'))]);
const severities = (result: ReturnType<typeof run>, rule: string): readonly string[] =>
  findingsOf(result, rule).map(({ severity }) => severity);

describe('what the fills still hold', () => {
  test.each([
    ['the half of an exit', '0.5', ['CRITICAL']],
    ['all but a fee in the base currency', '0.999', ['HIGH']],
  ])('of a closed row with %s', (_name, quantity, expected) => {
    const result = run({
      positions,
      fills: fills.map((one) => (one['id'] === `p3-short-${at('02:00')}` ? { ...one, quantity } : one)),
    });
    expect(severities(result, 'PM-02')).toEqual(expected);
    expect(checkOf(result, 'PM-ID')).toBe(0);
  });

  test('is no proof when fills without a link may be the exit', () => {
    const unlinked = { position_id: null, order_id: 'x' };
    const rest = fills.map((one) =>
      one['id'] === `p3-short-${at('02:00')}` ? { ...one, ...unlinked } : one,
    );
    expect(severities(run({ positions, fills: rest }), 'PM-02')).toEqual(['HIGH']);
  });

  test.each([
    ['half of what was entered', { entered: '2', remainder: '1' }, ['CRITICAL']],
    ['the opposite side', { entered: '2', remainder: '-2' }, ['CRITICAL']],
    ['a fee in the base currency', { entered: '2', remainder: '0.002' }, []],
    ['something whose entry is not stored', { entered: '0', remainder: '-1' }, []],
  ])('of a row that was closed before the window: %s', (_name, numbers, expected) => {
    const left = {
      id: 'old',
      exchange: 'binance',
      symbol: 'ETHUSDT',
      closed_at: '2026-11-19T23:55:00.000Z',
      ...numbers,
    };
    const result = run({ positions, fills, 'left-behind': [left] });
    expect(severities(result, 'PM-02')).toEqual(expected);
    expect(valueOf(result, 'positions_identity')).toBe(0);
    expect(checkOf(result, 'PM-ID')).toBe(expected.length === 0 ? 1 : 0);
  });

  test('is unknown, and with it the check, when it could not be read', () => {
    const result = run({ positions, fills, 'left-behind': { value: null, reason: 'source_failed' } });
    expect(checkOf(result, 'PM-ID')).toBe('unknown');
  });
});

test('a row that closes a moment before the end, with its exit fill after it, is the next window’s', () => {
  const late = position('late', { closed_at: at('07:59:59.999') });
  const result = run({
    positions: [...positions, late],
    fills: [...fills, fill('late', 'long', at('01:00'))],
  });
  expect(valueOf(result, 'positions_identity')).toBe(0);
  expect(result.findings).toEqual([]);
});
