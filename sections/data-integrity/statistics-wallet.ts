import type { Block } from '../../audit/block.ts';
import { money, sum, type Money } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { iso, ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { fillsQuery, fundingQuery, transfersQuery } from '../shared/queries/trading.ts';
import { lines, WHOLE_BOT, type Computed, type Line, type Lines } from '../shared/vocabulary/lines.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import { balanceEdgesQuery } from './queries-balances.ts';
import { isAtEdge } from './wallet-edges.ts';
import type { Wallet } from './wallet-identity.ts';
import { isOff } from './wallet.ts';

const SOURCE = {
  basis: 'balances against fills, funding and transfers',
  queries: [balanceEdgesQuery.id, fillsQuery.id, fundingQuery.id, transfersQuery.id],
};

const between = ({ from, to }: Wallet): string => `between ${iso(from)} and ${iso(to)}`;
const unlessGap = ({ gap }: Wallet, value: Computed): Computed =>
  gap === null ? value : missing('no_data', gap);

/** Wallet identity of each exchange and currency; null where none is known. */
export function walletStatistics({ wallets }: Facts, input: Input): Lines | null {
  if (!wallets.ok) return null;
  // An edge that is not known has no balance, and what was not seen to the end has no residual.
  const atEdge = (wallet: Wallet, edge: 'from' | 'to', balance: Money): Computed =>
    isAtEdge(edge, wallet[edge], input) ? balance : unlessGap(wallet, balance);
  const line = (
    name: string,
    title: string,
    formula: Line<Wallet>['formula'],
    of: Line<Wallet>['of'],
    note: string,
    row: string = title,
  ): Line<Wallet> => ({ id: 'PN10', unit: 'money', name, title, formula, of, note, row });
  return lines({
    ...SOURCE,
    columns: wallets.list.map((wallet) => ({
      is: wallet,
      title: `${capitalised(wallet.venue)} ${wallet.currency}`,
      labels: { exchange: wallet.venue, currency: wallet.currency },
      currency: wallet.currency,
    })),
    currency: input.bot.quoteCurrency,
    lines: [
      line(
        'wallet_start',
        'Wallet at the start',
        ({ from }) => `balance at ${iso(from)}`,
        (wallet) => atEdge(wallet, 'from', wallet.start),
        'balance',
      ),
      line(
        'wallet_gross',
        'Realised gross',
        (wallet) => `gross of every reducing fill ${between(wallet)}, average cost`,
        ({ flows }) => flows.gross,
        'fills, partly closed positions too',
      ),
      line(
        'wallet_fees',
        'Fees',
        (wallet) => `fees of every fill ${between(wallet)}, cost negative`,
        ({ flows }) => flows.fee,
        'fills, open positions too',
        'Fees, as a cost',
      ),
      line(
        'wallet_funding',
        'Funding',
        (wallet) => `funding ${between(wallet)}, received positive`,
        ({ flows }) => flows.funding,
        'funding payments',
      ),
      line(
        'wallet_transfers',
        'Transfers',
        (wallet) => `transfers ${between(wallet)}, in positive`,
        ({ flows }) => flows.transfer,
        'transfers',
      ),
      line(
        'wallet_end',
        'Wallet at the end',
        ({ to }) => `balance at ${iso(to)}`,
        (wallet) => atEdge(wallet, 'to', wallet.end),
        'balance',
      ),
      line(
        'wallet_residual',
        'Residual',
        'end - start - gross + fees - funding - transfers',
        (wallet) => unlessGap(wallet, wallet.residual),
        'end - start - all of the above',
      ),
      {
        ...line(
          'wallet_residual_bps',
          'Residual of equity',
          '10,000 x |residual| / equity at the start',
          (wallet) =>
            unlessGap(
              wallet,
              wallet.residualPercent === null
                ? missing('not_applicable', 'equity is not positive')
                : 100 * wallet.residualPercent,
            ),
          'equity at the start',
        ),
        unit: 'bps',
      },
    ],
  });
}

/** The largest residual of all wallets, and the unrealised change of the balances. */
export function balanceStatistics({ wallets }: Facts, input: Input): Lines {
  return lines({
    ...SOURCE,
    columns: WHOLE_BOT,
    currency: input.bot.quoteCurrency,
    lines: [
      {
        name: 'wallet_residual_worst',
        id: 'PN10',
        unit: 'money',
        title: 'Largest wallet residual',
        formula:
          'largest |residual| of all exchanges and currencies; others than the quote at their price, else in their units',
        of: () => worst(wallets, input),
        row: 'Largest residual',
      },
      {
        name: 'unrealised_change',
        id: 'PN9',
        unit: 'money',
        title: 'Unrealised change',
        basis: 'balances',
        queries: [balanceEdgesQuery.id],
        formula: 'unrealised PnL of the balances at the end - at the start',
        of: () => unrealisedChange(input),
        row: true,
      },
    ],
  });
}

export function walletBlocks(facts: Facts, input: Input, out: Output): readonly Block[] {
  const each = walletStatistics(facts, input);
  return [...(each ? [each.block(out)] : []), balanceStatistics(facts, input).block(out)];
}

/** Nothing missing in the wallets that were seen is no largest residual while another was not. */
function worst(wallets: Facts['wallets'], input: Input): Money | Missing {
  if (!wallets.ok) return wallets;
  const { list, unseen } = wallets;
  if (unseen.length > 0 && !list.some((wallet) => isOff(wallet, input)))
    return missing('no_data', unseen.join('; '));
  return list
    .map(({ residual, value }) => value ?? residual.abs())
    .reduce((most, value) => (value.greaterThan(most) ? value : most));
}

function unrealisedChange(input: Input): Money | Missing {
  const { edges } = input.rows;
  if (!edges.ok) return edges;
  if (!input.has('balance', 'unrealized_pnl')) return missing('missing_column', 'balance.unrealized_pnl');
  const quote = input.bot.quoteCurrency.toUpperCase();
  const at = (edge: 'from' | 'to'): readonly Money[] =>
    edges.rows
      .filter(
        (row) =>
          row.edge === edge && row.currency.toUpperCase() === quote && isAtEdge(edge, ms(row.at), input),
      )
      .flatMap((row) => (row.unrealized_pnl === null ? [] : [money(row.unrealized_pnl)]));
  const [from, to] = [at('from'), at('to')];
  return from.length === 0 || from.length !== to.length
    ? missing('no_data', 'no unrealised PnL near both edges')
    : sum(to).minus(sum(from));
}
