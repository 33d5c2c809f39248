/** Why a number is missing. Every null in a report carries one of these; the text is what people read. */
export const REASONS = {
  no_data: 'no data',
  not_applicable: 'not applicable',
  insufficient_n: 'too few samples',
  source_failed: 'source failed',
  missing_entity: 'no such entity in the mapping',
  missing_column: 'no such column in the mapping',
  truncated: 'more rows than the limit',
  no_losses: 'no losses',
  single_source: 'only one source',
  changed_since: 'changed after the window',
  inadequate_basis: 'not enough evidence',
  not_in_report: 'not in this report',
} as const;

export type Reason = keyof typeof REASONS;

/** Their details say all of it: "no stream was lost", "no order in mapping mine". */
export const SAID_BY_DETAIL: ReadonlySet<Reason> = new Set(['no_data', 'missing_entity']);

/** A cell of a row or a figure's value. Money and quantities are decimal strings; counts, ratios and durations are numbers; times are ISO 8601 UTC strings. */
export type Scalar = string | number | boolean | null;

export interface Missing {
  readonly value: null;
  readonly reason: Reason;
  /** What exactly is missing: an entity, a column, an error message. */
  readonly detail?: string;
}

/** A number is a value or a reason, never a sentinel. */
export type Value<T extends string | number = string | number> = { readonly value: T } | Missing;

export function known<T extends string | number>(value: T): Value<T> {
  return { value };
}

export function missing(reason: Reason, detail?: string): Missing {
  return detail === undefined ? { value: null, reason } : { value: null, reason, detail };
}

export function isKnown<T extends string | number>(value: Value<T>): value is { readonly value: T } {
  return value.value !== null;
}
