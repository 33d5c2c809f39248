import { defineSection } from '../audit/define-section.ts';
import type { Block } from '../audit/block.ts';
import { ladder } from '../audit/statistics.ts';
import { fig, text } from '../audit/text.ts';
import { isKnown } from '../audit/value.ts';
import { cumulativeChart, drawdownChart } from './pnl/chart.ts';
import { factsOf, type Facts } from './pnl/facts.ts';
import { queries, settings, uses, type Input } from './pnl/input.ts';
import { concentration } from './pnl/rule-concentration.ts';
import { costsEatProfit } from './pnl/rule-costs.ts';
import { dailyLoss } from './pnl/rule-daily-loss.ts';
import { singleLosses } from './pnl/rule-single-loss.ts';
import { resultStatistics, unknownResults } from './pnl/statistics-results.ts';
import { returnStatistics } from './pnl/statistics-returns.ts';
import { accountingBlock, accountingStatistics, riskStatistics } from './pnl/statistics-whole-bot.ts';
import { defineTables } from './pnl/tables.ts';
import { partName } from './shared/facts/limits.ts';
import { check, score, unknown } from './shared/vocabulary/check.ts';
import { findingsPart, unseenPart, reasonOf } from './shared/vocabulary/unseen.ts';
import { tableBlock } from './shared/vocabulary/table.ts';
import { names } from './shared/vocabulary/words.ts';

/** 1 up to the warning, 0 when the limit is gone. */
const lossLimits = check<Facts, Input>({
  id: 'PN8',
  title: 'Loss limits',
  dimension: 'risk',
  weight: 10,
  source: 'database',
  rung: ({ source }) => (source.ok ? source.rung : 'bot'),
  judge({ limitUse, limitUsesOfParts, unreadLimits }, { settings: { lossWarnPercent: warning } }) {
    const parts = limitUsesOfParts.map(({ used }) => used);
    // Without a limit of the whole, those of its parts stand alone.
    const all = limitUse.limit === null && parts.length > 0 ? parts : [limitUse.used, ...parts];
    const worst = Math.max(0, ...all.filter(isKnown).map(({ value }) => value));
    const blind = unreadLimits ?? all.find((one) => !isKnown(one)) ?? null;
    // What is over a limit is known, whatever else could not be seen.
    if (blind && !isKnown(blind) && worst <= 100)
      return unknown(blind.reason, [
        `Use of the daily loss limit is not known: ${blind.detail ?? blind.reason}.`,
      ]);
    const over = limitUsesOfParts.filter(({ used }) => isKnown(used) && used.value > 100);
    return score(
      worst <= warning ? 1 : ladder(worst, warning, (warning + 100) / 2, 100),
      text`${fig('daily_loss_used')} of the daily loss limit is used, by ${limitUse.byEquity ? 'the fall of equity' : 'closed positions'}.${over.length === 0 ? '' : ` Over its own limit: ${names(over.flatMap(({ limit }) => (limit ? [partName(limit)] : [])))}.`}`,
    );
  },
});

/** Section 9: what the closed positions earned, and whether the limits held. */
export const pnl = defineSection({
  id: 'pnl',
  number: '9',
  title: 'PnL analysis',
  subject: { entity: 'fill', without: 'at which prices it traded and what that cost' },
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    for (const statistics of [resultStatistics, riskStatistics, accountingStatistics, returnStatistics])
      statistics(facts, input)?.define(out);
    defineTables(facts, input, out);
  },
  checks: [lossLimits],
  rules: [costsEatProfit, dailyLoss, singleLosses, concentration],
  unseen: ({ source }) => reasonOf(source),
  parts(facts, input, out, findings, rules) {
    const { source, closed } = facts;
    if (!source.ok)
      return [
        unseenPart('Summary', 'closed positions and their results', source, input.bot),
        findingsPart(findings, rules),
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
          tableBlock('pnl.strategies', 8, noResult, 'By strategy'),
        ],
      },
      {
        title: 'Best and worst trades',
        blocks: [
          tableBlock('pnl.winners', 3, empty('winner'), 'Top 3 winners'),
          tableBlock('pnl.losers', 3, empty('loser'), 'Top 3 losers'),
          tableBlock('pnl.symbols', 5, noResult, 'By symbol'),
        ],
      },
      {
        title: 'Losses and limits',
        blocks: [riskStatistics(facts, input).block(out), ...drawdownChart(facts, input, out)],
      },
      ...(returns ? [{ title: 'Daily returns', blocks: [returns.block(out)] }] : []),
      {
        title: 'Accounting checks',
        blocks: [
          accountingBlock(facts, input, out),
          ...(facts.convertedFees.length > 0
            ? [tableBlock('pnl.converted-fees', 8, 'No fee was paid in another asset.', 'Converted fees')]
            : []),
        ],
      },
      findingsPart(findings, rules),
    ];
  },
});

/** Why the numbers are not better than they are, before anybody reads them. */
function notes({ source, closed: { gap } }: Facts): readonly Block[] {
  return [
    source.ok && source.why !== null ? `Results are ${source.basis}: ${source.why}.` : null,
    gap && `PnL cannot be computed: ${gap.detail ?? gap.reason}.`,
  ]
    .filter((warning) => warning !== null)
    .map((warning) => ({ type: 'note', tone: 'warning', text: [warning] }));
}
