import type { Interval, Series } from '../../../audit/block.ts';
import type { Window } from '../../../audit/evidence.ts';
import { iso, ms, spanMs } from '../../../audit/time.ts';
import type { SnapshotRow } from '../queries/trading-rows.ts';
import { coverageOf, type Cadence } from './snapshot-coverage.ts';
import { slotRows } from './snapshot-gauges.ts';

const MINUTE_MS = 60_000;
const MOST_POINTS = 1_440;

/**
 * A gauge of the snapshots as every chart of it draws it: each value at its own time, duplicates left out, the last one of
 * each step, and no value from where a gap begins.
 */
export function snapshotPoints(rows: readonly SnapshotRow[], window: Window, cadence: Cadence) {
  const whole = rows.filter(({ total }) => total !== null);
  const coverage = coverageOf(whole, window, cadence);
  const gaps: readonly Interval[] = coverage.gaps.map(({ from, to }) => ({ from: iso(from), to: iso(to) }));
  const stepMs = Math.max(MINUTE_MS, Math.ceil(spanMs(window) / MOST_POINTS));
  const taken = slotRows(whole, coverage);
  const last = [...new Map(taken.map((one) => [Math.floor(one.at / stepMs), one])).values()];
  return {
    gaps,
    of(valueOf: (row: SnapshotRow) => number | null): Series['points'] {
      const values = last.map(({ row }) => ({ at: row.at, value: valueOf(row) }));
      const breaks = gaps.map(({ from }) => ({ at: from, value: null }));
      return [...values, ...breaks].sort((a, b) => ms(a.at) - ms(b.at));
    },
  };
}
