/** Milliseconds since the epoch of an ISO 8601 UTC time. */
export function ms(iso: string): number {
  const value = Date.parse(iso);
  if (Number.isNaN(value)) throw new Error(`${iso} is not a time`);
  return value;
}

export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Length of `[from, to)` in milliseconds. */
export function spanMs(window: { from: string; to: string }): number {
  return ms(window.to) - ms(window.from);
}

/** Sorted, overlapping or touching intervals merged; milliseconds, half-open. */
export function mergeIntervals(
  intervals: readonly { from: number; to: number }[],
): readonly { from: number; to: number }[] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else if (to > from) merged.push({ from, to });
  }
  return merged;
}

/** `20261120T0000Z`: a time in URLs, ids and file names; seconds are written only when they are not zero. */
export function stamp(time: string): string {
  const [date = '', clock = ''] = iso(ms(time)).split('T');
  const digits = clock.slice(0, 8).replaceAll(':', '');
  return `${date.replaceAll('-', '')}T${digits.endsWith('00') ? digits.slice(0, 4) : digits}Z`;
}

/** A window is always two full UTC stamps. */
export function windowStamp(window: { from: string; to: string }): string {
  return `${stamp(window.from)}-${stamp(window.to)}`;
}
