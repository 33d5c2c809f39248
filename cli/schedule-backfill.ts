import { ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { ScheduleSpec } from '../workflows/schedule-spec.ts';
import { CommandError, UsageError } from './errors.ts';

/** Workflows whose past runs mean something: each audits the period before its nominal time. */
const AUDITS: readonly ScheduleSpec['workflowType'][] = ['nightlyAudit', 'monthlyAudit', 'periodAudit'];
/** The server lists no more times at once. */
const MOST = 1_000;
const DAY_MS = 86_400_000;

export interface BackfillRequest {
  /** Days in UTC, both included, on which the schedule would have run. */
  readonly from: string;
  readonly to: string;
  readonly now: Date;
  readonly dryRun: boolean;
}

export interface Backfill {
  /** How many runs start. */
  readonly runs: number;
  readonly atOnce: boolean;
  /** ISO 8601 UTC; with the schedule's jitter. */
  readonly first: string;
  readonly last: string;
}

/**
 * Starts the runs that a schedule would have started on these days, each with its nominal time then. They follow one
 * another unless the schedule's runs may overlap; none is skipped, and a pause does not matter.
 * @throws UsageError, CommandError; ScheduleNotFoundError
 */
export async function backfillSchedule(
  client: Client,
  id: string,
  request: BackfillRequest,
): Promise<Backfill> {
  const { start, end } = rangeOf(request);
  const handle = client.schedule.getHandle(id);
  const { action, policies } = await handle.describe();
  if (!AUDITS.some((type) => type === action.workflowType))
    throw new UsageError(
      `${id} has no past to make up: ${action.workflowType} does what is due when it runs. \`production-audit schedules trigger ${id}\` runs it now.`,
    );
  const times = await matchingTimes(client, id, start, end);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined)
    throw new CommandError(`${id} has no run from ${request.from} to ${request.to}. Nothing was started.`);
  if (times.length >= MOST)
    throw new UsageError(`These are ${String(MOST)} runs or more; choose fewer days. Nothing was started.`);
  const atOnce = policies.overlap === ScheduleOverlapPolicy.ALLOW_ALL;
  if (!request.dryRun)
    await handle.backfill({
      start: new Date(start),
      end: new Date(end),
      overlap: atOnce ? ScheduleOverlapPolicy.ALLOW_ALL : ScheduleOverlapPolicy.BUFFER_ALL,
    });
  return { runs: times.length, atOnce, first, last };
}

/** A moment before the first day, since the server takes the start as exclusive; never later than now. */
function rangeOf({ from, to, now }: BackfillRequest): { readonly start: number; readonly end: number } {
  const [first, last] = [dayOf('--from', from), dayOf('--to', to)];
  if (first > last) throw new UsageError(`--from ${from} is later than --to ${to}; swap them.`);
  if (first > now.getTime())
    throw new UsageError(`--from ${from} is in the future; a backfill makes up past runs.`);
  return { start: first - 1, end: Math.min(last + DAY_MS - 1, now.getTime()) };
}

function dayOf(option: string, text: string): number {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (!Number.isNaN(day) && new Date(day).toISOString().startsWith(text)) return day;
  throw new UsageError(`${option} ${JSON.stringify(text)} is not a day; write ${option} 2026-11-20.`);
}

/** When the server's own matcher has the schedule run, jitter included. */
export async function matchingTimes(
  client: Client,
  id: string,
  start: number,
  end: number,
): Promise<readonly string[]> {
  const { startTime } = await client.workflowService.listScheduleMatchingTimes({
    namespace: client.options.namespace,
    scheduleId: id,
    startTime: msToTs(start),
    endTime: msToTs(end),
  });
  return startTime.map(({ seconds, nanos }) =>
    new Date(Number(seconds) * 1_000 + (nanos ?? 0) / 1e6).toISOString(),
  );
}
