import { defineSection } from '../audit/define-section.ts';
import { accountingCheck, identityCheck, walletCheck } from './data-integrity/checks.ts';
import { factsOf } from './data-integrity/facts.ts';
import { walletGate } from './data-integrity/gate-wallet.ts';
import { queries, uses } from './data-integrity/input.ts';
import { partsOf } from './data-integrity/parts.ts';
import { repeatedIds, unknownSpelling, unusableValues } from './data-integrity/rule-preflight.ts';
import { rowsContradicted } from './data-integrity/rule-contradictions.ts';
import { countIdentity } from './data-integrity/rule-identity.ts';
import { missingSources } from './data-integrity/rule-missing-sources.ts';
import { storedResults } from './data-integrity/rule-stored.ts';
import { ownTotalsDisagree } from './data-integrity/rule-totals.ts';
import { walletResidual } from './data-integrity/rule-wallet.ts';
import { settings } from './data-integrity/settings.ts';
import { comparedStatistics, uncomparedStatistics } from './data-integrity/statistics-accounting.ts';
import { balanceStatistics, walletStatistics } from './data-integrity/statistics-wallet.ts';
import { snapshotGate } from './data-integrity/snapshot-match.ts';
import { identityStatistics } from './data-integrity/statistics-identity.ts';
import { definePreflightTables } from './data-integrity/tables-preflight.ts';
import { defineTables } from './data-integrity/tables.ts';
import { defineTotals, totalsStatistics } from './data-integrity/totals.ts';
import { joined } from './shared/vocabulary/rule.ts';

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
    for (const statistics of [
      identityStatistics,
      walletStatistics,
      balanceStatistics,
      comparedStatistics,
      uncomparedStatistics,
      totalsStatistics,
    ])
      statistics(facts, input)?.define(out);
    defineTables(facts, out);
    defineTotals(facts, out);
    definePreflightTables(input, out);
  },
  checks: [identityCheck, walletCheck, accountingCheck],
  gates: [snapshotGate, walletGate],
  rules: [
    countIdentity,
    rowsContradicted,
    walletResidual,
    unknownSpelling,
    unusableValues,
    missingSources,
    joined(ownTotalsDisagree, storedResults),
    repeatedIds,
  ],
  parts: partsOf,
});
