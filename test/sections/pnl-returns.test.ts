import { describe, expect, test } from '@jest/globals';
import { LIMITS, run } from './pnl-support.ts';
import { figureOf, valueOf } from './support.ts';
import type { Row } from './closed-trades.ts';

const DAY_MS = 86_400_000;
const FROM = Date.parse('2026-10-01T00:00:00Z');
const iso = (day: number, hours = 0): string =>
  new Date(FROM + day * DAY_MS + hours * 3_600_000).toISOString();

/** A month whose equity at each 00:00 UTC is the list. */
function month(
  equities: readonly number[],
  more: { readonly minDays?: number; readonly transfers?: Row[] } = {},
) {
  const equity = equities.map((value, day) => ({
    exchange: 'binance',
    account: 'futures',
    currency: 'USDT',
    bucket: iso(day),
    at: iso(day),
    equity: String(value),
  }));
  const days = equities.length - 1;
  return run(
    { equity, transfers: more.transfers ?? [] },
    {
      kind: 'monthly',
      window: { from: iso(0), to: iso(days) },
      bot: { limits: LIMITS },
      settings: { minDays: more.minDays ?? days },
    },
  );
}

describe('daily returns of a month', () => {
  /** +10 %, -10 %, +20 %: mean 20/3 %, downside 10/sqrt(3) %, largest fall 10 %, compounded 1.188. */
  const known = month([100, 110, 99, 118.8]);

  test.each([
    ['sharpe', (20 / 3 / Math.sqrt(700 / 3)) * Math.sqrt(365)],
    ['sharpe_error', Math.sqrt((1 + (20 / 3 / Math.sqrt(700 / 3)) ** 2 / 2) / 3) * Math.sqrt(365)],
    ['sortino', (20 / 3 / (10 / Math.sqrt(3))) * Math.sqrt(365)],
    ['calmar', (1.188 ** (365 / 3) - 1) / 0.1],
    ['volatility', Math.sqrt(700 / 3) * Math.sqrt(365)],
    ['best_day', 20],
    ['worst_day', -10],
  ])('%s', (name, expected) => {
    const value = Number(valueOf(known, name));
    expect(value / expected).toBeCloseTo(1, 9);
    expect(figureOf(known, name)).toMatchObject({ id: 'PN13', n: 3 });
  });

  test('the best and the worst day are named, and the part shows all of them', () => {
    expect(figureOf(known, 'best_day').title).toBe('Best day, 2026-10-03');
    expect(figureOf(known, 'worst_day').title).toBe('Worst day, 2026-10-02');
    const part = known.parts.find(({ title }) => title === 'Daily returns');
    const [block] = part?.blocks ?? [];
    expect(block?.type === 'metrics' && block.rows.map(({ title }) => title)).toEqual([
      'Sharpe',
      'Sharpe error',
      'Sortino',
      'Calmar',
      'Volatility',
      'Best day',
      'Worst day',
    ]);
  });

  test('what was paid in is no return', () => {
    const paid = [{ at: iso(1, 12), currency: 'USDT', amount: '1000', exchange: 'binance' }];
    const result = month([100, 110, 1099, 1099], { transfers: paid });
    expect(valueOf(result, 'worst_day')).toBeCloseTo(-10, 9);
  });

  test('returns that do not vary have no ratios', () => {
    const flat = month([100, 100, 100]);
    expect(['sharpe', 'sharpe_error', 'sortino', 'calmar'].map((name) => valueOf(flat, name))).toEqual(
      Array.from({ length: 4 }, () => '<not_applicable>'),
    );
    expect(valueOf(flat, 'volatility')).toBe(0);
  });

  test.each([
    ['too few days', month([100, 110, 99], { minDays: 3 })],
    ['equity that was never positive', month([0, 110, 99])],
  ])('%s: not even listed', (_name, result) => {
    expect(result.figures.some(({ name }) => name === 'sharpe')).toBe(false);
    expect(result.parts.some(({ title }) => title === 'Daily returns')).toBe(false);
  });
});
