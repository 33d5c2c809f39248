import type { Assembled } from '../activities/types.ts';
import type { AuditResult } from './types.ts';

export type Mails = AuditResult['mails'];

/** References and small summaries: what the workflow returns and its current details show. */
export function auditResult(
  { report, verdict, colour, overall, scores, coverage, topFindings, findings, actions }: Assembled,
  urls: Readonly<Record<string, string>>,
  degraded: readonly string[],
  mails: Mails,
): AuditResult {
  return {
    bot: report.bot,
    kind: report.kind,
    window: report.window,
    verdict,
    colour,
    overall,
    scores,
    coverage,
    topFindings,
    findings,
    actions,
    revision: report.revision,
    reportHash: report.reportHash,
    evidenceHash: report.evidenceHash,
    urls,
    degraded: [...degraded],
    mails,
  };
}
