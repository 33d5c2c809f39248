import type { Block, MetricRow, Part } from '../../audit/block.ts';
import { figureKey, type Labels } from '../../audit/figure.ts';
import type { Finding } from '../../audit/finding.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { findingsPart } from '../shared/vocabulary/findings-part.ts';
import { unseenPart } from '../shared/vocabulary/unseen.ts';
import { metricRow } from '../shared/vocabulary/venue-figures.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { identityStatistics } from './statistics-identity.ts';
import { preflightBlocks } from './tables-preflight.ts';
import { totalsPart } from './totals.ts';

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
        {
          title: 'Position rows against fills',
          blocks: [identityStatistics(facts, input).block(out, { reasons: true })],
        },
        { title: 'Wallet identity', blocks: walletBlocks(facts) },
        { title: 'Stored results', blocks: accountingBlocks(facts) },
        totalsPart(facts, input, out),
      ]
    : [unseenPart('Reconciliation', 'position rows, fills and balances', facts.source, input.bot)];
  return [
    ...compared,
    { title: 'Sources', blocks: preflightBlocks(input) },
    findingsPart(findings, rules, facts.source.ok),
  ];
}

function one(rows: readonly MetricRow[], title: string): Block {
  return { type: 'metrics', columns: [title], rows };
}

const WALLET_ROWS = [
  ['Wallet at the start', 'wallet_start', 'balance'],
  ['Realised gross', 'wallet_gross', 'fills, partly closed positions too'],
  ['Fees, as a cost', 'wallet_fees', 'fills, open positions too'],
  ['Funding', 'wallet_funding', 'funding payments'],
  ['Transfers', 'wallet_transfers', 'transfers'],
  ['Wallet at the end', 'wallet_end', 'balance'],
  ['Residual', 'wallet_residual', 'end - start - all of the above'],
  ['Residual of equity', 'wallet_residual_bps', 'equity at the start'],
] as const;

function walletBlocks({ wallets }: Facts): readonly Block[] {
  const rest = one(
    [
      metricRow(
        'Largest residual',
        'PN10',
        ['wallet_residual_worst'],
        'balances against fills, funding and transfers',
      ),
      metricRow('Unrealised change', 'PN9', ['unrealised_change'], 'balances'),
    ],
    'Value',
  );
  if (!wallets.ok) return [rest];
  const labels = (wallet: (typeof wallets.list)[number]): Labels => ({
    exchange: wallet.venue,
    currency: wallet.currency,
  });
  return [
    {
      type: 'metrics',
      columns: wallets.list.map(
        ({ venue, currency }) => `${venue.charAt(0).toUpperCase()}${venue.slice(1)} ${currency}`,
      ),
      rows: WALLET_ROWS.map(([title, name, basis]) =>
        metricRow(
          title,
          'PN10',
          wallets.list.map((wallet) => figureKey(name, labels(wallet))),
          basis,
        ),
      ),
    },
    rest,
  ];
}

function accountingBlocks({ accounting }: Facts): readonly Block[] {
  const wrong = [accounting.realized, accounting.unrealized, accounting.fees].some(
    ({ disagreements }) => disagreements.length > 0,
  );
  const { closedRows, storedZero } = accounting.realized;
  const note: Block = {
    type: 'note',
    tone: 'warning',
    text: text`${fig('stored_results_zero')} of ${String(closedRows)} closed rows store a result of 0; that is a placeholder and no evidence.`,
  };
  return [
    ...(storedZero > 0 && storedZero === closedRows ? [note] : []),
    {
      type: 'metrics',
      columns: ['Compared', 'Disagree'],
      rows: [
        metricRow(
          'Stored results',
          'DI13',
          ['stored_results_compared', 'stored_results_differ'],
          'realized_pnl against gross - fees + funding',
        ),
        metricRow(
          'Stored unrealised results',
          'DI13',
          ['stored_unrealised_compared', 'stored_unrealised_differ'],
          'against side x (price - entry) x quantity',
        ),
        metricRow('Fees', 'DI13', ['fees_compared', 'fees_differ'], 'against the usual rate'),
      ],
    },
    one(
      [
        metricRow('Closed rows with a stored result of 0', 'DI13', ['stored_results_zero'], 'position rows'),
        metricRow(
          'Unrealised results not compared',
          'DI13',
          ['stored_unrealised_later'],
          'rows closed or priced after the window',
        ),
      ],
      'Value',
    ),
    ...(wrong
      ? [
          {
            type: 'table' as const,
            title: 'Disagreements',
            dataset: 'pnl.disagreements',
            limit: 8,
            empty: ['All stored numbers agree.'] as const,
          },
        ]
      : []),
  ];
}
