import { mergeIntervals, ms } from '../../audit/time.ts';
import { endOfRow, timeOrNull } from '../shared/facts/row-values.ts';
import type { PositionRow } from '../shared/queries/trading-rows.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

/** Milliseconds, `[from, to)`. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

const minuteOf = (at: number): number => Math.floor(at / 60_000) * 60_000;

export const minutesOf = (rows: Input['rows']['eventMinutes']): readonly number[] =>
  rows.ok ? rows.rows.map(({ minute }) => ms(minute)) : [];

/** Minutes that lie in the interval; those that only touch its edges do not count. */
export const within = (times: readonly number[], { from, to }: Interval): number =>
  times.filter((at) => at >= from && at + 60_000 <= to).length;

/**
 * Minutes in which the bot showed that it works: an event was written, a position opened. A close is none: a stop that
 * lies at the exchange fires without the bot.
 */
export function minutesOfLife({ rows: { eventMinutes, positions } }: Input): readonly number[] {
  const opened = rowsOf(positions).flatMap(({ opened_at: at }) => timeOrNull(at) ?? []);
  return [...minutesOf(eventMinutes), ...opened.map(minuteOf)];
}

/** What was traded in these times; null where its rows cannot be read. Minutes of fills that only touch an edge are not in it. */
export interface Trading {
  readonly opened: number | null;
  readonly closed: number | null;
  readonly fills: number | null;
}

export function tradingIn(
  intervals: readonly Interval[],
  { rows: { positions, fillMinutes } }: Input,
): Trading {
  const merged = mergeIntervals(intervals);
  const isIn = (at: number | null): boolean =>
    at !== null && merged.some(({ from, to }) => at >= from && at < to);
  const count = (timeOf: (row: PositionRow) => number | null): number | null =>
    positions.ok ? positions.rows.filter((row) => row.status !== 'failed' && isIn(timeOf(row))).length : null;
  const inside = ({ minute }: { readonly minute: string }): boolean =>
    merged.some((interval) => within([ms(minute)], interval) > 0);
  return {
    opened: count(({ opened_at: at }) => timeOrNull(at)),
    closed: count((row) => endOfRow(row)?.at ?? null),
    fills: fillMinutes.ok
      ? fillMinutes.rows.filter(inside).reduce((total, { rows }) => total + rows, 0)
      : null,
  };
}
