export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const SHIFT_MS = 8 * HOUR_MS;
/** The demo bot's history: three shifts. */
export const WORLD_MS = 3 * SHIFT_MS;
/** Trading that happened before the history, so that its first minute already has open positions. */
export const WARM_UP_MS = 8 * HOUR_MS;

export const SHIFT_NAMES = ['oldest', 'middle', 'newest'] as const;
export type ShiftName = (typeof SHIFT_NAMES)[number];

/** Eight hours `[from, to)`, milliseconds since the epoch. */
export interface Shift {
  readonly name: ShiftName;
  readonly from: number;
  readonly to: number;
}

/** The newest shift boundary (00, 08, 16 UTC) that is not after `now`, in milliseconds. */
export function newestBoundary(now: string | Date): number {
  const time = new Date(now).getTime();
  if (Number.isNaN(time)) throw new Error(`${String(now)} is not a time: pass ISO 8601 with a zone`);
  return Math.floor(time / SHIFT_MS) * SHIFT_MS;
}

/** The three shifts that end at `asOf`, oldest first. */
export function shiftsOf(asOf: number): readonly Shift[] {
  return SHIFT_NAMES.map((name, index) => {
    const from = asOf - WORLD_MS + index * SHIFT_MS;
    return { name, from, to: from + SHIFT_MS };
  });
}

/** Whether `at` lies so near a shift boundary that a trade there would be half in each window. */
export function nearBoundary(at: number, beforeMs: number, afterMs: number): boolean {
  const phase = ((at % SHIFT_MS) + SHIFT_MS) % SHIFT_MS;
  return phase < afterMs || phase > SHIFT_MS - beforeMs;
}
