import { defineSection } from '../audit/define-section.ts';
import { checks } from './data-integrity/checks.ts';
import { preflightDatasets } from './data-integrity/datasets-preflight.ts';
import { accountingDataset, walletDataset } from './data-integrity/datasets.ts';
import { factsOf } from './data-integrity/facts.ts';
import { contradictionFigures, identityFigures } from './data-integrity/figures-identity.ts';
import { totalFigures } from './data-integrity/figures-totals.ts';
import { walletGate } from './data-integrity/gate-wallet.ts';
import { queries } from './data-integrity/input.ts';
import { partsOf } from './data-integrity/parts.ts';
import { rowsContradicted } from './data-integrity/rule-contradictions.ts';
import { countIdentity } from './data-integrity/rule-identity.ts';
import { missingSources } from './data-integrity/rule-missing-sources.ts';
import { repeatedIds } from './data-integrity/rule-repeated-ids.ts';
import { storedResults } from './data-integrity/rule-stored.ts';
import { ownTotalsDisagree } from './data-integrity/rule-totals.ts';
import { walletResidual } from './data-integrity/rule-wallet.ts';
import { unknownSpelling } from './data-integrity/rule-unknown-spellings.ts';
import { unusableValues } from './data-integrity/rule-unusable-values.ts';
import { settings } from './data-integrity/settings.ts';
import { comparedStatistics, uncomparedStatistics } from './data-integrity/statistics-accounting.ts';
import { balanceStatistics, walletStatistics } from './data-integrity/statistics-wallet.ts';
import { snapshotGate } from './data-integrity/snapshot-match.ts';

/** Section 6: whether what the bot stores agrees with itself, row by row, and could be read at all (catalogue 3.7). */
export const dataIntegrity = defineSection({
  id: 'data-integrity',
  number: '6',
  title: 'Data integrity',
  settings,
  queries,
  facts: factsOf,
  figures(facts, input, out) {
    identityFigures(facts, out);
    contradictionFigures(facts, input, out);
    walletStatistics(facts, input)?.define(out);
    balanceStatistics(facts, input).define(out);
    walletDataset(facts, out);
    comparedStatistics(facts, input).define(out);
    uncomparedStatistics(facts, input).define(out);
    accountingDataset(facts, out);
    totalFigures(facts, out);
    preflightDatasets(input, out);
  },
  checks,
  gates: [snapshotGate, walletGate],
  rules: [
    countIdentity,
    rowsContradicted,
    walletResidual,
    unknownSpelling,
    unusableValues,
    missingSources,
    {
      ...storedResults,
      condition:
        'one of the bot’s own totals differs from the rows of the time that it covers, or over 1 % of the stored results of closed rows from the computed ones',
      evaluate: (facts, input, out) => [
        ...ownTotalsDisagree(facts, input, out),
        ...storedResults.evaluate(facts, input, out),
      ],
    },
    repeatedIds,
  ],
  parts: partsOf,
});
