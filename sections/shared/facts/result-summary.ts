import { sum, ZERO, type Money } from '../../../audit/decimal.ts';
import { wilson } from '../../../audit/statistics.ts';
import type { Result } from './closed-results.ts';
import type { Point } from './market.ts';

export type Summary = ReturnType<typeof summarise>;

/**
 * All outcomes are classified on net; breakeven is neither won nor lost (catalogue 3.0, 1.10 mistake 7). Rates are
 * percent; `lost` and the average loss are positive; what needs trades, winners or losers is null without them.
 */
export function summarise(results: readonly Result[], eps: Money) {
  const wins = results.filter(({ net }) => net.greaterThan(eps));
  const losses = results.filter(({ net }) => net.lessThan(eps.neg()));
  const n = results.length;
  const net = sum(results.map((result) => result.net));
  const won = sum(wins.map((result) => result.net));
  const lost = sum(losses.map((result) => result.net)).abs();
  const decided = wins.length + losses.length;
  const averageWin = wins.length > 0 ? won.div(wins.length) : null;
  const averageLoss = losses.length > 0 ? lost.div(losses.length) : null;
  const winning = streak(results, ({ net: value }) => value.greaterThan(eps));
  const losing = streak(results, ({ net: value }) => value.lessThan(eps.neg()));
  return {
    n,
    winners: wins.length,
    losers: losses.length,
    breakeven: n - decided,
    net,
    winRate: n > 0 ? (100 * wins.length) / n : null,
    winRateDecided: decided > 0 ? (100 * wins.length) / decided : null,
    interval: wilson(wins.length, n),
    average: n > 0 ? net.div(n) : null,
    won,
    lost,
    profitFactor: losses.length > 0 ? won.div(lost).toNumber() : null,
    averageWin,
    averageLoss,
    payoff: averageWin && averageLoss ? averageWin.div(averageLoss).toNumber() : null,
    winStreak: winning.length,
    winStreakAt: winning.from,
    lossStreak: losing.length,
    lossStreakAt: losing.from,
  };
}

/** Longest run in closing order, and the close that began it; breakeven ends a run (catalogue PN7). */
function streak(results: readonly Result[], counts: (result: Result) => boolean) {
  let [run, began] = [0, 0];
  let longest: { readonly length: number; readonly from: number | null } = { length: 0, from: null };
  for (const result of results) {
    run = counts(result) ? run + 1 : 0;
    if (run === 1) began = result.closedAt;
    if (run > longest.length) longest = { length: run, from: began };
  }
  return longest;
}

/** Sum of one part of the results; null when a result lacks it. */
export function partSum(results: readonly Result[], part: 'gross' | 'fees' | 'funding'): Money | null {
  const values = results.map((result) => result[part]).filter((value) => value !== null);
  return values.length === results.length ? sum(values) : null;
}

/**
 * Largest fall from a running peak that begins with the first point (catalogue PN8, 1.10 mistakes 10 and 11). The relative
 * one is percent of the peak, null when the peak is not positive, and may be another episode.
 */
export function drawdown(points: readonly Point[]) {
  const [first] = points;
  if (!first) return null;
  let peak = first.value;
  const never = { absoluteAt: null as number | null, relativeAt: null as number | null };
  let worst = { absolute: ZERO, relative: peak.greaterThan(0) ? 0 : null, ...never };
  for (const { at, value } of points) {
    if (value.greaterThan(peak)) peak = value;
    const fall = peak.minus(value);
    if (fall.greaterThan(worst.absolute)) worst = { ...worst, absolute: fall, absoluteAt: at };
    const share = peak.greaterThan(0) ? fall.div(peak).times(100).toNumber() : null;
    if (share !== null && share > (worst.relative ?? 0))
      worst = { ...worst, relative: share, relativeAt: at };
  }
  return worst;
}

/** Cumulative net result after all closes of one instant, so that ties cannot change a drawdown (mistake 12). */
export function cumulative(results: readonly Result[], start: Point): readonly Point[] {
  const points = [start];
  for (const { closedAt, net } of results) {
    const last = points.at(-1) ?? start;
    const next = { at: closedAt, value: last.value.plus(net) };
    if (last.at === closedAt && points.length > 1) points[points.length - 1] = next;
    else points.push(next);
  }
  return points;
}
