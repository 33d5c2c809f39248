import {
  ScheduleOverlapPolicy,
  type CalendarSpec,
  type ScheduleDescription,
  type ScheduleOptions,
} from '@temporalio/client';
import { OWNER_MEMO } from '../workflows/schedule-prefix.ts';
import { spanMs, whenText, type Calendar, type ScheduleSpec } from '../workflows/schedule-spec.ts';

/** Ends the comment of a calendar, for schedules that an earlier release made without the memo, which cannot be added. */
const SIGNATURE = '[schedules apply]';

/** Made by `apply` for this task queue; earlier releases signed with a hash. */
export function isOurs(
  { memo, spec, action }: Pick<ScheduleDescription, 'memo' | 'spec' | 'action'>,
  taskQueue: string,
): boolean {
  const owner = memo?.[OWNER_MEMO];
  const comment = spec.calendars?.[0]?.comment ?? '';
  const isSigned = comment.endsWith(SIGNATURE) || /\[[0-9a-f]{12}\]$/.test(comment);
  return (owner === taskQueue || (owner === undefined && isSigned)) && action.taskQueue === taskQueue;
}

/** A schedule as the SDK creates it. The purpose is in the action's details too, where no pause overwrites it. */
export function scheduleOptions(spec: ScheduleSpec, taskQueue: string): ScheduleOptions {
  const { when } = spec;
  return {
    scheduleId: spec.id,
    memo: { [OWNER_MEMO]: taskQueue },
    spec: {
      ...('everyMinutes' in when
        ? { intervals: [{ every: when.everyMinutes * 60_000 }] }
        : { calendars: [calendarOf(when, `${whenText(spec)} ${SIGNATURE}`)] }),
      timezone: spec.zone,
      jitter: spanMs(spec.jitter),
    },
    action: {
      type: 'startWorkflow',
      workflowType: spec.workflowType,
      // The server appends the nominal time.
      workflowId: spec.id,
      taskQueue,
      args: [spec.input],
      staticSummary: spec.summary,
      staticDetails: spec.note,
      workflowExecutionTimeout: spanMs(spec.executionTimeout),
    },
    policies: {
      overlap: ScheduleOverlapPolicy[spec.overlap],
      catchupWindow: spanMs(spec.catchupWindow),
      pauseOnFailure: false,
    },
  };
}

function calendarOf({ hour, minute, dayOfMonth, dayOfWeek, month }: Calendar, comment: string): CalendarSpec {
  return {
    hour: [...hour],
    minute,
    ...(dayOfMonth !== null && { dayOfMonth: daysOf(dayOfMonth) }),
    ...(dayOfWeek !== undefined && { dayOfWeek }),
    ...(month !== undefined && { month: [...month] }),
    comment,
  };
}

function daysOf(
  days: number | readonly [number, number],
): number | { readonly start: number; readonly end: number } {
  return typeof days === 'number' ? days : { start: days[0], end: days[1] };
}
