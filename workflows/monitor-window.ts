import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  continueAsNew,
  defineQuery,
  isCancellation,
  ParentClosePolicy,
  patched,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { MonitorPlan } from '../activities/upkeep-types.ts';
import type { MonitorGap } from '../audit/snapshot-gap.ts';
import { light, noting, snapshotting } from './activity-proxies.ts';
import { monitorDetails } from './monitor-details.ts';
import { MINUTE_MS, missedBy } from './monitor-gaps.ts';
import {
  after,
  begun,
  completed,
  noted,
  progressOf,
  type MonitorProgress,
  type MonitorResult,
  type MonitorState,
  type Seen,
} from './monitor-state.ts';
import { productionAudit } from './production-audit.ts';
import { describeRun, inOwnWords, nominalTime } from './run-facts.ts';
import { parseMonitorInput, type MonitorInput } from './schedule-input.ts';

export const monitorQuery = defineQuery<MonitorProgress>('progress');

/** A snapshot belongs to its minute: one that would start later than this is a gap. */
const LATEST_START_MS = 50_000;
/** Asked for so early, a snapshot is at its worker when its minute comes, however many bots have the same one. */
const LEAD_MS = 5_000;
/** One timer and one activity are about eleven events: an hour keeps the history small. */
const SLOTS_A_RUN = 60;

/**
 * One snapshot a minute over a window, then the window's audit. Minutes that were missed are gaps with their reason,
 * never filled in. `state` is for continue-as-new only; people give one input.
 */
export async function monitorWindow(
  input?: MonitorInput,
  state?: MonitorState,
  ...more: readonly unknown[]
): Promise<MonitorResult> {
  // Asked once a run, before anything happened: a run of before notes nothing up to its end.
  const notes = patched('gap-reasons');
  const leadMs = patched('snapshot-lead') ? LEAD_MS : 0;
  const isContinued = workflowInfo().continuedFromExecutionRunId !== undefined;
  const surplus = isContinued || state === undefined ? more : [state, ...more];
  const continued = isContinued && state !== undefined ? completed(state) : undefined;
  let now = continued ?? (await inOwnWords(() => begin(input, surplus)));
  setHandler(monitorQuery, () => progressOf(now), {
    description: 'Snapshots taken, the newest numbers, and the gaps so far with their reasons.',
  });
  const { plan } = now;
  const endMs = Date.parse(plan.window.to);
  const stopMs = Math.min(endMs, now.nextMs + SLOTS_A_RUN * MINUTE_MS);
  try {
    while (now.nextMs < stopMs) {
      show(now);
      now = after(now, await snapshotAt(plan.bot, now.nextMs, leadMs));
      // Minutes that passed while nobody ran the monitor are noted together, when it has caught up.
      if (notes && now.unnoted.length > 0 && Date.now() < now.nextMs)
        now = await note(now, now.unnoted, noting);
    }
  } catch (error) {
    if (notes && isCancellation(error)) await noteStopped(now, endMs);
    throw error;
  }
  show(now);
  if (now.nextMs < endMs) return continueAsNew<typeof monitorWindow>(input, now);
  if (notes && now.gaps.length > 0) now = await note(now, now.gaps, light);
  show(now);
  await waitUntil(endMs + plan.settleDelayS * 1000, 'until the evidence has settled');
  return { ...progressOf(now), audit: await startAudit(plan) };
}

setWorkflowOptions({ failureExceptionTypes: [Error] }, monitorWindow);

async function begin(input: MonitorInput | undefined, more: readonly unknown[]): Promise<MonitorState> {
  const plan = await light.planMonitor({ input: parseMonitorInput(input, more), now: nominalTime() });
  describeRun({ bot: plan.bot, kind: 'monitor', period: plan.period }, plan.searchAttributes);
  return begun(plan);
}

/** What the minute showed; what alerts go by is in the numbers of a snapshot that was taken. */
async function snapshotAt(bot: string, slotMs: number, leadMs: number): Promise<Seen> {
  const slot = new Date(slotMs).toISOString();
  const minute = slot.slice(11, 16);
  await waitUntil(slotMs - leadMs, minute);
  const earlyMs = slotMs - Date.now();
  if (-earlyMs > LATEST_START_MS) {
    const isBefore = slotMs < workflowInfo().startTime.getTime();
    return { missed: { reason: isBefore ? 'startedLate' : 'monitorAway', detail: null } };
  }
  try {
    const { numbers } = await snapshotting.takeSnapshot.executeWithOptions({ summary: minute }, [
      { bot, slot, ...(earlyMs > 0 && { earlyMs }) },
    ]);
    return { numbers: numbers ?? null };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { missed: missedBy(error) };
  }
}

/** A store that is away keeps no minute from being looked at: its gaps are noted later, or the audit knows no reasons. */
async function note(
  state: MonitorState,
  gaps: readonly MonitorGap[],
  by: Pick<typeof light, 'noteGaps'>,
): Promise<MonitorState> {
  try {
    const { present } = await by.noteGaps({ bot: state.plan.bot, gaps });
    return noted(state, present);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return state;
  }
}

/** The rest of the window is a gap as well, and somebody wanted it. */
async function noteStopped(state: MonitorState, endMs: number): Promise<void> {
  const rest = { from: new Date(state.nextMs).toISOString(), to: new Date(endMs).toISOString() };
  const gaps: readonly MonitorGap[] = [...state.unnoted, { ...rest, reason: 'monitorStopped', detail: null }];
  await CancellationScope.nonCancellable(() => note(state, gaps, noting));
}

async function waitUntil(timeMs: number, why: string): Promise<void> {
  const waitMs = timeMs - Date.now();
  if (waitMs > 0) await sleep(waitMs, { summary: why });
}

/** The audit outlives its monitor; one that runs already for this window is as good. */
async function startAudit({
  audit: { workflowId, summary: staticSummary, input },
}: MonitorPlan): Promise<string> {
  try {
    await startChild(productionAudit, {
      workflowId,
      args: [input],
      staticSummary,
      parentClosePolicy: ParentClosePolicy.ABANDON,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return workflowId;
}

function show(state: MonitorState): void {
  setCurrentDetails(monitorDetails(progressOf(state)));
}
