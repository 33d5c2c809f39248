import { isEmptyPlan, planLines, type ShownPlan } from '../audit/retention-text.ts';
import type { MailContent } from './mail.ts';
import { plainMail } from './plain-mail.ts';

export interface PurgeMailRequest extends ShownPlan {
  readonly approval: 'dryRun' | 'schedule' | 'person';
  readonly planHash: string;
  readonly workflowId: string;
  readonly approvalHours: number;
  /** Link to the run in the Web UI; null when nobody knows where that is. */
  readonly runUrl: string | null;
}

/** The plan of a purge, and what a person is to do with it. */
export function composePurgeMail(request: PurgeMailRequest): MailContent {
  const { planHash } = request;
  const short = planHash.slice(0, 12);
  const subject = {
    dryRun: `[PURGE dry run] what retention would remove (plan ${short})`,
    refused: `[PURGE refused] plan ${short}`,
    incomplete: '[PURGE incomplete] not everything could be planned',
    begun: `[PURGE begun] plan ${short} approved itself`,
    waits: `[PURGE waits for approval] plan ${short}`,
  }[stateOf(request)];
  const run = `Run ${request.workflowId}, plan ${planHash}`;
  const text = [...planLines(request), '', ...todo(request), '', run].join('\n');
  return plainMail(subject, text);
}

type State = 'dryRun' | 'refused' | 'incomplete' | 'begun' | 'waits';

function stateOf(request: PurgeMailRequest): State {
  if (request.approval === 'dryRun') return 'dryRun';
  if (request.tripped.length > 0) return 'refused';
  if (isEmptyPlan(request)) return 'incomplete';
  return request.approval === 'schedule' ? 'begun' : 'waits';
}

function todo(request: PurgeMailRequest): readonly string[] {
  const { planHash, approvalHours, runUrl } = request;
  const short = planHash.slice(0, 12);
  const lines: Readonly<Record<State, readonly string[]>> = {
    dryRun: [
      'Nothing was removed: this was a dry run, as the first purge of a store always is.',
      'The periods are in the configuration under "retention". Reports that must stay: production-audit hold add REPORT --reason TEXT.',
    ],
    refused: ['Nothing was removed.'],
    incomplete: ['Nothing is removed, and nothing waits for an approval: what could be planned is young.'],
    begun: [
      'The schedule approved this plan itself (retention.selfApprove), and what it names is being removed.',
      'Cancel the run to keep what is left of it. What a hold keeps stays: production-audit hold add REPORT --reason TEXT.',
    ],
    waits: [
      `Nothing is removed until somebody approves it within ${String(approvalHours)} hours:`,
      `  production-audit purge --approve ${short}`,
      `or in the Web UI the update "approve" with {"plan": "${short}", "by": "your name"}.`,
    ],
  };
  return [...lines[stateOf(request)], ...(runUrl === null ? [] : [`The run: ${runUrl}`])];
}
