import { withoutStack } from './input.ts';
import { ApplicationFailure } from '@temporalio/common';
import { setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { PlannedAudit } from '../activities/types.ts';
import { archivedSignal, isArchived, type Archived } from './archived-signal.ts';
import { plain } from './details.ts';
import { FAILURE } from './failure-types.ts';
import { runPlannedAudit, type PlannedOutcome } from './planned-audit.ts';
import { createSlots } from './slots.ts';
import { counted } from './words.ts';

export interface PeriodResult {
  readonly audits: readonly PlannedOutcome[];
}

const NOTHING = 'Nothing to do: there is no bot.';
const AT_ONCE = 2;

/**
 * Makes or reuses every planned audit: two at a time, those of one bot in the order of time, since each compares itself
 * with the one before. No audit waits for another's mails. Fails at the end, with all others done, if one has no report.
 */
export async function runPlannedAudits(planned: readonly PlannedAudit[]): Promise<PeriodResult> {
  const outcomes = new Map<PlannedAudit, PlannedOutcome>();
  const archived = new Map<string, Archived>();
  setHandler(
    archivedSignal,
    (told) => {
      if (isArchived(told)) archived.set(told.workflowId, told);
    },
    { description: 'What its audits send when their report is archived; people have no use for it.' },
  );
  const context = { slots: createSlots(AT_ONCE), archived };
  const mails: Promise<void>[] = [];
  const show = (): void => {
    setCurrentDetails(planned.map((audit) => line(audit.summary, outcomes.get(audit))).join('\n'));
  };
  const ended = (audit: PlannedAudit, outcome: PlannedOutcome): void => {
    outcomes.set(audit, outcome);
    show();
  };
  const runBot = async (audits: readonly PlannedAudit[]): Promise<void> => {
    for (const audit of audits) {
      const { outcome, mailed } = await runPlannedAudit(audit, context);
      ended(audit, outcome);
      if (mailed === null) continue;
      const told = mailed.then((final) => {
        ended(audit, final);
      });
      // A cancellation reaches the run through the first that is awaited; the others must not count as unhandled.
      told.catch(() => undefined);
      mails.push(told);
    }
  };
  if (planned.length > 0) show();
  else setCurrentDetails(NOTHING);
  await Promise.all(byBot(planned).map(runBot));
  await Promise.all(mails);
  return summarised(planned.flatMap((audit) => outcomes.get(audit) ?? []));
}

/** Each bot's audits, the earliest end first and of one end the longest last: a month comes after its shifts. */
function byBot(planned: readonly PlannedAudit[]): readonly (readonly PlannedAudit[])[] {
  const bots = new Map<string | undefined, PlannedAudit[]>();
  for (const audit of planned) bots.set(audit.input.bot, [...(bots.get(audit.input.bot) ?? []), audit]);
  const order = (a: PlannedAudit, b: PlannedAudit): number =>
    compared(a.input.to, b.input.to) || compared(b.input.from, a.input.from);
  return [...bots.values()].map((audits) => audits.sort(order));
}

function compared(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function summarised(audits: readonly PlannedOutcome[]): PeriodResult {
  const failed = audits.filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0) return { audits };
  const named = failed.map(({ audit, detail }) => `${audit}: ${detail}`).join('; ');
  throw withoutStack(
    ApplicationFailure.nonRetryable(
      `${String(failed.length)} of ${counted(audits.length, 'audit')} ended without a report. ${named}`.slice(
        0,
        2000,
      ),
      FAILURE.auditsFailed,
      { audits },
    ),
  );
}

function line(summary: string, outcome: PlannedOutcome | undefined): string {
  if (outcome === undefined) return `- ○ ${plain(summary, 80)}`;
  const mark = outcome.outcome === 'failed' ? '✘' : '✔';
  const verdict = outcome.verdict === null ? '' : ` **${outcome.verdict}**`;
  return `- ${mark} ${plain(summary, 80)}:${verdict} ${outcome.outcome}, ${plain(outcome.detail, 120)}`;
}
