import type { ScheduleSpec } from '../workflows/schedule-spec.ts';

/** What of a schedule a person may change: whether it runs, and their words beside its purpose. */
export interface ScheduleState {
  readonly paused: boolean;
  readonly note: string;
}

const MARK = '\nNote: ';
const OWN_PAUSE = 'Paused by schedules apply: ';

/** The note of a schedule: what it is for and, beside it, an operator's words. */
export function noteOf(purpose: string, words: string): string {
  return words === '' ? purpose : purpose === '' ? words : `${purpose}${MARK}${words}`;
}

/** A schedule's state where somebody has said nothing about it yet. */
export function firstState({ note, pausedBecause }: ScheduleSpec): ScheduleState {
  if (pausedBecause === null) return { paused: false, note };
  return { paused: true, note: noteOf(note, `${OWN_PAUSE}${pausedBecause}`) };
}

/**
 * The state that a schedule shall have whose state is this: an operator's pause and words stay. `former` is the purpose
 * that it was given last, since the Web UI writes a pause's words in place of it or after it.
 */
export function stateOf(
  spec: ScheduleSpec,
  { paused, note }: { readonly paused: boolean; readonly note?: string },
  former: string | undefined,
): ScheduleState {
  const words = wordsBeside(note ?? '', [spec.note, former ?? '']);
  if (words === '') return paused ? { paused, note: spec.note } : firstState(spec);
  if (!words.startsWith(OWN_PAUSE)) return { paused, note: noteOf(spec.note, words) };
  const first = firstState(spec);
  return { paused: paused && first.paused, note: first.note };
}

/** Whether a note says that the schedule was made paused, and nobody has said more. */
export function isPausedByApply(note: string): boolean {
  return note.includes(`${MARK}${OWN_PAUSE}`);
}

function wordsBeside(note: string, purposes: readonly string[]): string {
  const mark = note.indexOf(MARK);
  if (mark >= 0) return note.slice(mark + MARK.length);
  // One purpose may begin with the other.
  const lengths = purposes.filter((one) => note.startsWith(one)).map((one) => one.length);
  return note.slice(Math.max(0, ...lengths)).trim();
}
