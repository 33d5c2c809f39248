import type { Block, Part } from '../../../audit/block.ts';
import type { BotFacts } from '../../../audit/evidence.ts';
import type { Finding } from '../../../audit/finding.ts';
import { formatReason } from '../../../audit/format.ts';
import type { JudgedRules, Rows } from '../../../audit/section.ts';
import { sentence } from '../../../audit/text.ts';
import { missing, type Missing } from '../../../audit/value.ts';

/** None where they could not be read. */
export function rowsOf<T>(rows: Rows<T>): readonly T[] {
  return rows.ok ? rows.rows : [];
}

/** Why there are no rows, or no facts; null where they were read. */
export function reasonOf(rows: { readonly ok: true } | ({ readonly ok: false } & Missing)): Missing | null {
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

/** All of a section that reads nothing but a database, where the bot declares that it has none; null where it has one. */
export function withoutDatabase(title: string, what: string, bot: BotFacts): readonly Part[] | null {
  return bot.sources.database === 'none' ? [unseenPart(title, what, missing('not_applicable'), bot)] : null;
}

/** The last part of a section. What could not be judged is told with its reason: no finding of it is no good news. */
export function findingsPart(findings: readonly Finding[], { judged, unjudged }: JudgedRules): Part {
  const which = unjudged.length === 0 ? 'of this section' : 'that could be judged';
  const none =
    judged === 0
      ? 'No condition of this section could be judged.'
      : judged === 1
        ? `The one condition ${which} was not met.`
        : `None of the ${String(judged)} conditions ${which} was met.`;
  const ids = findings.map(({ id }) => id);
  return {
    title: 'Findings',
    blocks: [
      { type: 'findings', findings: ids, none: [none] },
      ...(unjudged.length === 0 ? [] : [unjudgedNote(unjudged)]),
    ],
  };
}

/** Conditions with one reason in one sentence. */
function unjudgedNote(unjudged: JudgedRules['unjudged']): Block {
  const byReason = new Map<string, string[]>();
  for (const { id, title, why } of unjudged) {
    const reason = sentence(formatReason(why.reason, why.detail));
    byReason.set(reason, [...(byReason.get(reason) ?? []), `${title} (${id})`]);
  }
  const sentences = Array.from(byReason, ([reason, rules]) => `${rules.join(', ')}: ${reason}`);
  return { type: 'note', tone: 'neutral', text: [`Not judged: ${sentences.join(' ')}`] };
}
