import type { CheckOutcome } from '../audit/check.ts';
import { defineSection } from '../audit/define-section.ts';
import { ladder } from '../audit/statistics.ts';
import { fig, text } from '../audit/text.ts';
import { isKnown } from '../audit/value.ts';
import { factsOf, queries, type Facts, type Input } from './pnl/facts.ts';
import { defineDatasets } from './pnl/datasets.ts';
import { checkFigures } from './pnl/figures-checks.ts';
import { totalFigures } from './pnl/figures-totals.ts';
import { accountFigures } from './pnl/figures-wallet.ts';
import { resultFigures } from './pnl/figures.ts';
import { deepestLoss, lossUsed } from './pnl/limit-use.ts';
import { partsOf } from './pnl/parts.ts';
import { returnFigures } from './pnl/returns-figures.ts';
import { isRed, walletResidual } from './pnl/rule-wallet.ts';
import { isOff } from './pnl/wallet.ts';
import { storedResultsDisagree } from './pnl/rule-stored.ts';
import { ownTotalsDisagree } from './pnl/rule-totals.ts';
import { dailyLoss, singleLosses } from './pnl/rules-limits.ts';
import { concentration, costsEatProfit } from './pnl/rules-results.ts';
import { settings } from './pnl/settings.ts';

/** 1 within the tolerance, half over it, 0 over the red bound: the worst wallet decides. */
function walletCheck({ wallets }: Facts, input: Input): CheckOutcome {
  if (!wallets.ok)
    return {
      state: 'unknown',
      reason: wallets.reason,
      text: [`The wallet identity needs balances and fills: ${wallets.detail ?? wallets.reason}.`],
    };
  const off = wallets.list.filter((wallet) => isOff(wallet, input));
  const r = off.length === 0 ? 1 : off.some((wallet) => isRed(wallet, input)) ? 0 : 0.5;
  // A wallet that is off is known; that the others are right is not, while one of them was never seen.
  if (r === 1 && wallets.unseen.length > 0)
    return {
      state: 'unknown',
      reason: 'single_source',
      text: [`Not every wallet is known at both edges of the window: ${wallets.unseen.join('; ')}.`],
    };
  return {
    state: 'known',
    r,
    credit: 1,
    text: text`The largest wallet residual is ${fig('wallet_residual_worst')}.`,
  };
}

/** Share of stored numbers that disagree with computed ones; unknown when nothing could be compared. */
function accountingCheck({ accounting, source }: Facts): CheckOutcome {
  const parts = [accounting.realized, accounting.fees];
  const compared = parts.reduce((total, part) => total + part.compared, 0);
  if (!source.ok) return { state: 'unknown', reason: source.reason, text: ['Positions cannot be read.'] };
  if (compared === 0)
    return {
      state: 'unknown',
      reason: 'single_source',
      text: ['No stored result or fee has a computed one beside it.'],
    };
  if (accounting.realized.compared === 0 && accounting.realized.closedRows > 0)
    return {
      state: 'unknown',
      reason: 'single_source',
      text: [
        `None of the ${String(accounting.realized.closedRows)} closed positions has a stored result beside the computed one.`,
      ],
    };
  const share = Math.max(
    ...parts.map((part) => (part.compared === 0 ? 0 : (100 * part.disagreements.length) / part.compared)),
  );
  return {
    state: 'known',
    r: ladder(share, 0, 1, 10),
    credit: 1,
    text: text`${fig('stored_results_differ')} of ${fig('stored_results_compared')} stored results and ${fig('fees_differ')} of ${fig('fees_compared')} fees disagree with the computed ones.`,
  };
}

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

/** Section 9: what the closed positions earned, whether the wallet agrees, and whether the limits held. */
export const pnl = defineSection({
  id: 'pnl',
  number: '9',
  title: 'PnL analysis',
  settings,
  queries,
  facts: factsOf,
  figures(facts, input, out) {
    resultFigures(facts, input, out);
    accountFigures(facts, input, out);
    checkFigures(facts, input, out);
    totalFigures(facts, out);
    returnFigures(facts, input, out);
    defineDatasets(facts, input, out);
  },
  checks: [
    {
      id: 'PN10',
      title: 'Wallet identity',
      dimension: 'integrity',
      weight: 10,
      source: 'database',
      evaluate: walletCheck,
    },
    {
      id: 'DI13',
      title: 'Accounting consistency',
      dimension: 'integrity',
      weight: 5,
      source: 'database',
      evaluate: accountingCheck,
    },
    {
      id: 'PN8',
      title: 'Loss limits',
      dimension: 'risk',
      weight: 10,
      source: 'database',
      evaluate: lossCheck,
    },
  ],
  gates: [
    {
      id: 'c',
      source: 'database',
      title: 'Wallet residual above its red bound',
      evaluate({ wallets }, input) {
        if (!wallets.ok)
          return {
            failed: null,
            text: [`The wallet identity could not be checked: ${wallets.detail ?? wallets.reason}.`],
          };
        const red = wallets.list.some((wallet) => isOff(wallet, input) && isRed(wallet, input));
        if (!red && wallets.unseen.length > 0)
          return {
            failed: null,
            text: [`Not every wallet is known at both edges of the window: ${wallets.unseen.join('; ')}.`],
          };
        return {
          failed: red,
          text: red
            ? text`A wallet residual of ${fig('wallet_residual_worst')} is over ${String(input.settings.residualRedPercent)} % of equity.`
            : text`The largest wallet residual is ${fig('wallet_residual_worst')}, within ${String(input.settings.residualRedPercent)} % of equity.`,
        };
      },
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
    {
      id: 'DI-05',
      dimension: 'integrity',
      title: 'Wallet residual',
      condition: 'wallet identity off by more than 0.01',
      evaluate: walletResidual,
    },
    {
      id: 'DQ-04',
      dimension: 'integrity',
      title: 'Own totals disagree with rows',
      condition:
        'one of the bot’s own totals differs from the rows of the time that it covers, or over 1 % of the stored results of closed rows from the computed ones',
      evaluate: (facts, input, out) => [
        ...ownTotalsDisagree(facts, input, out),
        ...storedResultsDisagree(facts, input, out),
      ],
    },
  ],
  parts: partsOf,
});
