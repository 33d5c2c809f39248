import type { PurgePlanned } from '../activities/upkeep-types.ts';
import { planLines, removedLines } from '../audit/retention-text.ts';
import { PURGE_TITLES, type PurgeClass } from '../audit/retention.ts';
import { plain } from './details.ts';
import type { PurgeProgress } from './purge-types.ts';

const SHORT = 12;

/** Current details of a purge for the Web UI: what was planned, what is to be done, what was removed. */
export function purgeDetails({ stage, plan, approvedBy, left, result }: PurgeProgress): string {
  if (plan === null) return '▶ Planning: nothing is removed yet.';
  const parts = [`**Plan** \`${plan.planHash.slice(0, SHORT)}\`\n\n${list(planLines(plan))}`];
  if (stage === 'waiting') parts.unshift(waitingText(plan));
  if (approvedBy !== null) parts.push(`Approved by ${plain(approvedBy, 80)}.`);
  if (stage === 'removing') parts.push(`**Left to remove**\n\n${list(leftLines(left))}`);
  if (result !== null) {
    const lines = removedLines(result.removed);
    parts.unshift(
      `## ${result.outcome}\n\n${lines.length === 0 ? 'Nothing was removed.' : list(lines)}`,
      `Mail: ${plain(result.mails, 200)}.`,
    );
  }
  return parts.join('\n\n');
}

/** How a plan is approved, for the details and the log. */
export function waitingText({ planHash, approvalHours }: PurgePlanned): string {
  const short = planHash.slice(0, SHORT);
  return `**Waits for approval** for ${String(approvalHours)} hours: send the update \`approve\` with \`{"plan": "${short}", "by": "your name"}\`, or \`production-audit purge --approve ${short}\`. Cancel the run to refuse it.`;
}

function leftLines(left: Readonly<Partial<Record<PurgeClass, number>>>): readonly string[] {
  return Object.entries(left).map(([name, count]) => `${PURGE_TITLES[name as PurgeClass]}: ${String(count)}`);
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${plain(line, 400)}`).join('\n');
}
