import type * as workflows from './index.ts';

/** Sunday first, as Temporal counts them. */
export const WEEKDAYS = [
  'SUNDAY',
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
] as const;

export const MONTHS = [
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
] as const;

/** `12 hours`. */
export type Span = `${number} ${'seconds' | 'minutes' | 'hours' | 'days'}`;

const SPAN_MS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

export function spanMs(span: Span): number {
  const [count = '', unit = ''] = span.split(' ');
  return Number(count) * SPAN_MS[unit as keyof typeof SPAN_MS];
}

/** Times of a clock in the schedule's zone; fields are ANDed. */
export interface Calendar {
  readonly hour: readonly number[];
  readonly minute: number;
  /** A day, or the first and the last of some days; null: every day. */
  readonly dayOfMonth: number | readonly [number, number] | null;
  /** Left out: every day. */
  readonly dayOfWeek?: (typeof WEEKDAYS)[number];
  /** Left out: every month. */
  readonly month?: readonly (typeof MONTHS)[number][];
}

/** An even rhythm, counted from 1970 in UTC whatever the zone. */
export interface Rhythm {
  readonly everyMinutes: number;
}

/** A schedule as it should be; pure data, so that it can be printed, compared and tested. */
export interface ScheduleSpec {
  readonly id: string;
  /** What `workflows/index.ts` exports. */
  readonly workflowType: keyof typeof workflows;
  readonly input: Readonly<Record<string, unknown>>;
  readonly when: Calendar | Rhythm;
  /** IANA zone of the calendar. */
  readonly zone: string;
  /** How much later than its time a run may begin, so that many do not begin at once; its nominal time is without. */
  readonly jitter: Span;
  /** What it is for and which report it makes, for the Web UI. */
  readonly note: string;
  readonly summary: string;
  /** How late a missed run is still made. */
  readonly catchupWindow: Span;
  readonly overlap: 'BUFFER_ALL' | 'BUFFER_ONE' | 'ALLOW_ALL' | 'SKIP';
  /** It goes on while no worker is there, so it is long enough for a weekend without one. */
  readonly executionTimeout: Span;
  /** Why it is made paused; null: it runs. */
  readonly pausedBecause: string | null;
}

/** `00:30 UTC`, `01:00 on day 1 UTC`, `02:00 on Sunday of days 1-7 UTC`, `09:00 Europe/Berlin`, `every 5 minutes`. */
export function whenText({ when, zone }: Pick<ScheduleSpec, 'when' | 'zone'>): string {
  return 'everyMinutes' in when
    ? `every ${when.everyMinutes === 1 ? 'minute' : `${String(when.everyMinutes)} minutes`}`
    : `${calendarText(when)} ${zone}`;
}

function calendarText({ hour, minute, dayOfMonth, dayOfWeek, month }: Calendar): string {
  const times = hour
    .map((one) => `${String(one).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
    .join(', ');
  const days = typeof dayOfMonth === 'number' ? `day ${String(dayOfMonth)}` : dayOfMonth?.join('-');
  const months = month === undefined ? '' : ` of ${month.map(named).join(', ')}`;
  if (dayOfWeek !== undefined)
    return `${times} on ${named(dayOfWeek)}${days === undefined ? '' : ` of days ${days}`}${months}`;
  return days === undefined ? `${times}${months}` : `${times} on ${days}${months}`;
}

function named(word: string): string {
  return `${word.slice(0, 1)}${word.slice(1).toLowerCase()}`;
}
