import type { Block, Part } from '../../audit/block.ts';
import { duration, formatValue } from '../../audit/format.ts';
import type { Finding } from '../../audit/finding.ts';
import { ms } from '../../audit/time.ts';

/** The bot's own events are half of what was critical: what this audit found stands above them, in time. */
export function besideFindings(parts: readonly Part[], findings: readonly Finding[]): readonly Part[] {
  const critical = findings
    .filter(({ severity }) => severity === 'CRITICAL')
    .sort((a, b) => ms(a.firstSeen) - ms(b.firstSeen));
  if (critical.length === 0) return parts;
  const found: Part = { title: 'Found by this audit', blocks: [listOf(critical)] };
  return [...parts.slice(0, 1), found, ...parts.slice(1)];
}

function listOf(findings: readonly Finding[]): Block {
  return {
    type: 'list',
    ordered: false,
    items: findings.map((finding) => ({
      lead: [timeOf(finding)],
      detail: finding.title,
      finding: finding.id,
    })),
    empty: [],
  };
}

function timeOf({ firstSeen, lastSeen }: Finding): string {
  const seconds = (ms(lastSeen) - ms(firstSeen)) / 1000;
  return `${formatValue(firstSeen, 'time')}${seconds > 0 ? `, for ${duration(seconds)}` : ''}`;
}
