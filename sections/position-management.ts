import { defineSection } from '../audit/define-section.ts';
import type { Block, Part } from '../audit/block.ts';
import { formatReason } from '../audit/format.ts';
import type { Output } from '../audit/section.ts';
import { fig, text } from '../audit/text.ts';
import { checks } from './position-management/checks.ts';
import { entrySource, factsOf, type Facts } from './position-management/facts.ts';
import { queries, settings, uses, type Input } from './position-management/input.ts';
import { reconstructedChart, snapshotChart } from './position-management/open-chart.ts';
import { abandonedPosition } from './position-management/rule-abandoned.ts';
import { entryFailures } from './position-management/rule-entries.ts';
import { exitReasonUnknown } from './position-management/rule-exits.ts';
import { maxConcurrent } from './position-management/rule-max-concurrent.ts';
import {
  closedWithoutTime,
  exitsByReason,
  statistics,
  wholeBotFigures,
} from './position-management/statistics.ts';
import { ABOVE_LIMIT, aboveLimitTable, answerTable, exitTable } from './position-management/tables.ts';
import { firstMissing, groupBy } from './shared/facts/row-values.ts';
import { findingsPart } from './shared/vocabulary/findings-part.ts';
import { tableBlock } from './shared/vocabulary/table.ts';
import { unseenNote, unseenPart } from './shared/vocabulary/unseen.ts';

/** Section 1: what was opened, closed and held, within which limits (catalogue 3.2 and 4.1). */
export const positionManagement = defineSection({
  id: 'position-management',
  number: '1',
  title: 'Position management',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    for (const group of [statistics, wholeBotFigures, exitsByReason]) group(facts, input).define(out);
    const { spells, opened } = facts.above;
    const head = { id: ABOVE_LIMIT, title: 'Positions opened above the limit', queries: facts.from.queries };
    if (spells.length > 0) out.dataset(aboveLimitTable.of(head, opened, input.bot.quoteCurrency));
  },
  checks,
  rules: [maxConcurrent, entryFailures, abandonedPosition, exitReasonUnknown],
  parts(facts, input, out, findings, rules) {
    const { source } = facts;
    const numbers =
      source.ok || input.bot.sources.database !== 'none'
        ? [...notes(facts), statistics(facts, input).block(out)]
        : unseenPart('Statistics', 'positions and their exits', source, input.bot).blocks;
    return [
      {
        title: 'Statistics',
        blocks: [...numbers, ...reconstructedChart(facts, input, out), ...snapshotChart(facts, input, out)],
      },
      ...exitPart(facts, input, out),
      ...failurePart(facts, input, out),
      findingsPart(findings, rules, source.ok || facts.entries.ok),
    ];
  },
});

/** What a reader must know before the numbers: why not a better source, and what was left out. */
function notes(facts: Facts): readonly Block[] {
  const { source } = facts;
  if (!source.ok) return [unseenNote('Positions', source)];
  const sentences = [
    ...(source.why === null
      ? []
      : text`These numbers are what the bot reports of itself, because fills do not serve: ${source.why}. `),
    ...(closedWithoutTime(facts) === 0
      ? []
      : text`${fig('closes_without_time')} closed rows have no closing time; their fills stand in for it, or else their last update. `),
    ...(source.unusableRows.length === 0
      ? []
      : text`${fig('positions_unusable')} rows without a usable time, quantity or price are in no number. `),
  ];
  return sentences.length === 0 ? [] : [{ type: 'note', tone: 'warning', text: sentences }];
}

function exitPart({ exits, from }: Facts, { bot }: Input, out: Output): readonly Part[] {
  if (exits.length === 0) return [];
  const head = { id: 'position-management.exits', title: 'Closes by reason', queries: from.queries };
  const shown = tableBlock(
    out.dataset(exitTable.of(head, exits, bot.quoteCurrency)),
    13,
    'No position was closed.',
  );
  const lost = firstMissing(exits.map(({ net }) => net));
  const why = text`Net PnL by reason is not available where it is empty: ${lost ? formatReason(lost.reason, lost.detail) : ''}.`;
  const blocks: readonly Block[] = lost ? [shown, { type: 'note', tone: 'neutral', text: why }] : [shown];
  return [{ title: 'Exit reasons', blocks }];
}

function failurePart({ entries, of }: Facts, { bot }: Input, out: Output): readonly Part[] {
  const { failed } = of(null);
  if (failed.length === 0) return [];
  const answers = [...groupBy(failed, ({ venue, code }) => `${venue}\n${code}`).values()];
  const head = {
    id: 'position-management.failures',
    title: 'Failed entries by answer',
    queries: entrySource(entries).queries,
  };
  const rows = answers.sort((a, b) => b.length - a.length);
  const dataset = out.dataset(answerTable.of(head, rows, bot.quoteCurrency));
  return [{ title: 'Failed entries', blocks: [tableBlock(dataset, 8, 'No entry order failed.')] }];
}
