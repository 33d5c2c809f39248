import { money, type Money } from '../../audit/decimal.ts';
import { latency, nearestRank } from '../../audit/statistics.ts';
import { isKnown, known, missing, type Value } from '../../audit/value.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';

/** Statistics of the time from opening to close, seconds; winners and losers by net, by their median. */
export interface HoldingTimes {
  readonly average: Value<number>;
  readonly median: Value<number>;
  readonly p95: Value<number>;
  readonly winners: Value<number>;
  readonly losers: Value<number>;
}

/** Holding times of closed positions (P8). */
export function holdingTimes(closed: readonly PositionFact[]): HoldingTimes {
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
  const lost = closed.map(({ net }) => net).find((net) => !isKnown(net));
  if (lost !== undefined && !isKnown(lost)) return missing(lost.reason, lost.detail);
  return medianOf(secondsOf(closed.filter(({ net }) => isKnown(net) && holds(money(net.value)))));
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
