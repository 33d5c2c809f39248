import { setCurrentDetails, setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import type { Notice } from '../audit/alerts/notice.ts';
import { guarding, light, unrecorded } from './activity-proxies.ts';
import { clipped, plain } from './details.ts';
import { describeRun, failureText, forgetInherited, inOwnWords, nominalTime } from './run-facts.ts';
import { parseWatchdogInput, type WatchdogInput } from './schedule-input.ts';
import { sendNotice } from './send-notice.ts';
import { isStoreAway } from './store-wait.ts';
import { counted } from './words.ts';

export interface WatchdogResult {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** What is missing now, told or not; null: our own store was away, and nothing could be asked. */
  readonly problems: number | null;
  /** What was told in this run. */
  readonly told: readonly string[];
  /** Who was not reached, with the reason. */
  readonly failed: readonly string[];
}

/** Every expected window has its report, every delivery is settled, every schedule ran: what is missing is told once. */
export async function reportWatchdog(
  input?: WatchdogInput,
  ...more: readonly unknown[]
): Promise<WatchdogResult> {
  return inOwnWords(async () => {
    forgetInherited();
    parseWatchdogInput(input, more);
    const at = nominalTime();
    const result = await check(at).catch((error: unknown) => {
      if (isStoreAway(error)) return withoutStore(at, failureText(error));
      throw error;
    });
    setCurrentDetails(details(result));
    return result;
  });
}

setWorkflowOptions({ failureExceptionTypes: [Error] }, reportWatchdog);

async function check(at: string): Promise<WatchdogResult> {
  const { problems, untold, searchAttributes } = await guarding.checkReports({ at });
  describeRun({ kind: 'watchdog' }, searchAttributes);
  if (untold.length === 0) return { at, problems, told: [], failed: [] };
  const told = untold.map(({ text }) => text);
  const { sent, failed } = await sendNotice(noticeOf(at, told));
  // What reached nobody is told by the next run.
  if (sent > 0) await light.reportsTold({ ids: untold.map(({ id }) => id), at });
  return { at, problems, told, failed };
}

/** Told once, as long as the run before has not said so. */
async function withoutStore(at: string, why: string): Promise<WatchdogResult> {
  const before = workflowInfo().lastResult as WatchdogResult | undefined;
  const text = `The audit's own store cannot be used: ${why} Until it can, no report is made or mailed.`;
  if (before?.problems === null && before.failed.length === 0)
    return { at, problems: null, told: [], failed: [] };
  const { failed } = await unrecorded.sendUnrecorded({ notice: noticeOf(at, [text]) });
  return { at, problems: null, told: [text], failed };
}

function noticeOf(at: string, lines: readonly string[]): Notice {
  return {
    key: `watchdog/${workflowInfo().runId}`,
    to: 'watchdog',
    at,
    workflowId: workflowInfo().workflowId,
    subject: `[WATCHDOG] ${counted(lines.length, 'thing')} did not happen`,
    text: lines.map((line) => `- ${line}`).join('\n'),
  };
}

function details({ at, problems, told, failed }: WatchdogResult): string {
  const found =
    problems === null
      ? 'the store was away'
      : problems === 0
        ? 'nothing is missing'
        : `${String(problems)} missing`;
  return clipped(
    [
      `**${at.slice(0, 16).replace('T', ' ')} UTC**: ${found}`,
      ...(told.length === 0
        ? []
        : [`**Told now**\n\n${told.map((line) => `- ${plain(line, 300)}`).join('\n')}`]),
      ...(failed.length === 0
        ? []
        : [`**Not reached**\n\n${failed.map((line) => `- ${plain(line, 200)}`).join('\n')}`]),
    ].join('\n\n'),
  );
}
