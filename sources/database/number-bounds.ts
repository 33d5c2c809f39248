import type { EntityName } from '../../audit/contract.ts';

/** What a number can be; null: no end. */
export interface Bounds {
  readonly least: number;
  readonly most: number | null;
}

const NOT_NEGATIVE: Bounds = { least: 0, most: null };
/** By column, or by entity and column where entities differ: what lies outside is a mistake of the writer. */
const BOUNDS: Readonly<Record<string, Bounds>> = {
  duration_ms: NOT_NEGATIVE,
  downtime_ms: NOT_NEGATIVE,
  unprotected_window_ms: NOT_NEGATIVE,
  records_fetched: NOT_NEGATIVE,
  records_created: NOT_NEGATIVE,
  filled_price: NOT_NEGATIVE,
  old_price: NOT_NEGATIVE,
  new_price: NOT_NEGATIVE,
  old_stop: NOT_NEGATIVE,
  new_stop: NOT_NEGATIVE,
  rate_limit_used: NOT_NEGATIVE,
  rate_limit_remaining: NOT_NEGATIVE,
  attempt: NOT_NEGATIVE,
  // Retries are told from first attempts by it: the first is 1.
  'api_call.attempt': { least: 1, most: null },
  http_status: { least: 100, most: 599 },
};

/** What bots write for a number that they do not know; a status of 0 is of a call without an answer. */
const NOT_KNOWN: Readonly<Record<string, readonly number[]>> = { http_status: [-1, 0] };
const USUAL_NOT_KNOWN: readonly number[] = [-1];

export function boundsOf(entity: EntityName, name: string): Bounds | null {
  return BOUNDS[`${entity}.${name}`] ?? BOUNDS[name] ?? null;
}

/** True of a number that can be. */
export function withinBounds(column: string, { least, most }: Bounds): string {
  return most === null
    ? `${column} >= ${String(least)}`
    : `${column} between ${String(least)} and ${String(most)}`;
}

/** True of a number that cannot be, and that does not say that it is not known. */
export function outsideBounds(column: string, name: string, bounds: Bounds): string {
  const unknown = (NOT_KNOWN[name] ?? USUAL_NOT_KNOWN).map(String).join(', ');
  return `not (${withinBounds(column, bounds)}) and ${column} not in (${unknown})`;
}
