import { timeCell } from '../rows/time-cells.ts';
import type { Shift } from '../shifts.ts';
import type { DemoRow } from '../world.ts';

/** The edges of a shift as they stand in a row. */
export function cellsOf({ from, to }: Shift): readonly [from: string, to: string] {
  return [timeCell(from), timeCell(to)];
}

/** Whether the time in that column lies in [from, to). */
export function within(row: DemoRow, column: string, from: string, to: string): boolean {
  const at = cell(row, column);
  return at >= from && at < to;
}

/** The text in that column. Throws where there is none. */
export function cell(row: DemoRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`${column} is ${JSON.stringify(value)}, not a text`);
  return value;
}
