import type { Recurrence } from './finding.ts';

/** Said in lists, where an empty place would be a riddle. */
export const NO_HISTORY = 'no history';
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth'];

/** Whether it was there already, nobody looked, or not in this way. */
const UNDECIDED = 'not judged so in the window before';
/** Of findings that are here and not there: a rule that could not be judged in one of two windows, or was by another ruler. */
export const NOT_JUDGED = { before: 'Not judged so before', now: 'Not judged so now' };

/** `new`, `third window in a row`; `none` when there is no earlier report to compare with. */
export function recurrenceWords({ state, windows }: Recurrence, none = ''): string {
  if (state === 'no-history') return none;
  if (state === 'undecided') return UNDECIDED;
  return state === 'new' ? 'new' : rowWords(windows);
}

/** `third window in a row`. */
export function rowWords(windows: number): string {
  const ordinal = ORDINALS[windows - 1];
  return ordinal === undefined ? `${String(windows)} windows in a row` : `${ordinal} window in a row`;
}
