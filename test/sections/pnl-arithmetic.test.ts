import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { money, sum } from '../../audit/decimal.ts';
import { drawdown, summarise } from '../../sections/shared/facts/result-summary.ts';
import type { Result } from '../../sections/shared/facts/closed-results.ts';
import { returnStatistics } from '../../sections/pnl/returns.ts';
import { checkOf, valueOf } from './support.ts';
import { trades } from './closed-trades.ts';
import { run } from './pnl-support.ts';

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
  expect(checkOf(result, 'PN8')).toBe('unknown');
  expect(result.findings).toEqual([]);
});
