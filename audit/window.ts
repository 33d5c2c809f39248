import { CALENDAR_KEYS, CALENDARS, periodStart, type Calendar } from './calendar.ts';
import type { Window } from './evidence.ts';
import { MONTHLY, type Kind } from './kinds.ts';
import { iso, ms } from './time.ts';

/** How an input names a window; at most one way is used, the input parser sees to that. */
export interface WindowSelection {
  readonly last?: string;
  readonly shift?: 'latest';
  readonly from?: string;
  readonly to?: string;
  readonly date?: string;
  readonly day?: string;
  readonly week?: string;
  readonly month?: string;
  readonly quarter?: string;
}

export interface WindowContext {
  /** When the run was asked for: start of the workflow or the schedule's nominal time, ISO 8601 UTC. */
  readonly now: string;
  /** The bot's pinned "now"; no settle delay is taken off it. */
  readonly asOf: string | null;
  readonly settleDelayS: number;
  readonly kind: Kind;
}

/** A window, or one sentence that says what is wrong with the input and what to write instead. */
export type WindowResult = { readonly window: Window } | { readonly error: string };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A production window: 00, 08 and 16 UTC. */
export const SHIFT_MS = 8 * HOUR_MS;

/** The audited window of an input, `[from, to)` in UTC (design.md section 9, "Which window"). */
export function resolveWindow(selection: WindowSelection, context: WindowContext): WindowResult {
  const chosen = chosenWindow(selection, context);
  if ('error' in chosen) return chosen;
  const { from, to } = chosen.window;
  const { kind } = context;
  if (ms(from) === ms(to))
    return { error: `The window from ${from} to ${to} is empty; "to" must be later than "from".` };
  if (ms(from) > ms(to))
    return { error: `The window is reversed: "from" ${from} is later than "to" ${to}; swap them.` };
  const end = context.asOf ?? context.now;
  if (ms(to) > ms(end)) {
    const why = context.asOf === null ? 'is in the future' : `is later than the bot's asOf`;
    return { error: `The window's end ${to} ${why}; the newest end possible is ${iso(ms(end))}.` };
  }
  if (kind.calendar !== null) {
    if (isPeriod(kind.calendar, chosen.window)) return chosen;
    return {
      error: `A ${kind.id} report covers one calendar ${kind.calendar}, not ${from} to ${to}; write {"${kind.calendar}": "${periodOf(kind.calendar, from)}"}.`,
    };
  }
  const lengthMs = ms(to) - ms(from);
  if (lengthMs <= kind.maxHours * HOUR_MS) return chosen;
  return {
    error: `The window is ${length(lengthMs)} long and a ${kind.id} report covers at most ${length(kind.maxHours * HOUR_MS)}; shorten it, or for a whole month write {"kind": "${MONTHLY.id}", "month": "${from.slice(0, 7)}"}.`,
  };
}

function chosenWindow(selection: WindowSelection, context: WindowContext): WindowResult {
  const { last, shift, from, to, date } = selection;
  if (from !== undefined || to !== undefined) return explicitWindow(from, to);
  if (date !== undefined) return periodWindow('day', date, 'date');
  const named = CALENDAR_KEYS.find((calendar) => selection[calendar] !== undefined);
  if (named !== undefined) return periodWindow(named, selection[named] ?? '');
  const end = newestEnd(context);
  if (shift !== undefined) {
    const boundary = Math.floor(end / SHIFT_MS) * SHIFT_MS;
    return { window: { from: iso(boundary - SHIFT_MS), to: iso(boundary) } };
  }
  const { calendar } = context.kind;
  if (last === undefined && calendar !== null) return newestPeriod(calendar, end);
  const lengthMs = lastMs(last ?? '8h');
  if (lengthMs === null)
    return {
      error: `"last" is ${quoted(last ?? '')}, which is not a length; write {"last": "8h"}, or minutes "90m" or days "1d".`,
    };
  return { window: { from: iso(end - lengthMs), to: iso(end) } };
}

