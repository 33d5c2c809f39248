import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type Client,
  type ScheduleDescription,
} from '@temporalio/client';
import { SCHEDULE_PREFIX } from '../workflows/schedule-prefix.ts';
import { whenText, type ScheduleSpec } from '../workflows/schedule-spec.ts';
import { differences } from './schedule-differences.ts';
import { firstState, noteOf, stateOf } from './schedule-note.ts';
import { OWNER_MEMO, scheduleOptions } from './schedule-options.ts';

/** What `apply` did, or would do, to one schedule. */
export interface ScheduleChange {
  readonly id: string;
  readonly change: 'created' | 'updated' | 'removed' | 'unchanged' | 'unknown';
  /** What differed, for people. */
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
 * Makes the server's schedules what the specs say; safe to repeat and to run twice at once. What somebody changed is put
 * back, except a pause and its words. Those of ours that no spec names are removed; another's are `unknown` and stay.
 */
export async function applySchedules(
  client: Client,
  specs: readonly ScheduleSpec[],
  options: ApplyOptions,
): Promise<readonly ScheduleChange[]> {
  const changes = await sideBySide(specs, (spec) => applyOne(client, spec, options));
  const wanted = new Set(specs.map(({ id }) => id));
  const others = (await scheduleIds(client)).filter((id) => !wanted.has(id));
  return [...changes, ...(await sideBySide(others, (id) => unwanted(client, id, options))).flat()];
}

const AT_ONCE = 8;

/** A fleet has many schedules, and each costs several answers of the server. In the order of the items. */
async function sideBySide<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let first = 0; first < items.length; first += AT_ONCE)
    results.push(...(await Promise.all(items.slice(first, first + AT_ONCE).map(work))));
  return results;
}

async function applyOne(
  client: Client,
  spec: ScheduleSpec,
  { taskQueue, dryRun }: ApplyOptions,
): Promise<ScheduleChange> {
  const { id } = spec;
  const { spec: when, action, policies = {}, ...created } = scheduleOptions(spec, taskQueue);
  const handle = client.schedule.getHandle(id);
  const current = await described(client, id);
  if (current !== null) {
    const differs = differences(spec, taskQueue, current);
    if (differs.length === 0) return { id, change: 'unchanged', detail: '' };
    // The specification is replaced whole: the server hands calendars back in another form, which would not merge.
    if (!dryRun)
      await handle.update((previous) => ({
        spec: when,
        action,
        policies,
        state: stateOf(spec, previous.state, previous.action.staticDetails),
      }));
    return { id, change: 'updated', detail: differs.join(', ') };
  }
  if (!dryRun) {
    try {
      await client.schedule.create({ ...created, spec: when, action, policies, state: firstState(spec) });
    } catch (error) {
      // Somebody else applied the same in this moment; the next apply compares.
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
  }
  return { id, change: 'created', detail: whenText(spec) };
}

async function unwanted(
  client: Client,
  id: string,
  { taskQueue, dryRun }: ApplyOptions,
): Promise<readonly ScheduleChange[]> {
  const current = await described(client, id);
  if (current === null) return [];
  if (!isOurs(current, taskQueue))
    return [{ id, change: 'unknown', detail: `not made by this configuration's schedules apply; it stays` }];
  if (!dryRun) await client.schedule.getHandle(id).delete();
  return [{ id, change: 'removed', detail: 'the configuration has no use for it' }];
}

/** Made by `apply` for this task queue: releases before the memo wrote a hash into the calendar's comment. */
function isOurs({ memo, spec, action }: ScheduleDescription, taskQueue: string): boolean {
  const owner = memo?.[OWNER_MEMO];
  const signed = /\[[0-9a-f]{12}\]$/.test(spec.calendars?.[0]?.comment ?? '');
  return (owner === taskQueue || (owner === undefined && signed)) && action.taskQueue === taskQueue;
}

/** Null when it is not, or no longer, there. */
async function described(client: Client, id: string): Promise<ScheduleDescription | null> {
  try {
    return await client.schedule.getHandle(id).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
}

async function scheduleIds(client: Client): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { scheduleId } of client.schedule.list())
    if (scheduleId.startsWith(SCHEDULE_PREFIX)) ids.push(scheduleId);
  return ids.sort();
}

/** The schedules with our prefix on the server, by id. */
export async function listSchedules(client: Client): Promise<readonly ListedSchedule[]> {
  const listed = await sideBySide(await scheduleIds(client), async (id) => {
    const current = await described(client, id);
    if (current === null) return [];
    const { action, state, info } = current;
    return [
      {
        id,
        workflowType: action.workflowType,
        paused: state.paused,
        note: state.note ?? '',
        next: info.nextActionTimes[0]?.toISOString() ?? null,
        last: info.recentActions.at(-1)?.scheduledAt.toISOString() ?? null,
      },
    ];
  });
  return listed.flat();
}

/**
 * Pauses a schedule, or ends its pause; runs missed meanwhile are not made up. The words stand beside its purpose.
 * Throws ScheduleNotFoundError.
 */
export async function pauseSchedule(
  client: Client,
  id: string,
  { paused, words }: { readonly paused: boolean; readonly words: string },
): Promise<void> {
  const handle = client.schedule.getHandle(id);
  const { action } = await handle.describe();
  const note = noteOf(action.staticDetails ?? '', words);
  if (paused) await handle.pause(note);
  else await handle.unpause(note);
}
