import { iso } from './time.ts';

/** The calendar period, in UTC, that a kind of report covers; also the key of the input that names one. */
export type Calendar = 'day' | 'week' | 'month' | 'quarter';

export const CALENDAR_KEYS: readonly Calendar[] = ['day', 'week', 'month', 'quarter'];

const DAY_MS = 86_400_000;

interface Period {
  /** A right way to write it. */
  readonly example: string;
  /** Longest one. */
  readonly hours: number;
  /** Start of the one that a time lies in, epoch ms. */
  floor(time: number): number;
  /** Start of the one after, from a start. */
  next(start: number): number;
  /** `2026-W47`, of a start. */
  text(start: number): string;
  /** A start of what is written that way; a text that is not on the calendar gives another period's, or NaN. */
  read(text: string): number;
}

export const CALENDARS: Readonly<Record<Calendar, Period>> = {
  day: {
    example: '2026-11-20',
    hours: 24,
    floor: (time) => Math.floor(time / DAY_MS) * DAY_MS,
    next: (start) => start + DAY_MS,
    text: (start) => iso(start).slice(0, 10),
    read: (text) => Date.parse(`${text}T00:00:00Z`),
  },
  week: {
    example: '2026-W47',
    hours: 7 * 24,
    floor: monday,
    next: (start) => start + 7 * DAY_MS,
    text: weekText,
    read: (text) =>
      monday(Date.UTC(Number(text.slice(0, 4)), 0, 4)) + (Number(text.slice(6)) - 1) * 7 * DAY_MS,
  },
  month: {
    example: '2026-11',
    hours: 31 * 24,
    floor: (time) => monthStart(time, 0, 1),
    next: (start) => monthStart(start, 1, 1),
    text: (start) => iso(start).slice(0, 7),
    read: (text) => Date.parse(`${text}-01T00:00:00Z`),
  },
  quarter: {
    example: '2026-Q4',
    hours: 92 * 24,
    floor: (time) => monthStart(time, 0, 3),
    next: (start) => monthStart(start, 3, 3),
    text: (start) =>
      `${iso(start).slice(0, 4)}-Q${String(Math.floor(new Date(start).getUTCMonth() / 3) + 1)}`,
    read: (text) => Date.UTC(Number(text.slice(0, 4)), (Number(text.slice(6)) - 1) * 3, 1),
  },
};

/** Shapes first: `Date.parse` and `Number` read more than a period. */
const SHAPES: Readonly<Record<Calendar, RegExp>> = {
  day: /^(19[7-9]\d|2[01]\d\d)-\d{2}-\d{2}$/,
  week: /^(19[7-9]\d|2[01]\d\d)-W\d{2}$/,
  month: /^(19[7-9]\d|2[01]\d\d)-\d{2}$/,
  quarter: /^(19[7-9]\d|2[01]\d\d)-Q[1-4]$/,
};

/** Start of the period that the text names, epoch ms; null when it is not on the calendar (30 February, week 54). */
export function periodStart(calendar: Calendar, text: string): number | null {
  if (!SHAPES[calendar].test(text)) return null;
  const period = CALENDARS[calendar];
  const start = period.read(text);
  return Number.isNaN(start) || period.text(start) !== text ? null : start;
}

/** 00:00 of the Monday of an ISO week; 1 January 1970 was a Thursday. */
function monday(time: number): number {
  const days = Math.floor(time / DAY_MS);
  return (days - ((((days + 3) % 7) + 7) % 7)) * DAY_MS;
}

/** A week belongs to the year of its Thursday. */
function weekText(start: number): string {
  const year = new Date(start + 3 * DAY_MS).getUTCFullYear();
  const first = monday(Date.UTC(year, 0, 4));
  return `${String(year)}-W${String((start - first) / (7 * DAY_MS) + 1).padStart(2, '0')}`;
}

function monthStart(time: number, later: number, step: number): number {
  const date = new Date(time);
  const month = Math.floor(date.getUTCMonth() / step) * step;
  return Date.UTC(date.getUTCFullYear(), month + later, 1);
}
