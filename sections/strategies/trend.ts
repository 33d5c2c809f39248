import { figureKey } from '../../audit/figure.ts';
import { theilSen, wilson } from '../../audit/statistics.ts';
import type { Input } from './input.ts';

export const RATE = 'strategy_success_rate';
export const DECIDED = 'strategy_decided';

/** How a success rate moved over the earlier reports of the same kind and this one (catalogue SP3). */
export interface Trend {
  readonly windows: number;
  readonly direction: 'rising' | 'falling' | 'level';
  /** It fell from one window to the next three times in a row. */
  readonly isDeclining: boolean;
  /** The intervals of the oldest and of this one do not overlap: the move is more than noise. */
  readonly isSignificant: boolean;
}

const DECLINES = 3;

export function trendOf(
  name: string,
  now: { readonly successPct: number; readonly executed: number; readonly n: number },
  { history, settings }: Pick<Input, 'history' | 'settings'>,
): Trend | null {
  const earlier = history.slice(0, settings.trendWindows).flatMap(({ figures }) => {
    const rate = Number(figures[figureKey(RATE, { strategy: name })]);
    const n = Number(figures[figureKey(DECIDED, { strategy: name })]);
    return Number.isFinite(rate) && Number.isFinite(n) ? [{ rate, n }] : [];
  });
  const oldest = earlier.at(-1);
  if (oldest === undefined) return null;
  const rates = [...earlier.map(({ rate }) => rate).reverse(), now.successPct];
  const slope = theilSen(rates.map((rate, index) => [index, rate] as const)) ?? 0;
  const last = rates.slice(-(DECLINES + 1));
  const before = wilson(Math.round((oldest.rate * oldest.n) / 100), oldest.n);
  const interval = wilson(now.executed, now.n);
  return {
    windows: rates.length,
    direction: slope > 0 ? 'rising' : slope < 0 ? 'falling' : 'level',
    isDeclining: last.length > DECLINES && last.slice(1).every((rate, index) => rate < (last[index] ?? 0)),
    isSignificant:
      before !== null && interval !== null && (before[0] > interval[1] || interval[0] > before[1]),
  };
}

/** `falling, 4 windows`; what may be noise says so. */
export function trendText(trend: Trend | null): string {
  if (trend === null) return 'no earlier report';
  const { windows, direction, isDeclining, isSignificant } = trend;
  const word = isDeclining ? 'declining, three times in a row' : `${direction}, ${String(windows)} windows`;
  return isSignificant ? `${word}, more than noise` : word;
}