/** The newest end that counts as settled: `asOf`, or now floored to the minute less the settle delay. */
function newestEnd({ now, asOf, settleDelayS }: WindowContext): number {
  if (asOf !== null) return ms(asOf);
  const settled = Math.floor(ms(now) / MINUTE_MS) * MINUTE_MS - settleDelayS * 1000;
  return Math.floor(settled / MINUTE_MS) * MINUTE_MS;
}

/** Milliseconds of `8h`, `90m` or `1d`; null for anything else. */
function lastMs(last: string): number | null {
  const match = /^(\d{1,6})(m|h|d)$/.exec(last);
  if (!match) return null;
  const unitMs = match[2] === 'm' ? MINUTE_MS : match[2] === 'h' ? HOUR_MS : DAY_MS;
  return Number(match[1]) * unitMs;
}

function explicitWindow(from: string | undefined, to: string | undefined): WindowResult {
  if (from === undefined || to === undefined) {
    const present = from === undefined ? 'to' : 'from';
    const absent = from === undefined ? 'from' : 'to';
    return { error: `"${present}" is given without "${absent}"; write both: ${EXAMPLE}.` };
  }
  const start = parseTime(from);
  if (start === null) return { error: timeError('from', from) };
  const end = parseTime(to);
  if (end === null) return { error: timeError('to', to) };
  return { window: { from: iso(start), to: iso(end) } };
}

const EXAMPLE = '{"from": "2026-11-20T00:00Z", "to": "2026-11-20T08:00Z"}';
const ZONELESS = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$/;

function timeError(key: string, value: string): string {
  if (ZONELESS.test(value)) {
    const fixed = value.includes('T') ? `${value}Z` : `${value}T00:00Z`;
    return `"${key}" is ${quoted(value)}, which has no time zone; for UTC write {"${key}": "${fixed}"}.`;
  }
  return `"${key}" is ${quoted(value)}, which is not a time; write ${EXAMPLE}.`;
}

/** Milliseconds of an ISO 8601 time with a zone; null when it has none or is not on the calendar (30 February). */
export function parseTime(value: string): number | null {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:\d{2})$/.exec(
    value,
  );
  if (!match) return null;
  const [, date = '', hour = '', minute = '', second = '00', fraction = '', zone = ''] = match;
  if (periodStart('day', date) === null || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    return null;
  const time = Date.parse(`${date}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}${zone}`);
  return Number.isNaN(time) ? null : time;
}

function periodWindow(calendar: Calendar, text: string, key: string = calendar): WindowResult {
  const { example, next } = CALENDARS[calendar];
  const start = periodStart(calendar, text);
  if (start !== null) return { window: { from: iso(start), to: iso(next(start)) } };
  return {
    error: `"${key}" is ${quoted(text)}, which is not a ${calendar}; write {"${key}": "${example}"}.`,
  };
}

/** The newest period that is over at `end`. */
function newestPeriod(calendar: Calendar, end: number): WindowResult {
  const { floor } = CALENDARS[calendar];
  const to = floor(end);
  return { window: { from: iso(floor(to - 1)), to: iso(to) } };
}

function isPeriod(calendar: Calendar, { from, to }: Window): boolean {
  const { floor, next } = CALENDARS[calendar];
  return floor(ms(from)) === ms(from) && next(ms(from)) === ms(to);
}

/** The period that a window begins in, as an input writes it. */
function periodOf(calendar: Calendar, from: string): string {
  const { floor, text } = CALENDARS[calendar];
  return text(floor(ms(from)));
}

function length(lengthMs: number): string {
  if (lengthMs > 3 * DAY_MS) return `${String(Math.round(lengthMs / DAY_MS))} days`;
  return `${String(Math.round((lengthMs / HOUR_MS) * 10) / 10)} h`;
}

function quoted(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
}
