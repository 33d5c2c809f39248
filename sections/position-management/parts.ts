import type { Block, Part } from '../../audit/block.ts';
import type { Finding } from '../../audit/finding.ts';
import { formatReason } from '../../audit/format.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { isKnown } from '../../audit/value.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { findingsPart } from '../shared/vocabulary/findings-part.ts';
import { unseenNote, unseenPart } from '../shared/vocabulary/unseen.ts';
import { entrySource, type Facts } from './facts.ts';
import type { Input } from './input.ts';
import { reconstructedChart, snapshotChart } from './open-chart.ts';
import { statistics } from './statistics.ts';
import { answerTable, exitTable } from './tables.ts';
import { closedWithoutTime } from './whole-bot.ts';

/** How the section is shown: statistics, charts, exits, failed entries, findings. */
export function parts(
  facts: Facts,
  input: Input,
  out: Output,
  findings: readonly Finding[],
  rules: number,
): readonly Part[] {
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
}

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
  const dataset = out.dataset(exitTable.of(head, exits, bot.quoteCurrency));
  const lost = exits.map(({ net }) => net).find((net) => !isKnown(net));
  const why: readonly Block[] =
    lost === undefined || isKnown(lost)
      ? []
      : [
          {
            type: 'note',
            tone: 'neutral',
            text: text`Net PnL by reason is not available where it is empty: ${formatReason(lost.reason, lost.detail)}.`,
          },
        ];
  return [
    {
      title: 'Exit reasons',
      blocks: [{ type: 'table', dataset, limit: 13, empty: text`No position was closed.` }, ...why],
    },
  ];
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
  return [
    {
      title: 'Failed entries',
      blocks: [{ type: 'table', dataset, limit: 8, empty: text`No entry order failed.` }],
    },
  ];
}
