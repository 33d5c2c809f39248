import { iso, ms } from '../time.ts';

/** Hours of a clock in which warnings wait; `to` may be of the next day. */
export interface QuietHours {
  /** `22:00`. */
  readonly from: string;
  readonly to: string;
  /** IANA name. */
  readonly timeZone: string;
}

const MINUTE_MS = 60_000;
/** A day of 25 hours. */
const LONGEST_MINUTES = 25 * 60;

/** When the quiet hours in which a time falls end, ISO 8601 UTC; null: it falls in none. */
export function quietUntil(hours: QuietHours | null, at: string): string | null {
  if (hours === null) return null;
  const clock = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: hours.timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  const isQuiet = (time: number): boolean => {
    const now = clock.format(time);
    return hours.from <= hours.to ? now >= hours.from && now < hours.to : now >= hours.from || now < hours.to;
  };
  const start = Math.floor(ms(at) / MINUTE_MS) * MINUTE_MS;
  if (!isQuiet(start)) return null;
  // Minute by minute: a change of the clocks may skip or repeat the end.
  for (let minute = 1; minute <= LONGEST_MINUTES; minute += 1)
    if (!isQuiet(start + minute * MINUTE_MS)) return iso(start + minute * MINUTE_MS);
  return null;
}
