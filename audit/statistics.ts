import { known, missing, type Value } from './value.ts';

/** Minimum samples for a percentile (catalogue 3.0); below it the maximum is printed and said to be one. */
export const MIN_N = { p95: 20, p99: 100 } as const;

/** Nearest rank: the smallest x with count(<= x)/n >= p, as percentile_disc; the value really happened. */
export function nearestRank(sorted: readonly number[], p: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? null;
}

/** The middle value, or the mean of the two in the middle; null without values. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

export interface Latency {
  readonly n: number;
  readonly avg: Value<number>;
  readonly p95: Value<number>;
  readonly p99: Value<number>;
  readonly max: Value<number>;
}

/** Pooled raw samples only; a percentile with too few of them is null with its n. */
export function latency(samples: readonly number[]): Latency {
  const sorted = [...samples].sort((a, b) => a - b);
  const n = sorted.length;
  const max = sorted.at(-1);
  if (max === undefined) {
    const none = missing('no_data', 'no samples');
    return { n, avg: none, p95: none, p99: none, max: none };
  }
  return {
    n,
    avg: known(sorted.reduce((total, value) => total + value, 0) / n),
    p95: atLeast(sorted, 0.95, MIN_N.p95),
    p99: atLeast(sorted, 0.99, MIN_N.p99),
    max: known(max),
  };
}

function atLeast(sorted: readonly number[], p: number, min: number): Value<number> {
  const value = nearestRank(sorted, p);
  if (value === null) return missing('no_data');
  return sorted.length < min
    ? missing('insufficient_n', `${String(sorted.length)} of ${String(min)} samples`)
    : known(value);
}

/** Theil and Sen's slope: the median of the slopes between all pairs, in y per x; null with fewer than two x. */
export function theilSen(points: readonly (readonly [x: number, y: number])[]): number | null {
  const slopes = points.flatMap(([x1, y1], index) =>
    points.slice(index + 1).flatMap(([x2, y2]) => (x1 === x2 ? [] : [(y2 - y1) / (x2 - x1)])),
  );
  return median(slopes);
}

/** Wilson 95 % interval of k/n in percent (Wilson 1927); null without trials. 3 of 22 gives [4.7, 33.3]. */
export function wilson(k: number, n: number): readonly [number, number] | null {
  if (n === 0) return null;
  const z = 1.959963984540054;
  const p = k / n;
  const centre = p + (z * z) / (2 * n);
  const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 100 / (1 + (z * z) / n);
  return [Math.max(0, (centre - spread) * scale), Math.min(100, (centre + spread) * scale)];
}

/** r of a ladder: 1 at `good` or better, 0.5 at `warn`, 0 at `bad` or worse, linear between. */
export function ladder(x: number, good: number, warn: number, bad: number): number {
  const sign = bad > good ? 1 : -1;
  const [value, g, w, b] = [x * sign, good * sign, warn * sign, bad * sign];
  if (value <= g) return 1;
  if (value >= b) return 0;
  return value <= w ? 1 - (0.5 * (value - g)) / (w - g) : 0.5 - (0.5 * (value - w)) / (b - w);
}

/** Lighthouse's log-normal curve: r = 0.9 at the SLO (p10) and 0.5 at the median, both in the unit of x. */
export function latencyScore(x: number, slo: number, median = 3 * slo): number {
  if (x <= 0) return 1;
  const spread = (Math.log(median) - Math.log(slo)) / 1.2815515655;
  return 0.5 * erfc((Math.log(x) - Math.log(median)) / (spread * Math.SQRT2));
}

/** Complementary error function, Numerical Recipes 6.2 (erfcc); fractional error below 1.2e-7. */
function erfc(x: number): number {
  const t = 1 / (1 + 0.5 * Math.abs(x));
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ];
  const polynomial = coefficients.reduceRight((total, coefficient) => total * t + coefficient, 0);
  const tail = t * Math.exp(-x * x + polynomial);
  return x >= 0 ? tail : 2 - tail;
}
