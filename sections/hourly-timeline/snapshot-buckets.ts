import type { Window } from '../../audit/evidence.ts';
import type { Rows } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import { coverageOf, type Cadence } from '../shared/facts/snapshot-coverage.ts';
import { counterSum, slotRows } from '../shared/facts/snapshot-gauges.ts';
import type { SnapshotRow } from '../shared/queries/trading-rows.ts';

/** Milliseconds, `[from, to)`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What the snapshots counted in one bucket; null where none carries the counter. */
export interface SnapshotBucket {
  readonly opened: number | null;
  readonly closed: number | null;
  readonly errors: number | null;
  readonly missingMinutes: number;
}

/** The buckets of a bot that has snapshots only; null without any. A counter counts the minute before its snapshot. */
export function snapshotBuckets(
  snapshots: Rows<SnapshotRow>,
  window: Window,
  every: Cadence,
): ((span: Span) => SnapshotBucket) | null {
  if (!snapshots.ok || snapshots.rows.length === 0) return null;
  const coverage = coverageOf(snapshots.rows, window, every);
  const taken = slotRows(snapshots.rows, coverage);
  const start = ms(window.from);
  return ({ from, to }) => {
    const inside = taken.filter(({ slot }) => {
      const at = start + slot * every.snapshotIntervalS * 1000;
      return at >= from && at < to;
    });
    const missingMs = coverage.gaps.map((gap) =>
      Math.max(0, Math.min(gap.to, to) - Math.max(gap.from, from)),
    );
    return {
      opened: counterSum(inside, 'new_opened'),
      closed: counterSum(inside, 'closed'),
      errors: counterSum(inside, 'errors'),
      missingMinutes: missingMs.reduce((total, length) => total + length, 0) / 60_000,
    };
  };
}

/** Time of the window that no snapshot saw: all of it when they cannot be read. */
export function unseen(snapshots: Rows<SnapshotRow>, window: Window, every: Cadence): readonly Span[] {
  if (!snapshots.ok) return [{ from: ms(window.from), to: ms(window.to) }];
  return coverageOf(snapshots.rows, window, every).gaps;
}
