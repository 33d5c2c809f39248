import { defineSection } from '../audit/define-section.ts';
import { ladder } from '../audit/statistics.ts';
import { fig, text } from '../audit/text.ts';
import { isKnown } from '../audit/value.ts';
import { factsOf, type Facts } from './pnl/facts.ts';
import { queries, uses, type Input } from './pnl/input.ts';
import { partsOf } from './pnl/parts.ts';
import { concentration } from './pnl/rule-concentration.ts';
import { costsEatProfit } from './pnl/rule-costs.ts';
import { dailyLoss } from './pnl/rule-daily-loss.ts';
import { singleLosses } from './pnl/rule-single-loss.ts';
import { settings } from './pnl/settings.ts';
import { accountingStatistics } from './pnl/statistics-accounting.ts';
import { resultStatistics } from './pnl/statistics-results.ts';
import { returnStatistics } from './pnl/statistics-returns.ts';
import { riskStatistics } from './pnl/statistics-risk.ts';
import { defineTables } from './pnl/tables.ts';
import { check, score, unknown } from './shared/vocabulary/check.ts';

/** 1 up to the warning, 0 when the limit is gone. */
const lossLimits = check<Facts, Input>({
  id: 'PN8',
  title: 'Loss limits',
  dimension: 'risk',
  weight: 10,
  source: 'database',
  rung: ({ source }) => (source.ok ? source.rung : 'bot'),
  judge({ limitUse: { used, byEquity } }, { settings: { lossWarnPercent: warning } }) {
    if (!isKnown(used))
      return unknown(used.reason, [
        `Use of the daily loss limit is not known: ${used.detail ?? used.reason}.`,
      ]);
    return score(
      used.value <= warning ? 1 : ladder(used.value, warning, (warning + 100) / 2, 100),
      text`${fig('daily_loss_used')} of the daily loss limit is used, by ${byEquity ? 'the fall of equity' : 'closed positions'}.`,
    );
  },
});

/** Section 9: what the closed positions earned, and whether the limits held. */
export const pnl = defineSection({
  id: 'pnl',
  number: '9',
  title: 'PnL analysis',
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
  parts: partsOf,
});
