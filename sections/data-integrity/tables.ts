import type { Output } from '../../audit/section.ts';
import { fillsQuery, positionsQuery } from '../shared/queries/trading.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import type { Disagreement } from './accounting.ts';
import type { Facts } from './facts.ts';
import { balanceEdgesQuery, balanceSeriesQuery } from './queries-balances.ts';
import type { Wallet } from './wallet-identity.ts';

const wallets = table<Wallet>({
  exchange: col.text('Exchange', ({ venue }) => venue),
  currency: col.text('Currency', ({ currency }) => currency),
  start: col.money('Start', ({ start }) => start),
  gross: col.money('Gross', ({ flows }) => flows.gross),
  fees: col.money('Fees', ({ flows }) => flows.fee),
  funding: col.money('Funding', ({ flows }) => flows.funding),
  transfers: col.money('Transfers', ({ flows }) => flows.transfer),
  end: col.money('End', ({ end }) => end),
  residual: col.money('Residual', ({ residual }) => residual),
  jump_from: col.time('Residual appeared after', ({ jump }) => jump?.from ?? null),
  jump_to: col.time('and before', ({ jump }) => jump?.to ?? null),
});

const disagreements = table<Disagreement>({
  what: col.text('Column', ({ what }) => what),
  id: col.text('Row', ({ id }) => id),
  symbol: col.text('Symbol', ({ symbol }) => symbol),
  exchange: col.text('Exchange', ({ venue }) => venue),
  stored: col.money('Stored', ({ stored }) => stored),
  computed: col.money('Computed', ({ computed }) => computed),
});

/** Every wallet with what moved it, and every stored number that disagrees with the computed one. */
export function defineTables({ wallets: seen, accounting }: Facts, out: Output): void {
  const moved = {
    id: 'pnl.wallets',
    title: 'Wallet identity',
    queries: [balanceEdgesQuery.id, balanceSeriesQuery.id, fillsQuery.id],
  };
  out.dataset(wallets.of(moved, seen.ok ? seen.list : []));
  const wrong = {
    id: 'pnl.disagreements',
    title: 'Stored numbers that disagree with computed ones',
    queries: [positionsQuery.id, fillsQuery.id],
  };
  const { realized, unrealized, fees } = accounting;
  const all = [realized, unrealized, fees].flatMap((compared) => compared.disagreements);
  out.dataset(disagreements.of(wrong, all));
}
