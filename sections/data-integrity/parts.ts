import type { Part } from '../../audit/block.ts';
import type { Finding } from '../../audit/finding.ts';
import type { Output } from '../../audit/section.ts';
import { findingsPart } from '../shared/vocabulary/findings-part.ts';
import { unseenPart } from '../shared/vocabulary/unseen.ts';
import type { Facts, Input } from './facts.ts';
import { accountingBlocks } from './statistics-accounting.ts';
import { identityStatistics } from './statistics-identity.ts';
import { walletBlocks } from './statistics-wallet.ts';
import { preflightBlocks } from './tables-preflight.ts';
import { totalsBlocks } from './totals.ts';

/** How the section is shown: what has to agree, pair by pair, then what the preflight saw. */
export function partsOf(
  facts: Facts,
  input: Input,
  out: Output,
  findings: readonly Finding[],
  rules: number,
): readonly Part[] {
  const identity = identityStatistics(facts, input).block(out, { reasons: true });
  const compared = facts.source.ok
    ? [
        { title: 'Position rows against fills', blocks: [identity] },
        { title: 'Wallet identity', blocks: walletBlocks(facts, input, out) },
        { title: 'Stored results', blocks: accountingBlocks(facts, input, out) },
        { title: 'The bot’s own totals', blocks: totalsBlocks(facts, input, out) },
      ]
    : [unseenPart('Reconciliation', 'position rows, fills and balances', facts.source, input.bot)];
  return [
    ...compared,
    { title: 'Sources', blocks: preflightBlocks(input) },
    findingsPart(findings, rules, facts.source.ok),
  ];
}
