import { planLines, type ShownPlan } from '../audit/retention-text.ts';
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
  const { approval, tripped, planHash } = request;
  const short = planHash.slice(0, 12);
  const subject =
    approval === 'dryRun'
      ? `[PURGE dry run] what retention would remove (plan ${short})`
      : `[PURGE ${tripped.length === 0 ? 'waits for approval' : 'refused'}] plan ${short}`;
  const run = `Run ${request.workflowId}, plan ${planHash}`;
  const text = [...planLines(request), '', ...todo(request), '', run].join('\n');
  return plainMail(subject, text);
}

function todo({ approval, tripped, planHash, approvalHours, runUrl }: PurgeMailRequest): readonly string[] {
  const where = runUrl === null ? [] : [`The run: ${runUrl}`];
  if (approval === 'dryRun')
    return [
      'Nothing was removed: this was a dry run, as the first purge of a store always is.',
      'The periods are in the configuration under "retention". Reports that must stay: production-audit hold add REPORT --reason TEXT.',
      ...where,
    ];
  if (tripped.length > 0) return ['Nothing was removed.', ...where];
  const short = planHash.slice(0, 12);
  return [
    `Nothing is removed until somebody approves it within ${String(approvalHours)} hours:`,
    `  production-audit purge --approve ${short}`,
    `or in the Web UI the update "approve" with {"plan": "${short}", "by": "your name"}.`,
    ...where,
  ];
}
