import { defineSection } from '../audit/define-section.ts';
import {
  accountingCheck,
  identityCheck,
  snapshotGate,
  walletCheck,
  walletGate,
} from './data-integrity/checks.ts';
import { deletionsCheck } from './data-integrity/check-deletions.ts';
import { orderOfTimeCheck } from './data-integrity/check-order-of-time.ts';
import { balanceDiffers } from './data-integrity/exchange/rule-balances.ts';
import { fillOrphansFound } from './data-integrity/exchange/rule-fills.ts';
import { orderOrphansFound } from './data-integrity/exchange/rule-orders.ts';
import { paymentsDiffer } from './data-integrity/exchange/rule-payments.ts';
import {
  mismatchedPosition,
  phantomPosition,
  untrackedPosition,
} from './data-integrity/exchange/rule-positions.ts';
import {
  defineMatches,
  exchangeBlocks,
  exchangeGate,
  exchangeStatistics,
  fillCheck,
  matchCheck,
  orderCheck,
} from './data-integrity/exchange/statistics.ts';
import { factsOf } from './data-integrity/facts.ts';
import { queries, settings, uses } from './data-integrity/input.ts';
import { unreadableTexts } from './data-integrity/rule-unreadable-texts.ts';
import { unusableValues } from './data-integrity/rule-unusable-values.ts';
import { emptyValues } from './data-integrity/rule-empty-values.ts';
import { repeatedIds } from './data-integrity/rule-repeated-ids.ts';
import { unknownSpelling } from './data-integrity/rule-unknown-spelling.ts';
import { timesReversed } from './data-integrity/rule-time-order.ts';
import { liesElsewhere } from './data-integrity/rule-elsewhere.ts';
import { timesAhead } from './data-integrity/rule-times-ahead.ts';
import { rowsContradicted } from './data-integrity/rule-contradictions.ts';
import { countIdentity } from './data-integrity/rule-identity.ts';
import { otherExchanges } from './data-integrity/rule-exchanges.ts';
import { silentExchanges } from './data-integrity/silent-exchanges.ts';
import { defineSilentExchanges } from './data-integrity/silent-exchanges.ts';
import { missingSources } from './data-integrity/rule-missing-sources.ts';
import { journalsSilent } from './data-integrity/rule-silent-journals.ts';
import { rowsEndEarly } from './data-integrity/rule-early-ends.ts';
import { ordersContradicted } from './data-integrity/rule-order-fills.ts';
import { requiredValues } from './data-integrity/rule-required.ts';
import { rowsContradictThemselves } from './data-integrity/rule-own-contradictions.ts';
import { rowsContradictEachOther } from './data-integrity/rule-between-rows.ts';
import { linksContradicted } from './data-integrity/links/rule-links.ts';
import { sidesContradicted } from './data-integrity/rule-sides.ts';
import { otherNames } from './data-integrity/rule-other-names.ts';
import { surplusFills } from './data-integrity/rule-surplus.ts';
import { feeSigns } from './data-integrity/rule-fee-signs.ts';
import { storedResults } from './data-integrity/rule-stored.ts';
import { storedColumnsOff } from './data-integrity/rule-stored-columns.ts';
import { ownTotalsDisagree } from './data-integrity/rule-totals.ts';
import { walletResidual } from './data-integrity/rule-wallet.ts';
import { accountingBlocks, accountingStatistics, defineDisagreements } from './data-integrity/accounting.ts';
import { defineWallets, identityStatistics, walletStatistics } from './data-integrity/statistics.ts';
import { lostRowsGate } from './data-integrity/gate-lost-rows.ts';
import { definePreflightTables, preflightBlocks } from './data-integrity/preflight.ts';
import { defineTotals, totalsBlocks, totalsStatistics } from './data-integrity/own-totals.ts';
import { defineTables, tableBlocks } from './data-integrity/table-health.ts';
import { findingsPart, unseenPart } from './shared/vocabulary/unseen.ts';
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
      identityStatistics(facts, input),
      ...walletStatistics(facts, input),
      ...accountingStatistics(facts, input),
      totalsStatistics(facts, input),
      exchangeStatistics(facts, input),
    ])
      statistics.define(out);
    defineWallets(facts, out);
    defineDisagreements(facts, out);
    defineTotals(facts, out);
    defineMatches(facts, out);
    definePreflightTables(input, out);
    defineSilentExchanges(input, out);
    defineTables(input, out);
  },
  checks: [
    matchCheck,
    fillCheck,
    orderCheck,
    identityCheck,
    walletCheck,
    accountingCheck,
    orderOfTimeCheck,
    deletionsCheck,
  ],
  gates: [exchangeGate, snapshotGate, walletGate, lostRowsGate],
  rules: [
    phantomPosition,
    untrackedPosition,
    mismatchedPosition,
    fillOrphansFound,
    orderOrphansFound,
    balanceDiffers,
    paymentsDiffer,
    countIdentity,
    joined(rowsContradicted, sidesContradicted, surplusFills, ordersContradicted, otherNames),
    walletResidual,
    unknownSpelling,
    joined(unusableValues, requiredValues, emptyValues, unreadableTexts),
    joined(
      timesReversed,
      timesAhead,
      liesElsewhere,
      rowsContradictThemselves,
      rowsContradictEachOther,
      linksContradicted,
    ),
    joined(missingSources, otherExchanges, journalsSilent, rowsEndEarly),
    joined(ownTotalsDisagree, storedResults, storedColumnsOff, feeSigns),
    repeatedIds,
  ],
  parts(facts, input, out, findings, rules) {
    const identity = identityStatistics(facts, input).block(out, { reasons: true });
    const tables = tableBlocks(input);
    // What has to agree, pair by pair, then what the preflight saw.
    const compared = facts.source.ok
      ? [
          { title: 'Position rows against fills', blocks: [identity] },
          { title: 'Wallet identity', blocks: walletStatistics(facts, input).map((each) => each.block(out)) },
          { title: 'Stored results', blocks: accountingBlocks(facts, input, out) },
          { title: 'The bot’s own totals', blocks: totalsBlocks(facts, input, out) },
        ]
      : [unseenPart('Reconciliation', 'position rows, fills and balances', facts.source, input.bot)];
    return [
      { title: 'Against the exchange', blocks: exchangeBlocks(facts, input, out) },
      ...compared,
      ...(tables.length > 0 ? [{ title: 'Database health', blocks: tables }] : []),
      { title: 'Sources', blocks: [...silentExchanges(input), ...preflightBlocks(input)] },
      findingsPart(findings, rules),
    ];
  },
});
