import { ms } from '../../../audit/time.ts';
import type { Window } from '../../../audit/evidence.ts';

/** Expected snapshots without one, as an interval; milliseconds, half-open. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly slots: number;
}

/** From this part of its slot on a snapshot is so late that the next one may skip a slot. */
const DRIFT_PHASE = 0.8;

export interface Coverage {
  readonly expected: number;
  /** Slots of the window with at least one snapshot. */
  readonly observed: number;
  readonly missing: number;
  readonly duplicates: number;
  /** Snapshots more than half an interval after their turn though no slot between is empty. */
  readonly late: number;
  readonly gaps: readonly Gap[];
  readonly percent: number;
  readonly longestGapS: number;
  /** Index into the rows of the first snapshot of each slot; null where there is none. */
  readonly rowOfSlot: readonly (number | null)[];
}

/**
 * Snapshots against the expected slots of the window (catalogue DI11). A window on whole minutes is matched by the
 * nominal slot; any other by the snapshot's own time. A sampler whose interval is a little longer than the nominal one
 * skips a slot now and then: see `isDrift`.
 */
export function coverageOf(
  rows: readonly { readonly at: string; readonly slot: string }[],
  window: Window,
  intervalS: number,
): Coverage {
  const interval = intervalS * 1000;
  const from = ms(window.from);
  const expected = Math.floor((ms(window.to) - from) / interval);
  const aligned = from % interval === 0;
  const rowOfSlot: (number | null)[] = Array.from({ length: expected }, () => null);
  let duplicates = 0;
  let late = 0;
  let previous: { at: number; slot: number } | null = null;
  rows.forEach((row, index) => {
    const at = ms(row.at);
    const slot = Math.floor(((aligned ? ms(row.slot) : at) - from) / interval);
    if (slot < 0 || slot >= expected) return;
    const distance = previous === null ? interval : at - previous.at;
    if (rowOfSlot[slot] === null) {
      rowOfSlot[slot] = index;
      if (previous !== null && slot === previous.slot + 1 && distance > 1.5 * interval) late += 1;
    } else if (distance < interval / 2) duplicates += 1;
    previous = { at, slot };
  });
  const gaps = emptyRuns(rowOfSlot)
    .filter((run) => !isDrift(run, rowOfSlot, rows, from, interval))
    .map(({ first, end }) => ({
      from: from + first * interval,
      to: from + end * interval,
      slots: end - first,
    }));
  const missing = gaps.reduce((total, gap) => total + gap.slots, 0);
  return {
    expected,
    observed: expected - missing,
    missing,
    duplicates,
    late,
    gaps,
    percent: expected === 0 ? 100 : (100 * (expected - missing)) / expected,
    longestGapS: Math.max(0, ...gaps.map((gap) => gap.slots * intervalS)),
    rowOfSlot,
  };
}

interface Run {
  readonly first: number;
  readonly end: number;
}

function emptyRuns(rowOfSlot: readonly (number | null)[]): readonly Run[] {
  const runs: Run[] = [];
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

/**
 * A single empty slot that the sampler stepped over: the two snapshots before it came at the very end of their slots,
 * and the next one is at most 1.5 intervals away. One late snapshot before a missing one does not look like this.
 */
function isDrift(
  run: Run,
  rowOfSlot: readonly (number | null)[],
  rows: readonly { readonly at: string }[],
  from: number,
  interval: number,
): boolean {
  const at = (slot: number): number | null => {
    const row = rows[rowOfSlot[slot] ?? -1];
    return row ? ms(row.at) : null;
  };
  const atEnd = (slot: number): boolean => {
    const time = at(slot);
    return time === null || time - (from + slot * interval) >= DRIFT_PHASE * interval;
  };
  const [before, after] = [at(run.first - 1), at(run.end)];
  if (run.end - run.first !== 1 || before === null || after === null) return false;
  return atEnd(run.first - 1) && atEnd(run.first - 2) && after - before <= 1.5 * interval;
}
