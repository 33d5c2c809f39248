import { money, type Money } from '../../audit/decimal.ts';
import { latency, nearestRank } from '../../audit/statistics.ts';
import { isKnown, known, missing, type Value } from '../../audit/value.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { firstMissing } from '../shared/facts/row-values.ts';

/** Time from opening to close, seconds; winners and losers by net, by their median (P8). */
export function holdingTimes(closed: readonly PositionFact[]) {
  const seconds = secondsOf(closed);
  const { n, avg, p95 } = latency(seconds);
  const none = missing('no_data', 'no position closed');
  return {
    average: n === 0 ? none : avg,
    median: medianOf(seconds),
    p95: n === 0 ? none : p95,
    winners: medianWhere(closed, (net) => net.gt(0)),
    losers: medianWhere(closed, (net) => net.lt(0)),
  };
}

function medianWhere(closed: readonly PositionFact[], holds: (net: Money) => boolean): Value<number> {
  const chosen = closed.filter(({ net }) => isKnown(net) && holds(money(net.value)));
  return firstMissing(closed.map(({ net }) => net)) ?? medianOf(secondsOf(chosen));
}

function secondsOf(closed: readonly PositionFact[]): readonly number[] {
  return closed
    .map(({ openedAt, closedAt }) => ((closedAt ?? openedAt) - openedAt) / 1000)
    .sort((a, b) => a - b);
}

function medianOf(sorted: readonly number[]): Value<number> {
  const median = nearestRank(sorted, 0.5);
  return median === null ? missing('no_data', 'no such position closed') : known(median);
}
