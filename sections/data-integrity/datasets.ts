import type { Column } from '../../audit/block.ts';
import { amount } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { iso } from '../../audit/time.ts';
import { fillsQuery, positionsQuery } from '../shared/queries/trading.ts';
import type { Facts } from './facts.ts';
import { balanceSeriesQuery } from './queries-balances.ts';

const column = (key: string, title: string, unit: Column['unit']): Column => ({ key, title, unit });

/** Every wallet with what moved it. */
export function walletDataset({ wallets }: Facts, out: Output): void {
  out.dataset({
    id: 'pnl.wallets',
    title: 'Wallet identity',
    columns: [
      column('exchange', 'Exchange', 'text'),
      column('currency', 'Currency', 'text'),
      ...['Start', 'Gross', 'Fees', 'Funding', 'Transfers', 'End', 'Residual'].map((title): Column => ({
        key: title.toLowerCase(),
        title,
        unit: 'money',
      })),
      column('jump_from', 'Residual appeared after', 'time'),
      column('jump_to', 'and before', 'time'),
    ],
    rows: (wallets.ok ? wallets.list : []).map(({ venue, currency, start, end, flows, residual, jump }) => [
      venue,
      currency,
      amount(start),
      amount(flows.gross),
      amount(flows.fee),
      amount(flows.funding),
      amount(flows.transfer),
      amount(end),
      amount(residual),
      jump ? iso(jump.from) : null,
      jump ? iso(jump.to) : null,
    ]),
    queries: ['balance-edges', balanceSeriesQuery.id, fillsQuery.id],
  });
}

/** Every stored number that disagrees with the computed one. */
export function accountingDataset({ accounting }: Facts, out: Output): void {
  out.dataset({
    id: 'pnl.disagreements',
    title: 'Stored numbers that disagree with computed ones',
    columns: [
      column('what', 'Column', 'text'),
      column('id', 'Row', 'text'),
      column('symbol', 'Symbol', 'text'),
      column('exchange', 'Exchange', 'text'),
      column('stored', 'Stored', 'money'),
      column('computed', 'Computed', 'money'),
    ],
    rows: [accounting.realized, accounting.unrealized, accounting.fees].flatMap(({ disagreements }) =>
      disagreements.map(({ what, id, symbol, venue, stored, computed }) => [
        what,
        id,
        symbol,
        venue,
        amount(stored),
        amount(computed),
      ]),
    ),
    queries: [positionsQuery.id, fillsQuery.id],
  });
}
