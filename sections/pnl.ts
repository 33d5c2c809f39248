import type { CheckOutcome } from '../audit/check.ts';
import { defineSection } from '../audit/define-section.ts';
import { ladder } from '../audit/statistics.ts';
import { fig, text } from '../audit/text.ts';
import { isKnown } from '../audit/value.ts';
import { factsOf, queries, type Facts, type Input } from './pnl/facts.ts';
import { defineDatasets } from './pnl/datasets.ts';
import { checkFigures } from './pnl/figures-checks.ts';
import { riskFigures } from './pnl/figures-risk.ts';
import { resultFigures } from './pnl/figures.ts';
import { deepestLoss, lossUsed } from './pnl/limit-use.ts';
import { partsOf } from './pnl/parts.ts';
import { returnFigures } from './pnl/returns-figures.ts';
import { dailyLoss, singleLosses } from './pnl/rules-limits.ts';
import { concentration, costsEatProfit } from './pnl/rules-results.ts';
import { settings } from './pnl/settings.ts';

function lossCheck(facts: Facts, { settings: s, credit }: Input): CheckOutcome {
  const used = lossUsed(facts);
  if (!facts.source.ok || !isKnown(used)) {
    const reason = isKnown(used) ? 'no_data' : used.reason;
    return {
      state: 'unknown',
      reason,
      text: [
        `Use of the daily loss limit is not known: ${isKnown(used) ? '' : (used.detail ?? used.reason)}.`,
      ],
    };
  }
  return {
    state: 'known',
    // Full score up to three quarters of the limit, nothing when it is gone.
    r:
      used.value <= s.lossWarnPercent
        ? 1
        : ladder(used.value, s.lossWarnPercent, (s.lossWarnPercent + 100) / 2, 100),
    credit: credit[facts.source.rung],
    text: text`${fig('daily_loss_used')} of the daily loss limit is used, by ${deepestLoss(facts)?.by === 'equity' ? 'the fall of equity' : 'closed positions'}.`,
  };
}

/** Section 9: what the closed positions earned, and whether the limits held. */
export const pnl = defineSection({
  id: 'pnl',
  number: '9',
  title: 'PnL analysis',
  settings,
  queries,
  facts: factsOf,
  figures(facts, input, out) {
    resultFigures(facts, input, out);
    riskFigures(facts, input, out);
    checkFigures(facts, input, out);
    returnFigures(facts, input, out);
    defineDatasets(facts, input, out);
  },
  checks: [
    {
      id: 'PN8',
      title: 'Loss limits',
      dimension: 'risk',
      weight: 10,
      source: 'database',
      evaluate: lossCheck,
    },
  ],
  rules: [
    {
      id: 'PN-01',
      dimension: 'risk',
      title: 'Net below zero while gross above',
      condition: 'gross > 0 and net < 0 over at least 10 closed positions',
      evaluate: costsEatProfit,
    },
    {
      id: 'PN-02',
      dimension: 'risk',
      title: 'Loss limit',
      condition: 'over 75 % of the daily loss limit',
      evaluate: dailyLoss,
    },
    {
      id: 'PN-03',
      dimension: 'risk',
      title: 'Single-trade loss',
      condition: 'a loss over the per-trade limit, over twice its plan, or over 5 % of equity',
      evaluate: singleLosses,
    },
    {
      id: 'PN-04',
      dimension: 'risk',
      title: 'Concentration',
      condition: 'one symbol or trade with over 60 % of all results',
      evaluate: concentration,
    },
  ],
  parts: partsOf,
});
