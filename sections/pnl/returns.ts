/** Daily returns of equity without transfers, and what follows from them (catalogue PN13). Crypto trades every day. */
const DAYS_A_YEAR = 365;

/**
 * Sharpe = mean / std (ddof 1) x sqrt(365), rf = 0; Sortino's downside is over all days; null when a spread is 0.
 * The standard error of Sharpe is sqrt((1 + S^2/2) / n) on the daily scale, annualised.
 */
export function returnStatistics(returns: readonly { readonly day: string; readonly r: number }[]) {
  const n = returns.length;
  const [first] = returns;
  if (!first || n < 2) return null;
  const values = returns.map(({ r }) => r);
  const mean = values.reduce((total, r) => total + r, 0) / n;
  const spread = Math.sqrt(values.reduce((total, r) => total + (r - mean) ** 2, 0) / (n - 1));
  const downside = Math.sqrt(values.reduce((total, r) => total + Math.min(r, 0) ** 2, 0) / n);
  const annual = Math.sqrt(DAYS_A_YEAR);
  const daily = spread > 0 ? mean / spread : null;
  const fall = largestFall(values);
  const total = values.reduce((product, r) => product * (1 + r), 1);
  const yearly = total > 0 ? total ** (DAYS_A_YEAR / n) - 1 : null;
  return {
    n,
    volatility: spread * annual,
    sharpe: daily === null ? null : daily * annual,
    sharpeError: daily === null ? null : Math.sqrt((1 + daily ** 2 / 2) / n) * annual,
    sortino: downside > 0 ? (mean / downside) * annual : null,
    calmar: fall > 0 && yearly !== null ? yearly / fall : null,
    best: returns.reduce((best, day) => (day.r > best.r ? day : best), first),
    worst: returns.reduce((worst, day) => (day.r < worst.r ? day : worst), first),
  };
}

/** Largest relative fall of the compounded curve; the start is its first peak. */
function largestFall(values: readonly number[]): number {
  let [level, peak, worst] = [1, 1, 0];
  for (const r of values) {
    level *= 1 + r;
    peak = Math.max(peak, level);
    worst = Math.max(worst, (peak - level) / peak);
  }
  return worst;
}

/** Days `[from, to)` in UTC as their bounds in milliseconds. */
export function utcDays(from: number, to: number) {
  const dayMs = 86_400_000;
  const days: { day: string; from: number; to: number }[] = [];
  for (let start = Math.floor(from / dayMs) * dayMs; start < to; start += dayMs) {
    days.push({
      day: new Date(start).toISOString().slice(0, 10),
      from: Math.max(from, start),
      to: Math.min(to, start + dayMs),
    });
  }
  return days;
}
