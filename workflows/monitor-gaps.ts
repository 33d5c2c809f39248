import type { Window } from '../audit/evidence.ts';

export const MINUTE_MS = 60_000;

/** Adds one missed minute to the list of gaps; neighbours are joined, so the list stays as short as the truth. */
export function withGap(gaps: readonly Window[], slotMs: number): readonly Window[] {
  const from = new Date(slotMs).toISOString();
  const to = new Date(slotMs + MINUTE_MS).toISOString();
  const last = gaps.at(-1);
  if (last?.to === from) return [...gaps.slice(0, -1), { from: last.from, to }];
  return [...gaps, { from, to }];
}

/** Minutes that the gaps cover. */
export function gapMinutes(gaps: readonly Window[]): number {
  return gaps.reduce((total, { from, to }) => total + (Date.parse(to) - Date.parse(from)) / MINUTE_MS, 0);
}
