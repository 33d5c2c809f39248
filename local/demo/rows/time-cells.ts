import { iso } from '../../../audit/time.ts';

/** A time as a cell: ISO 8601 UTC, null stays null. */
export function timeCell(at: number): string;
export function timeCell(at: number | null): string | null;
export function timeCell(at: number | null): string | null {
  return at === null ? null : iso(Math.round(at));
}

/** Whether an instant lies in one of the stretches `[from, to)`. */
export function within(at: number, stretches: readonly { from: number; to: number }[]): boolean {
  return stretches.some(({ from, to }) => at >= from && at < to);
}
