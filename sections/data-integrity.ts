import { defineSection } from '../audit/define-section.ts';
import { checks } from './data-integrity/checks.ts';
import { preflightDatasets } from './data-integrity/datasets-preflight.ts';
import { accountingDataset, walletDataset } from './data-integrity/datasets.ts';
import { factsOf } from './data-integrity/facts.ts';
import { accountingFigures } from './data-integrity/figures-accounting.ts';
import { contradictionFigures, identityFigures } from './data-integrity/figures-identity.ts';
import { totalFigures } from './data-integrity/figures-totals.ts';
import { walletFigures } from './data-integrity/figures-wallet.ts';
import { walletGate } from './data-integrity/gate-wallet.ts';
import { queries, uses } from './data-integrity/input.ts';
import { partsOf } from './data-integrity/parts.ts';
import { rowsContradicted } from './data-integrity/rule-contradictions.ts';
import { countIdentity } from './data-integrity/rule-identity.ts';
import { repeatedIds } from './data-integrity/rule-repeated-ids.ts';
import { storedResultsDisagree } from './data-integrity/rule-stored.ts';
import { ownTotalsDisagree } from './data-integrity/rule-totals.ts';
import { walletResidual } from './data-integrity/rule-wallet.ts';
import { missingSources, unknownSpellings, unusableValues } from './data-integrity/rules-data-quality.ts';
import { settings } from './data-integrity/settings.ts';
import { snapshotGate } from './data-integrity/snapshot-match.ts';

/** Section 6: whether what the bot stores agrees with itself, row by row, and could be read at all (catalogue 3.7). */
export const dataIntegrity = defineSection({
  id: 'data-integrity',
  number: '6',
  title: 'Data integrity',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    identityFigures(facts, out);
    contradictionFigures(facts, input, out);
    walletFigures(facts, input, out);
    walletDataset(facts, out);
    accountingFigures(facts, input, out);
    accountingDataset(facts, out);
    totalFigures(facts, out);
    preflightDatasets(input, out);
  },
  checks,
  gates: [snapshotGate, walletGate],
  rules: [
    {
      id: 'PM-02',
      title: 'Count identity broken',
      dimension: 'integrity',
      condition:
        'open at the start + opened - closed differs from open at the end, fills against position rows; CRITICAL when executions left something open that no open row holds, else HIGH',
      evaluate: countIdentity,
    },
    {
      id: 'PM-06',
      title: 'Position row contradicts its fills',
      dimension: 'integrity',
      condition:
        'quantity or entry price of a row differ from its fills, or exits exceed what was held (CRITICAL); MEDIUM when only prices differ, else HIGH',
      evaluate: rowsContradicted,
    },
    {
      id: 'DI-05',
      dimension: 'integrity',
      title: 'Wallet residual',
      condition: 'wallet identity off by more than 0.01',
      evaluate: walletResidual,
    },
    {
      id: 'DQ-01',
      dimension: 'integrity',
      title: 'Unknown spelling',
      condition: 'a value of the window that no normal form knows',
      evaluate: unknownSpellings,
    },
    {
      id: 'DQ-02',
      dimension: 'integrity',
      title: 'Unusable values',
      condition: 'NaN, infinite or out-of-range values in the window',
      evaluate: unusableValues,
    },
    {
      id: 'DQ-03',
      dimension: 'integrity',
      title: 'Source not read',
      condition: 'a declared source or a mapped entity failed, is absent or has columns of a wrong type',
      evaluate: missingSources,
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
    {
      id: 'DQ-05',
      dimension: 'integrity',
      title: 'Rows that share an id',
      condition: 'a row of the window whose id another row has; HIGH for positions, orders and fills',
      evaluate: repeatedIds,
    },
  ],
  parts: partsOf,
});
