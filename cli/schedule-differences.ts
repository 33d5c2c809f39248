import type { ScheduleDescription } from '@temporalio/client';
import { canonicalJson } from '../audit/hash.ts';
import {
  MONTHS,
  spanMs,
  WEEKDAYS,
  whenText,
  type Calendar,
  type ScheduleSpec,
} from '../workflows/schedule-spec.ts';
import { stateOf } from './schedule-note.ts';

type Described = Pick<ScheduleDescription, 'spec' | 'action' | 'policies' | 'state'>;
type DescribedCalendar = NonNullable<Described['spec']['calendars']>[number];

/** What of a schedule on the server is not as the definition says, in words: `00:30 UTC (was 00:45 UTC)`. */
export function differences(spec: ScheduleSpec, taskQueue: string, current: Described): readonly string[] {
  const { action, policies, state } = current;
  const wanted = (name: string, is: unknown, was: unknown): readonly string[] =>
    is === was ? [] : [`${name === '' ? '' : `${name} `}${String(is)} (was ${String(was)})`];
  const kept = stateOf(spec, state, action.staticDetails);
  return [
    ...wanted('', whenText(spec), describedWhen(current.spec)),
    ...wanted('jitter', spanText(spanMs(spec.jitter)), spanText(current.spec.jitter ?? 0)),
    ...wanted('overlap', spec.overlap, policies.overlap),
    ...wanted('catch-up', spanText(spanMs(spec.catchupWindow)), spanText(policies.catchupWindow)),
    ...(policies.pauseOnFailure ? ['no pause after a failure'] : []),
    ...wanted('workflow', spec.workflowType, action.workflowType),
    ...wanted('workflow id', spec.id, action.workflowId),
    ...wanted('task queue', taskQueue, action.taskQueue),
    ...wanted('input', canonicalJson(spec.input), argumentsText(action.args)),
    ...wanted('timeout', spanText(spanMs(spec.executionTimeout)), spanText(action.workflowExecutionTimeout)),
    ...wanted('summary', spec.summary, action.staticSummary ?? 'none'),
    ...wanted('', kept.paused ? 'paused' : 'not paused', state.paused ? 'paused' : 'not paused'),
    ...(action.staticDetails === spec.note && state.note === kept.note ? [] : ['its purpose in the note']),
    ...surplus(current),
  ];
}

/** What a definition never has. */
function surplus({ action, state }: Described): readonly string[] {
  const { memo, retry, priority } = action;
  const timeouts: readonly unknown[] = [action.workflowRunTimeout, action.workflowTaskTimeout];
  const extra: Readonly<Record<string, boolean>> = {
    'no memo': Object.keys(memo ?? {}).length > 0,
    'no retry policy': retry !== undefined,
    'no other timeout': timeouts.some((one) => one !== undefined),
    'no search attributes': attributesOf(action).length > 0,
    // Read and written back it has zeros where nothing was.
    'no priority': Object.values(priority ?? {}).some(Boolean),
    'no limit of runs': state.remainingActions !== undefined,
  };
  return Object.keys(extra).filter((name) => extra[name] === true);
}

function attributesOf({ typedSearchAttributes: found }: Described['action']): readonly unknown[] {
  return found === undefined ? [] : Array.isArray(found) ? found : found.getAll();
}

function argumentsText(args: readonly unknown[] | undefined): string {
  return args?.length === 1 ? canonicalJson(args[0]) : canonicalJson(args ?? []);
}

/** In the words of a definition where it could be one; else something that is equal to none. */
function describedWhen({
  calendars = [],
  intervals = [],
  skip = [],
  timezone,
  ...spec
}: Described['spec']): string {
  const [calendar] = calendars;
  const [interval] = intervals;
  const zone = timezone ?? 'UTC';
  if (
    skip.length > 0 ||
    spec.startAt !== undefined ||
    spec.endAt !== undefined ||
    calendars.length + intervals.length !== 1
  )
    return 'times of another form';
  if (interval !== undefined) {
    const everyMinutes = interval.every / 60_000;
    return interval.offset > 0 ? 'another rhythm' : whenText({ when: { everyMinutes }, zone });
  }
  const when = calendar === undefined ? null : calendarOf(calendar);
  return when === null ? 'times of another form' : whenText({ when, zone });
}

function calendarOf(calendar: DescribedCalendar): Calendar | null {
  const [second, minute, hour, day] = [
    calendar.second,
    calendar.minute,
    calendar.hour,
    calendar.dayOfMonth,
  ].map((ranges) => numbers(ranges));
  const month = words(calendar.month, MONTHS);
  const week = words(calendar.dayOfWeek, WEEKDAYS);
  if (
    second?.join() !== '0' ||
    minute?.length !== 1 ||
    hour === undefined ||
    day === undefined ||
    calendar.year.length > 0
  )
    return null;
  const [first = 1, last = 31] = [day[0], day.at(-1)];
  if (last - first + 1 !== day.length || (week.length !== 1 && week.length !== WEEKDAYS.length)) return null;
  const [dayOfWeek] = week;
  return {
    hour,
    minute: minute[0] ?? 0,
    dayOfMonth: day.length === 31 ? null : day.length === 1 ? first : [first, last],
    ...(week.length === 1 && dayOfWeek !== undefined && { dayOfWeek }),
    ...(month.length < MONTHS.length && { month }),
  };
}

/** The values of a calendar's field. */
function numbers(
  ranges: readonly { readonly start: number; readonly end: number; readonly step: number }[],
): readonly number[] {
  const values = ranges.flatMap(({ start, end, step }) =>
    Array.from({ length: Math.floor((end - start) / step) + 1 }, (_one, index) => start + index * step),
  );
  return [...new Set(values)].sort((a, b) => a - b);
}

function words<Word extends string>(
  ranges: readonly { readonly start: string; readonly end: string; readonly step: number }[],
  names: readonly Word[],
): readonly Word[] {
  const numbered = ranges.map(({ start, end, step }) => ({
    start: names.findIndex((name) => name === start),
    end: names.findIndex((name) => name === end),
    step,
  }));
  return numbers(numbered).flatMap((index) => names[index] ?? []);
}

function spanText(milliseconds: unknown): string {
  const count = Number(milliseconds ?? 0);
  for (const [unit, unitMs] of UNITS)
    if (count >= unitMs && count % unitMs === 0) return `${String(count / unitMs)} ${unit}`;
  return `${String(count / 1_000)} seconds`;
}

const UNITS = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
] as const;
