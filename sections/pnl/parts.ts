import type { Block, Part } from '../../audit/block.ts';
import type { Finding } from '../../audit/finding.ts';
import type { Output } from '../../audit/section.ts';
import { findingsPart } from '../shared/vocabulary/findings-part.ts';
import { unseenPart } from '../shared/vocabulary/unseen.ts';
import { cumulativeChart } from './chart.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { accountingStatistics } from './statistics-accounting.ts';
import { resultStatistics, unknownResults } from './statistics-results.ts';
import { returnStatistics } from './statistics-returns.ts';
import { riskStatistics } from './statistics-risk.ts';

export function partsOf(
  facts: Facts,
  input: Input,
  out: Output,
  findings: readonly Finding[],
  rules: number,
): readonly Part[] {
  const { source, closed } = facts;
  if (!source.ok)
    return [
      unseenPart('Summary', 'closed positions and their results', source, input.bot),
      ...(findings.length > 0 ? [findingsPart(findings, rules)] : []),
    ];
  const returns = returnStatistics(facts, input);
  const noResult = 'No closed position has a result.';
  const empty = (what: string): string =>
    closed.gap ? 'Results are not known; the reason stands above.' : `No closed position is a ${what}.`;
  return [
    {
      title: 'Summary',
      blocks: [
        ...notes(facts),
        (closed.gap ? unknownResults : resultStatistics)(facts, input).block(out),
        ...cumulativeChart(facts, input, out),
        best('By strategy', 'strategies', 8, noResult),
      ],
    },
    {
      title: 'Best and worst trades',
      blocks: [
        best('Top 3 winners', 'winners', 3, empty('winner')),
        best('Top 3 losers', 'losers', 3, empty('loser')),
        best('By symbol', 'symbols', 8, noResult),
      ],
    },
    { title: 'Losses and limits', blocks: [riskStatistics(facts, input).block(out)] },
    ...(returns ? [{ title: 'Daily returns', blocks: [returns.block(out)] }] : []),
    { title: 'Accounting checks', blocks: [accountingStatistics(facts, input).block(out)] },
    findingsPart(findings, rules),
  ];
}

function best(title: string, dataset: string, limit: number, empty: string): Block {
  return { type: 'table', title, dataset: `pnl.${dataset}`, limit, empty: [empty] };
}

/** Why the numbers are not better than they are, before anybody reads them. */
function notes({ source, closed: { gap } }: Facts): readonly Block[] {
  const warnings = [
    source.ok && source.why !== null ? `Results are ${source.basis}: ${source.why}.` : null,
    gap && `PnL cannot be computed: ${gap.detail ?? gap.reason}.`,
  ];
  return warnings
    .filter((warning) => warning !== null)
    .map((warning) => ({ type: 'note', tone: 'warning', text: [warning] }));
}
