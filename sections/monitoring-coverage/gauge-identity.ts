import { ms } from '../../audit/time.ts';
import type { Cadence } from '../shared/facts/snapshot-coverage.ts';
import type { SlotRow } from '../shared/facts/snapshot-gauges.ts';

/** Snapshots taken this close to their slot counted by the slot's own minute, whatever the second. */
const NOMINAL_MS = 5_000;

export type GaugeIdentity = NonNullable<ReturnType<typeof gaugeIdentity>>;

/**
 * Open positions of the snapshots against their own counters (catalogue MC-03); null without two adjacent snapshots that
 * carry both.
 */
export function gaugeIdentity(
  rows: readonly SlotRow[],
  { snapshotIntervalS: intervalS, snapshotLateRatio }: Cadence,
) {
  let [opened, closed, change, unseenChange, pairs, jitterMs] = [0, 0, 0, 0, 0, 0];
  let residualBeforeLastClose = 0;
  let edges: { start: number; end: number } | null = null;
  rows.forEach((current, index) => {
    const previous = rows[index - 1];
    const { total, new_opened: openings, closed: closings } = current.row;
    const before = previous?.row.total ?? null;
    if (previous === undefined || total === null || before === null) return;
    edges = { start: edges?.start ?? before, end: total };
    const distance = countedAt(current) - countedAt(previous);
    if (current.slot > previous.slot + 1 && distance > snapshotLateRatio * intervalS * 1000) {
      unseenChange += total - before;
      return;
    }
    if (openings === null || closings === null) return;
    pairs += 1;
    opened += openings;
    closed += closings;
    change += total - before;
    if (closings > 0) residualBeforeLastClose = change - opened + closed;
    jitterMs += Math.abs(distance - intervalS * 1000);
  });
  const seen = edges as { start: number; end: number } | null;
  if (pairs === 0 || seen === null) return null;
  const miscounted = (jitterMs / (pairs * intervalS * 1000)) * (opened + closed);
  return {
    ...seen,
    opened,
    closed,
    /** end - start - opened + closed, over adjacent snapshots only: missed minutes cannot cause it. */
    residual: change - opened + closed,
    /** Events that a sampler off its interval may count twice or never, rounded up. */
    tolerance: Math.max(0, Math.ceil(3 * miscounted - 1e-9)),
    pairs,
    /** Change of the gauge between snapshots that are not adjacent: nobody counted these minutes. */
    unseenChange,
    /** Residual up to the last snapshot that counted a close: 0 with a residual after it means that the counter stopped. */
    residualBeforeLastClose,
  };
}

function countedAt({ at, row }: SlotRow): number {
  const slot = ms(row.slot);
  return Math.abs(at - slot) <= NOMINAL_MS ? slot : at;
}
