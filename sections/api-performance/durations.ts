import { MIN_N } from '../../audit/statistics.ts';
import { known, missing, type Value } from '../../audit/value.ts';
import { money, sum } from '../../audit/decimal.ts';
import type { CallGroup } from './facts.ts';

/** Durations of a pool of calls, in ms. */
export interface Durations {
  readonly n: number;
  readonly avg: Value<number>;
  readonly p95: Value<number>;
  readonly p99: Value<number>;
  readonly max: Value<number>;
  /** A call that was given up counts with the time until then: P95 and P99 are at least what they say. */
  readonly isAtLeast: boolean;
}

/** Nearest rank on pooled counts of exact values; too few for a percentile is null with its n. */
export function durationsOf(groups: readonly CallGroup[]): Durations {
  const counts = pooled(groups);
  const n = counts.reduce((total, [, calls]) => total + calls, 0);
  const last = counts.at(-1);
  if (last === undefined) {
    const none = missing('no_data', 'no duration is recorded');
    return { n, avg: none, p95: none, p99: none, max: none, isAtLeast: false };
  }
  const total = sum(groups.map(({ totalMs }) => money(totalMs ?? 0)));
  const p95 = rank(counts, n, 0.95, MIN_N.p95);
  const givenUp = groups.filter(({ outcome }) => GIVEN_UP.has(outcome)).flatMap(({ ms }) => ms);
  return {
    n,
    avg: known(total.div(n).toNumber()),
    p95,
    p99: rank(counts, n, 0.99, MIN_N.p99),
    max: known(last[0]),
    isAtLeast: givenUp.some((ms) => ms <= (p95.value ?? last[0])),
  };
}

/** Outcomes whose duration is only how long the bot waited. */
export const GIVEN_UP: ReadonlySet<string> = new Set(['timeout', 'aborted', 'unclear']);

/** How many of the pool were answered within `sloMs`, of those whose duration or end is known. */
export function withinSlo(groups: readonly CallGroup[], sloMs: number): { good: number; n: number } {
  let [good, n] = [0, 0];
  for (const { ms, counts, outcome } of groups)
    for (const [index, value] of ms.entries()) {
      n += counts[index] ?? 0;
      if (value <= sloMs && !GIVEN_UP.has(outcome)) good += counts[index] ?? 0;
    }
  return { good, n };
}

/** Value and count, by value. */
function pooled(groups: readonly CallGroup[]): readonly (readonly [ms: number, calls: number])[] {
  const counts = new Map<number, number>();
  for (const { ms, counts: own } of groups)
    for (const [index, value] of ms.entries())
      counts.set(value, (counts.get(value) ?? 0) + (own[index] ?? 0));
  return [...counts].sort(([a], [b]) => a - b);
}

function rank(
  counts: readonly (readonly [number, number])[],
  n: number,
  p: number,
  min: number,
): Value<number> {
  if (n < min) return missing('insufficient_n', `${String(n)} of ${String(min)} samples`);
  const place = Math.ceil(p * n);
  let seen = 0;
  for (const [ms, calls] of counts) {
    seen += calls;
    if (seen >= place) return known(ms);
  }
  return missing('no_data');
}
