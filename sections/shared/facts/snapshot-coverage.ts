import { ms } from '../../../audit/time.ts';
import type { Window } from '../../../audit/evidence.ts';
import type { Thresholds } from '../settings.ts';

/** Time without a snapshot: from when the next one was due to when it came, or the edges of the window; milliseconds. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** Expected snapshots in it. */
  readonly slots: number;
}

/** How often snapshots are expected, and how late one may be. */
export type Cadence = Pick<Thresholds, 'snapshotIntervalS' | 'snapshotLateRatio'>;

export type Coverage = ReturnType<typeof coverageOf>;

/**
 * Snapshots against the expected slots of the window (catalogue DI11). A window on whole minutes is matched by the
 * nominal slot; any other by the snapshot's own time. A sampler whose interval is a little longer than the nominal one
 * skips a slot now and then: what lies between two snapshots close enough together is not missing. A rest of the window
 * shorter than an interval expects none; one that was taken in it is used.
 */
export function coverageOf(
  rows: readonly { readonly at: string; readonly slot: string }[],
  window: Window,
  { snapshotIntervalS: intervalS, snapshotLateRatio }: Cadence,
) {
  const interval = intervalS * 1000;
  const [from, to] = [ms(window.from), ms(window.to)];
  const expected = Math.floor((to - from) / interval);
  const slots = Math.ceil((to - from) / interval);
  const aligned = from % interval === 0;
  const rowOfSlot: (number | null)[] = Array.from({ length: slots }, () => null);
  const lastOfSlot = new Map<number, number>();
  let duplicates = 0;
  let late = 0;
  let previous: { at: number; slot: number } | null = null;
  rows.forEach((row, index) => {
    const at = ms(row.at);
    const slot = Math.floor(((aligned ? ms(row.slot) : at) - from) / interval);
    if (slot < 0 || slot >= slots) return;
    lastOfSlot.set(slot, at);
    const distance = previous === null ? interval : at - previous.at;
    if (rowOfSlot[slot] === null) {
      rowOfSlot[slot] = index;
      if (previous !== null && slot === previous.slot + 1 && distance > snapshotLateRatio * interval)
        late += 1;
    } else if (distance < interval / 2) duplicates += 1;
    previous = { at, slot };
  });
  const timeOf = (slot: number): number | null => {
    const row = rows[rowOfSlot[slot] ?? -1];
    return row ? ms(row.at) : null;
  };
  const gaps: readonly Gap[] = emptyRuns(rowOfSlot.slice(0, expected)).flatMap(({ first, end }) => {
    const [before, after] = [lastOfSlot.get(first - 1) ?? null, timeOf(end)];
    if (before !== null && after !== null && after - before <= snapshotLateRatio * interval) return [];
    return [{ from: before === null ? from : before + interval, to: after ?? to, slots: end - first }];
  });
  const missing = gaps.reduce((total, gap) => total + gap.slots, 0);
  return {
    expected,
    /** Slots of the window with at least one snapshot. */
    observed: expected - missing,
    missing,
    duplicates,
    /** Snapshots later than accepted after the one of the slot before. */
    late,
    gaps,
    percent: expected === 0 ? 100 : (100 * (expected - missing)) / expected,
    longestGapS: Math.max(0, ...gaps.map((gap) => gap.to - gap.from)) / 1000,
    /** Index into the rows of the first snapshot of each slot; null where there is none. */
    rowOfSlot,
  };
}

function emptyRuns(rowOfSlot: readonly (number | null)[]) {
  const runs: { readonly first: number; readonly end: number }[] = [];
  let first: number | null = null;
  // One slot past the end counts as taken, so that a run at the end is closed like any other.
  for (let slot = 0; slot <= rowOfSlot.length; slot += 1) {
    const empty = slot < rowOfSlot.length && rowOfSlot[slot] === null;
    if (empty) first ??= slot;
    else if (first !== null) {
      runs.push({ first, end: slot });
      first = null;
    }
  }
  return runs;
}
