import { iso, ms } from '../time.ts';
import type { Window } from '../evidence.ts';
import { SHIFT_MS } from '../window.ts';

export interface Expected {
  readonly now: string;
  /** Since when a schedule makes them; windows that ended before are nobody's. */
  readonly since: string;
  /** How long after its end a report may be missing. */
  readonly dueMinutes: number;
  readonly settleDelayS: number;
  readonly days: number;
}

/** The shifts (00, 08, 16 UTC) of the last days whose report is due by now, oldest first. */
export function dueShifts({ now, since, dueMinutes, settleDelayS, days }: Expected): readonly Window[] {
  const latestMs = ms(now) - dueMinutes * 60_000 - settleDelayS * 1000;
  const earliestMs = Math.max(ms(since), ms(now) - days * 86_400_000);
  const windows: Window[] = [];
  for (let toMs = Math.floor(latestMs / SHIFT_MS) * SHIFT_MS; toMs > earliestMs; toMs -= SHIFT_MS)
    windows.push({ from: iso(toMs - SHIFT_MS), to: iso(toMs) });
  return windows.reverse();
}
