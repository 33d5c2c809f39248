/** How PostgreSQL's text output becomes values of evidence. The session must run with `timezone` UTC and `datestyle` ISO. */

const TIMESTAMPTZ = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00(?::?00)?$/;

/**
 * ISO 8601 UTC with milliseconds, or with microseconds when the value has them. Infinite times and years outside
 * 1000..9999 become null: no report can print them as a time.
 */
export function isoOfTimestamptz(text: string): string | null {
  const match = TIMESTAMPTZ.exec(text);
  if (!match) return null;
  const [, date = '', clock = '', fraction = ''] = match;
  return `${date}T${clock}.${fraction.padEnd(fraction.length > 3 ? 6 : 3, '0')}Z`;
}

/** A number when it is one exactly, else the digits. */
export function integerOf(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

/** Floating point; NaN and infinities become null, as JSON would make them silently. */
export function floatOf(text: string): number | null {
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
