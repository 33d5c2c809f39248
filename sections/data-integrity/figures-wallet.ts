import { amount, sum, type Money } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { iso, ms } from '../../audit/time.ts';
import { known, missing, type Value } from '../../audit/value.ts';
import { fillsQuery, fundingQuery, transfersQuery } from '../shared/queries/trading.ts';
import { figureGroup, why } from '../shared/vocabulary/rows.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { balanceEdgesQuery } from './queries-balances.ts';
import { isAtEdge } from './wallet-edges.ts';
import { isOff } from './wallet.ts';

/** Wallet identity of each exchange and currency, the largest residual, and the unrealised change of the balances. */
export function walletFigures({ wallets }: Facts, input: Input, out: Output): void {
  const queries = [balanceEdgesQuery.id, fillsQuery.id, fundingQuery.id, transfersQuery.id];
  const basis = 'balances against fills, funding and transfers';
  for (const wallet of wallets.ok ? wallets.list : []) {
    const figure = figureGroup(out, {
      basis,
      queries,
      labels: { exchange: wallet.venue, currency: wallet.currency },
    });
    const money = { unit: 'money' as const, currency: wallet.currency, id: 'PN10' };
    const between = `between ${iso(wallet.from)} and ${iso(wallet.to)}`;
    const lines = [
      ['wallet_start', 'Wallet at the start', wallet.start, `balance at ${iso(wallet.from)}`],
      ['wallet_end', 'Wallet at the end', wallet.end, `balance at ${iso(wallet.to)}`],
      [
        'wallet_gross',
        'Realised gross',
        wallet.flows.gross,
        `gross of every reducing fill ${between}, average cost`,
      ],
      ['wallet_fees', 'Fees', wallet.flows.fee, `fees of every fill ${between}, cost negative`],
      ['wallet_funding', 'Funding', wallet.flows.funding, `funding ${between}, received positive`],
      ['wallet_transfers', 'Transfers', wallet.flows.transfer, `transfers ${between}, in positive`],
      ['wallet_residual', 'Residual', wallet.residual, 'end - start - gross + fees - funding - transfers'],
    ] as const;
    // An edge that is not known has no balance, and what was not seen to the end has no residual.
    const unknown = (name: string): boolean =>
      wallet.gap !== null &&
      (name === 'wallet_residual' ||
        (name === 'wallet_start' && !isAtEdge('from', wallet.from, input)) ||
        (name === 'wallet_end' && !isAtEdge('to', wallet.to, input)));
    for (const [name, title, value, formula] of lines)
      figure({
        ...money,
        name,
        value: unknown(name) ? missing('no_data', wallet.gap ?? '') : known(amount(value)),
        title,
        formula,
      });
    figure({
      name: 'wallet_residual_bps',
      value:
        wallet.gap !== null
          ? missing('no_data', wallet.gap)
          : wallet.residualPercent === null
            ? missing('not_applicable', 'equity is not positive')
            : known(100 * wallet.residualPercent),
      unit: 'bps',
      id: 'PN10',
      title: 'Residual of equity',
      formula: '10,000 x |residual| / equity at the start',
    });
  }
  out.figure({
    name: 'wallet_residual_worst',
    value: worst(wallets, input),
    unit: 'money',
    currency: input.bot.quoteCurrency,
    id: 'PN10',
    title: 'Largest wallet residual',
    basis,
    queries,
    formula:
      'largest |residual| of all exchanges and currencies; others than the quote at their price, else in their units',
  });
  const change = unrealisedChange(input);
  out.figure({
    name: 'unrealised_change',
    value: change,
    unit: 'money',
    currency: input.bot.quoteCurrency,
    id: 'PN9',
    title: 'Unrealised change',
    basis: 'balances',
    queries: [balanceEdgesQuery.id],
    formula: 'unrealised PnL of the balances at the end - at the start',
  });
}

/** Nothing missing in the wallets that were seen is no largest residual while another was not. */
function worst(wallets: Facts['wallets'], input: Input): Value {
  if (!wallets.ok) return why(wallets);
  const { list, unseen } = wallets;
  if (unseen.length > 0 && !list.some((wallet) => isOff(wallet, input)))
    return missing('no_data', unseen.join('; '));
  return known(
    amount(
      list
        .map(({ residual, value }) => value ?? residual.abs())
        .reduce((most, value) => (value.greaterThan(most) ? value : most)),
    ),
  );
}

function unrealisedChange(input: Input): Value {
  const { edges } = input.rows;
  if (!edges.ok) return why(edges);
  if (!input.has('balance', 'unrealized_pnl')) return missing('missing_column', 'balance.unrealized_pnl');
  const quote = input.bot.quoteCurrency.toUpperCase();
  const at = (edge: 'from' | 'to'): Money[] =>
    edges.rows
      .filter(
        (row) =>
          row.edge === edge && row.currency.toUpperCase() === quote && isAtEdge(edge, ms(row.at), input),
      )
      .flatMap((row) => (row.unrealized_pnl === null ? [] : [sum([]).plus(row.unrealized_pnl)]));
  const [from, to] = [at('from'), at('to')];
  return from.length === 0 || from.length !== to.length
    ? missing('no_data', 'no unrealised PnL near both edges')
    : known(amount(sum(to).minus(sum(from))));
}
