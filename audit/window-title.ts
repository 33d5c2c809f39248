import type { Window } from './evidence.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** "Friday 20 November 2026, 00:00 to 08:00 UTC"; own names, since the locale of a machine must not reach a report. */
export function windowTitle({ from, to }: Window): string {
  const [start, end] = [new Date(from), new Date(to)];
  if (isOneDay(start, end)) return `${day(start)}, ${time(start)} to ${endTime(end)} UTC`;
  return `${day(start)} ${time(start)} to ${day(end)} ${time(end)} UTC`;
}

/** `20 Nov 00:00-08:00 UTC`: the window in a list or a mail subject. */
export function windowShort({ from, to }: Window): string {
  const [start, end] = [new Date(from), new Date(to)];
  const short = (date: Date): string =>
    `${String(date.getUTCDate())} ${(MONTHS[date.getUTCMonth()] ?? '').slice(0, 3)}`;
  const across = end.getTime() - start.getTime() > 86_400_000;
  return across
    ? `${short(start)} ${time(start)} to ${short(end)} ${time(end)} UTC`
    : `${short(start)} ${time(start)}-${isOneDay(start, end) ? endTime(end) : time(end)} UTC`;
}

function isOneDay(start: Date, end: Date): boolean {
  const lastInstant = new Date(end.getTime() - 1);
  return start.toISOString().slice(0, 10) === lastInstant.toISOString().slice(0, 10);
}

/** Midnight at the end of a day is its 24:00. */
function endTime(end: Date): string {
  return end.getTime() % 86_400_000 === 0 ? '24:00' : time(end);
}

function day(date: Date): string {
  const name = `${DAYS[date.getUTCDay()] ?? ''} ${String(date.getUTCDate())}`;
  return `${name} ${MONTHS[date.getUTCMonth()] ?? ''} ${String(date.getUTCFullYear())}`;
}

/** Hours and minutes; seconds only when the window is not on a minute. */
function time(date: Date): string {
  const clock = date.toISOString().slice(11, 19);
  return clock.endsWith(':00') ? clock.slice(0, 5) : clock;
}
