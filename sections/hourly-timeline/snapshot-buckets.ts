import type { Rows } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import type { SnapshotRow } from '../shared/queries/trading-rows.ts';
import { coverageOf } from '../shared/facts/snapshot-coverage.ts';
import { counterSum, slotRows } from '../shared/facts/snapshot-gauges.ts';
import type { Window } from '../../audit/evidence.ts';

/** Expected seconds between snapshots, as the store keeps them. */
const INTERVAL_S = 60;

/** What the snapshots counted in one bucket; null where none carries the counter. */
export interface SnapshotBucket {
  readonly opened: number | null;
  readonly closed: number | null;
  readonly errors: number | null;
  readonly missingMinutes: number;
}

export interface SnapshotTimeline {
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  bucket(span: { readonly from: number; readonly to: number }): SnapshotBucket;
}

/** The timeline of a bot that has snapshots only; null without any. A counter counts the minute before its snapshot. */
export function snapshotBuckets(rows: Rows<SnapshotRow>, window: Window): SnapshotTimeline | null {
  if (!rows.ok || rows.rows.length === 0) return null;
  const coverage = coverageOf(rows.rows, window, INTERVAL_S);
  const taken = slotRows(rows.rows, coverage);
  const from = ms(window.from);
  return {
    gaps: coverage.gaps,
    bucket(span) {
      const own = taken.filter(({ slot }) => {
        const at = from + slot * INTERVAL_S * 1000;
        return at >= span.from && at < span.to;
      });
      const missing = coverage.gaps.reduce(
        (total, gap) => total + Math.max(0, Math.min(gap.to, span.to) - Math.max(gap.from, span.from)),
        0,
      );
      return {
        opened: counterSum(own, 'new_opened'),
        closed: counterSum(own, 'closed'),
        errors: counterSum(own, 'errors'),
        missingMinutes: missing / 60_000,
      };
    },
  };
}

/** Time of the window that no snapshot saw: all of it when they cannot be read. */
export function unseen(
  rows: Rows<SnapshotRow>,
  window: Window,
): readonly { readonly from: number; readonly to: number }[] {
  if (!rows.ok) return [{ from: ms(window.from), to: ms(window.to) }];
  return coverageOf(rows.rows, window, INTERVAL_S).gaps;
}
