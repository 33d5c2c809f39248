import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  continueAsNew,
  defineQuery,
  isCancellation,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { MonitorPlan } from '../activities/types.ts';
import type { Window } from '../audit/evidence.ts';
import { light, snapshotting } from './activity-proxies.ts';
import { gapMinutes, MINUTE_MS, withGap } from './monitor-gaps.ts';
import { productionAudit } from './production-audit.ts';
import { describeRun, inOwnWords, nominalTime } from './run-facts.ts';
import { parseMonitorInput, type MonitorInput } from './schedule-input.ts';
import { counted } from './words.ts';

/** What one hour hands to the next through continue-as-new. */
export interface MonitorState {
  readonly plan: MonitorPlan;
  /** The next nominal minute, milliseconds. */
  readonly nextMs: number;
  readonly taken: number;
  readonly gaps: readonly Window[];
}

export interface MonitorResult {
  readonly bot: string;
  readonly window: Window;
  readonly expected: number;
  readonly taken: number;
  /** Minutes without a snapshot, joined to intervals. */
  readonly gaps: readonly Window[];
  /** Id of the audit that was started. */
  readonly audit: string;
}

export const monitorQuery = defineQuery<Omit<MonitorResult, 'audit'>>('progress');

/** A snapshot belongs to its minute: one that would start later than this is a gap. */
const LATEST_START_MS = 50_000;
/** One timer and one activity are about eleven events: an hour keeps the history small. */
const SLOTS_A_RUN = 60;

/**
 * One snapshot a minute over a window, then the window's audit. Minutes that were missed are gaps, never filled in.
 * `state` is for continue-as-new only; people give one input.
 */
export async function monitorWindow(
  input?: MonitorInput,
  state?: MonitorState,
  ...more: readonly unknown[]
): Promise<MonitorResult> {
  const isContinued = workflowInfo().continuedFromExecutionRunId !== undefined;
  const surplus = isContinued || state === undefined ? more : [state, ...more];
  let now = (isContinued ? state : undefined) ?? (await inOwnWords(() => begin(input, surplus)));
  setHandler(monitorQuery, () => summary(now), { description: 'Snapshots taken, and the gaps so far.' });
  const { plan } = now;
  const endMs = Date.parse(plan.window.to);
  const stopMs = Math.min(endMs, now.nextMs + SLOTS_A_RUN * MINUTE_MS);
  while (now.nextMs < stopMs) {
    show(now);
    const seen = await snapshotAt(plan.bot, now.nextMs);
    now = {
      ...now,
      nextMs: now.nextMs + MINUTE_MS,
      taken: now.taken + (seen ? 1 : 0),
      gaps: seen ? now.gaps : withGap(now.gaps, now.nextMs),
    };
  }
  show(now);
  if (now.nextMs < endMs) return continueAsNew<typeof monitorWindow>(input, now);
  await waitUntil(endMs + plan.settleDelayS * 1000, 'until the evidence has settled');
  return { ...summary(now), audit: await startAudit(plan) };
}

setWorkflowOptions({ failureExceptionTypes: [Error] }, monitorWindow);

async function begin(input: MonitorInput | undefined, more: readonly unknown[]): Promise<MonitorState> {
  const plan = await light.planMonitor({ input: parseMonitorInput(input, more), now: nominalTime() });
  describeRun({ bot: plan.bot, kind: 'monitor', period: plan.period }, plan.searchAttributes);
  return { plan, nextMs: Date.parse(plan.window.from), taken: 0, gaps: [] };
}

/** Whether the minute was seen: in time, and by the source. */
async function snapshotAt(bot: string, slotMs: number): Promise<boolean> {
  const slot = new Date(slotMs).toISOString();
  const minute = slot.slice(11, 16);
  await waitUntil(slotMs, minute);
  if (Date.now() - slotMs > LATEST_START_MS) return false;
  try {
    await snapshotting.takeSnapshot.executeWithOptions({ summary: minute }, [{ bot, slot }]);
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return false;
  }
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

function summary({ plan, taken, gaps }: MonitorState): Omit<MonitorResult, 'audit'> {
  const expected = (Date.parse(plan.window.to) - Date.parse(plan.window.from)) / MINUTE_MS;
  return { bot: plan.bot, window: plan.window, expected, taken, gaps };
}

function show(state: MonitorState): void {
  const { bot, window, expected, taken, gaps } = summary(state);
  const missed = gapMinutes(gaps);
  const newest = gaps.slice(-10).map(({ from, to }) => `- \`${from}\` to \`${to}\``);
  setCurrentDetails(
    [
      `**Monitoring** \`${bot}\``,
      `- window \`${window.from}\` to \`${window.to}\`\n- ${String(taken)} of ${counted(expected, 'snapshot')}, ${counted(missed, 'minute')} missed`,
      ...(newest.length === 0 ? [] : [`**Newest gaps**\n\n${newest.join('\n')}`]),
    ].join('\n\n'),
  );
}
