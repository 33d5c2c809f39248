import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type pg from 'pg';
import { errorMessage } from '../audit/error-message.ts';
import type { Window } from '../audit/evidence.ts';
import type { SnapshotNumbers } from '../audit/snapshot.ts';
import type { GapReason, MonitorGap } from '../audit/snapshot-gap.ts';
import { findGaps } from '../store/snapshot-gaps.ts';
import { findSnapshots } from '../store/snapshots.ts';
import { withGap } from '../workflows/monitor-gaps.ts';
import type { MonitorProgress } from '../workflows/monitor-state.ts';
import { stampedWindow } from './report-name.ts';

const QUERY_DEADLINE_MS = 3_000;
const BOT = defineSearchAttributeKey('AuditBot', SearchAttributeType.KEYWORD);
const PERIOD = defineSearchAttributeKey('AuditPeriod', SearchAttributeType.KEYWORD);

/** A run of `monitorWindow`; of one whose worker is away only what the server lists is known. */
export interface MonitorRun {
  readonly workflowId: string;
  /** The newest run of it: an hour long. */
  readonly runId: string;
  readonly bot: string | null;
  readonly window: Window | null;
}

/** A monitor as it stands, from its own answer and from our store. */
export interface Watched extends MonitorRun {
  readonly status: string;
  /** Its own answer; null: no worker answers. */
  readonly progress: MonitorProgress | null;
  readonly taken: number;
  readonly gaps: readonly MonitorGap[];
  readonly newest: SnapshotNumbers | null;
  /** Errors of all snapshots of the window; null: none carries them. */
  readonly errors: number | null;
  /** Why our store could not be read; null: it was. */
  readonly storeTrouble: string | null;
}

/** The monitors that run, the newest first. */
export async function runningMonitors(client: Client): Promise<readonly MonitorRun[]> {
  const query = 'WorkflowType = "monitorWindow" and ExecutionStatus = "Running"';
  const found: WorkflowExecutionInfo[] = [];
  for await (const run of client.workflow.list({ query })) found.push(run);
  found.sort((a, b) => b.startTime.getTime() - a.startTime.getTime());
  return Promise.all(found.map((run) => monitorOf(client, run)));
}

/** Without search attributes, which not every server knows, the run itself is asked. */
async function monitorOf(client: Client, run: WorkflowExecutionInfo): Promise<MonitorRun> {
  const { workflowId, runId, typedSearchAttributes } = run;
  const bot = typedSearchAttributes.get(BOT);
  const window = stampedWindow(typedSearchAttributes.get(PERIOD) ?? '');
  if (bot !== undefined) return { workflowId, runId, bot, window };
  const progress = await progressOf(client, workflowId);
  return { workflowId, runId, bot: progress?.bot ?? null, window: progress?.window ?? null };
}

async function progressOf(client: Client, workflowId: string): Promise<MonitorProgress | null> {
  try {
    return await client.withDeadline(Date.now() + QUERY_DEADLINE_MS, () =>
      client.workflow.getHandle(workflowId).query<MonitorProgress>('progress'),
    );
  } catch {
    return null;
  }
}

/** Asks the run and our store; whichever does not answer leaves its part out. Throws when Temporal does not answer. */
export async function readWatched(client: Client, pool: pg.Pool, run: MonitorRun): Promise<Watched> {
  const [described, progress] = await Promise.all([
    client.withDeadline(Date.now() + QUERY_DEADLINE_MS, () =>
      client.workflow.getHandle(run.workflowId).describe(),
    ),
    progressOf(client, run.workflowId),
  ]);
  const bot = progress?.bot ?? run.bot;
  const window = progress?.window ?? run.window;
  const stored = bot === null || window === null ? NOTHING : await readStore(pool, bot, window);
  return {
    ...{ workflowId: run.workflowId, runId: described.runId, bot, window, progress },
    status: described.status.name,
    taken: progress?.taken ?? stored.taken,
    gaps: progress?.gaps ?? stored.gaps,
    newest: newer(stored.newest, progress?.newest ?? null),
    errors: stored.errors,
    storeTrouble: stored.trouble,
  };
}

type Stored = Pick<Watched, 'taken' | 'gaps' | 'newest' | 'errors'> & { readonly trouble: string | null };
const NOTHING: Stored = { taken: 0, gaps: [], newest: null, errors: null, trouble: null };

async function readStore(pool: pg.Pool, bot: string, window: Window): Promise<Stored> {
  try {
    const rows = await findSnapshots(pool, bot, window);
    const noted = await findGaps(pool, bot, window);
    const errors = rows.flatMap((row) => row.errors ?? []);
    return {
      taken: rows.length,
      gaps: noted.reduce<readonly MonitorGap[]>(
        (gaps, { slot, reason, detail }) =>
          withGap(gaps, Date.parse(slot), { reason: reason as GapReason, detail }),
        [],
      ),
      newest: rows.at(-1) ?? null,
      errors: errors.length === 0 ? null : errors.reduce((sum, one) => sum + one, 0),
      trouble: null,
    };
  } catch (error) {
    return { ...NOTHING, trouble: errorMessage(error) };
  }
}

function newer(a: SnapshotNumbers | null, b: SnapshotNumbers | null): SnapshotNumbers | null {
  if (a === null || b === null) return a ?? b;
  return Date.parse(a.slot) >= Date.parse(b.slot) ? a : b;
}
