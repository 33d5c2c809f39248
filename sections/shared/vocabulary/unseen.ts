import type { Block, Part } from '../../../audit/block.ts';
import type { BotFacts } from '../../../audit/evidence.ts';
import type { Finding } from '../../../audit/finding.ts';
import { formatReason } from '../../../audit/format.ts';
import type { Rows } from '../../../audit/section.ts';
import type { Missing } from '../../../audit/value.ts';

/** None where they could not be read. */
export function rowsOf<T>(rows: Rows<T>): readonly T[] {
  return rows.ok ? rows.rows : [];
}

/** Why there are no rows; null where they were read. */
export function reasonOf(rows: Rows<unknown>): Missing | null {
  return rows.ok ? null : rows;
}

/** Why the numbers below it are missing. */
export function unseenNote(what: string, { reason, detail }: Missing): Block {
  const text = `${what} could not be seen: ${formatReason(reason, detail)}.`;
  return { type: 'note', tone: 'warning', text: [text] };
}

/** One sentence in place of tables in which every cell would say the same. */
export function unseenPart(title: string, what: string, why: Missing, bot: BotFacts): Part {
  const isNone = bot.sources.database === 'none';
  const text = isNone
    ? `The source database is declared none, so ${what} are outside of this audit.`
    : `Nothing can be said about ${what}: ${formatReason(why.reason, why.detail)}.`;
  return { title, blocks: [{ type: 'note', tone: isNone ? 'neutral' : 'warning', text: [text] }] };
}

/**
 * The last part of a section. `judged` false: its rows could not be read, so that no finding is no good news; `rules` is
 * how many conditions the section has.
 */
export function findingsPart(findings: readonly Finding[], rules: number, judged = true): Part {
  const none = judged
    ? `None of the ${String(rules)} conditions of this section was met.`
    : 'No condition of this section could be judged.';
  const ids = findings.map(({ id }) => id);
  return { title: 'Findings', blocks: [{ type: 'findings', findings: ids, none: [none] }] };
}
