import type { Parameters } from './compile.ts';
import { quoteLiteral } from './sql-text.ts';

/** When the bot's data end: where it is pinned; null: now, by the clock of the bot's server. */
export interface ReadAt {
  readonly asOf: string | null;
  /** By how much clocks may differ, seconds. */
  readonly skewS: number;
}

/** The last time that a row can hold, as SQL: what is later was written by a wrong clock, in another zone or unit. */
export function latestTime(
  parameters: Parameters,
  { asOf, skewS }: ReadAt = { asOf: null, skewS: 60 },
): string {
  const end = (time: string): string => `${quoteLiteral(time)}::timestamptz`;
  const read = asOf === null ? `greatest(now(), ${end(String(parameters['to']))})` : end(asOf);
  return `${read} + interval '${String(skewS)} seconds'`;
}
