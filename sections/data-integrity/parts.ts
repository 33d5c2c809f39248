import type { Block, Part } from '../../audit/block.ts';
import type { Finding } from '../../audit/finding.ts';
import { formatReason } from '../../audit/format.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text, type Text } from '../../audit/text.ts';
import { isKnown } from '../../audit/value.ts';
import { findingsPart } from '../shared/vocabulary/findings-part.ts';
import { unseenPart } from '../shared/vocabulary/unseen.ts';
import { metricRow, venueColumns } from '../shared/vocabulary/venue-figures.ts';
import { venueKeys } from '../shared/vocabulary/venue-keys.ts';
import type { Facts } from './facts.ts';
import { totalsPart } from './figures-totals.ts';
import type { Input } from './input.ts';
import { sourceBlocks } from './parts-preflight.ts';
import { accountingBlocks } from './statistics-accounting.ts';
import { walletBlocks } from './statistics-wallet.ts';

/** How the section is shown: what has to agree, pair by pair, then what the preflight saw. */
export function partsOf(
  facts: Facts,
  input: Input,
  out: Output,
  findings: readonly Finding[],
  rules: number,
): readonly Part[] {
  const compared = facts.source.ok
    ? [
        { title: 'Position rows against fills', blocks: identityBlocks(facts, out) },
        { title: 'Wallet identity', blocks: walletBlocks(facts, input, out) },
        { title: 'Stored results', blocks: accountingBlocks(facts, input, out) },
        totalsPart(facts),
      ]
    : [unseenPart('Reconciliation', 'position rows, fills and balances', facts.source, input.bot)];
  return [
    ...compared,
    { title: 'Sources', blocks: sourceBlocks(input) },
    findingsPart(findings, rules, facts.source.ok),
  ];
}

function identityBlocks({ venues }: Facts, out: Output): readonly Block[] {
  return [
    {
      type: 'metrics',
      columns: venueColumns(venues),
      rows: [
        metricRow(
          'Identity: start + opened \u2212 closed \u2212 end',
          'PM-ID',
          venueKeys('positions_identity', venues),
          reasonOr(
            out,
            'positions_identity',
            text`${fig('positions_identity_start')} + ${fig('positions_identity_opened')} \u2212 ${fig('positions_identity_closed')} \u2212 ${fig('positions_identity_end')}, fills against rows`,
          ),
        ),
        metricRow(
          'Rows that contradict their fills',
          'PM-ID',
          venueKeys('positions_contradicted', venues),
          reasonOr(
            out,
            'positions_contradicted',
            text`quantity, entry price and exits of ${fig('positions_compared')} positions`,
          ),
        ),
      ],
    },
  ];
}

/** The basis, or why the total is missing. */
function reasonOr(out: Output, key: string, basis: Text | string): Text | string {
  const value = out.value(key);
  return isKnown(value) ? basis : formatReason(value.reason, value.detail);
}
