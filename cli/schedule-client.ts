import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type CalendarSpec,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';
import { canonicalJson, sha256 } from '../audit/hash.ts';
import { SCHEDULE_PREFIX } from '../workflows/schedule-prefix.ts';
import { whenText, type Calendar, type ScheduleSpec } from '../workflows/schedule-spec.ts';

/** What `apply` did, or would do, to one schedule. */
export interface ScheduleChange {
  readonly id: string;
  readonly change: 'created' | 'updated' | 'unchanged' | 'unknown';
  /** What differs, for people. */
  readonly detail: string;
}

export interface ListedSchedule {
  readonly id: string;
  readonly workflowType: string;
  readonly paused: boolean;
  readonly note: string;
  /** ISO 8601 UTC. */
  readonly next: string | null;
  readonly last: string | null;
}

export interface ApplyOptions {
  readonly taskQueue: string;
  readonly dryRun: boolean;
}

/**
 * Makes the server's schedules what the specs say; safe to repeat and to run twice at once. An operator's pause and its
 * note stay. Schedules of ours that no spec names (a bot that was removed) are reported as `unknown` and left alone.
 */
export async function applySchedules(
  client: Client,
  specs: readonly ScheduleSpec[],
  { taskQueue, dryRun }: ApplyOptions,
): Promise<readonly ScheduleChange[]> {
  const changes: ScheduleChange[] = [];
  for (const spec of specs) changes.push(await applyOne(client, spec, taskQueue, dryRun));
  const wanted = new Set(specs.map(({ id }) => id));
  for (const { id } of await listSchedules(client)) {
    if (wanted.has(id)) continue;
    changes.push({
      id,
      change: 'unknown',
      detail: 'no bot of the configuration needs it; delete it in the Web UI if it is not wanted',
    });
  }
  return changes;
}

async function applyOne(
  client: Client,
  spec: ScheduleSpec,
  taskQueue: string,
  dryRun: boolean,
): Promise<ScheduleChange> {
  const { id } = spec;
  const desired = scheduleOptions(spec, taskQueue);
  const { spec: when, action, policies, state = {} } = desired;
  const handle = client.schedule.getHandle(id);
  try {
    const current = await handle.describe();
    if (current.spec.calendars?.[0]?.comment === comment(spec, taskQueue))
      return { id, change: 'unchanged', detail: '' };
    // The specification is replaced whole: the server hands calendars back in another form, which would not merge.
    if (!dryRun) {
      await handle.update((previous) => ({
        spec: when,
        action,
        ...(policies !== undefined && { policies }),
        state: previous.state.paused ? { paused: true, ...noted(previous.state.note) } : state,
      }));
    }
    return { id, change: 'updated', detail: whenText(spec) };
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
  if (!dryRun) {
    try {
      await client.schedule.create(desired);
    } catch (error) {
      // Somebody else applied the same in this moment; the next apply compares.
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
  }
  return { id, change: 'created', detail: whenText(spec) };
}

/** The schedules of this project on the server, by id. */
export async function listSchedules(client: Client): Promise<readonly ListedSchedule[]> {
  const listed: ListedSchedule[] = [];
  for await (const { scheduleId } of client.schedule.list()) {
    if (!scheduleId.startsWith(SCHEDULE_PREFIX)) continue;
    const { action, state, info } = await client.schedule.getHandle(scheduleId).describe();
    listed.push({
      id: scheduleId,
      workflowType: action.workflowType,
      paused: state.paused,
      note: state.note ?? '',
      next: info.nextActionTimes[0]?.toISOString() ?? null,
      last: info.recentActions.at(-1)?.scheduledAt.toISOString() ?? null,
    });
  }
  return listed.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Pauses a schedule, or ends its pause; runs missed meanwhile are not made up. Throws ScheduleNotFoundError. */
export async function pauseSchedule(
  client: Client,
  id: string,
  { paused, note }: { readonly paused: boolean; readonly note: string },
): Promise<void> {
  const handle = client.schedule.getHandle(id);
  if (paused) await handle.pause(note);
  else await handle.unpause(note);
}

function scheduleOptions(spec: ScheduleSpec, taskQueue: string): ScheduleOptions {
  const { when } = spec;
  return {
    scheduleId: spec.id,
    spec: {
      ...('everyMinutes' in when
        ? { intervals: [{ every: `${when.everyMinutes} minutes` }] }
        : { calendars: [calendarOf(when, comment(spec, taskQueue))] }),
      timezone: spec.zone,
      jitter: spec.jitter as `${number}s`,
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
      workflowExecutionTimeout: spec.executionTimeout,
    },
    policies: {
      overlap: ScheduleOverlapPolicy[spec.overlap],
      catchupWindow: spec.catchupWindow as `${number} hours`,
      pauseOnFailure: false,
    },
    state: { note: spec.note },
  };
}

function calendarOf({ hour, minute, dayOfMonth, dayOfWeek, month }: Calendar, text: string): CalendarSpec {
  return {
    hour: [...hour],
    minute,
    ...(dayOfMonth !== null && { dayOfMonth: daysOf(dayOfMonth) }),
    ...(dayOfWeek !== undefined && { dayOfWeek }),
    ...(month !== undefined && { month: [...month] }),
    comment: text,
  };
}

function daysOf(
  days: number | readonly [number, number],
): number | { readonly start: number; readonly end: number } {
  return typeof days === 'number' ? days : { start: days[0], end: days[1] };
}

/** Tells a schedule that is up to date from one that is not. */
function comment(spec: ScheduleSpec, taskQueue: string): string {
  return `${whenText(spec)} [${sha256(canonicalJson({ spec, taskQueue })).slice(0, 12)}]`;
}

function noted(note: string | undefined): { readonly note?: string } {
  return note === undefined ? {} : { note };
}
