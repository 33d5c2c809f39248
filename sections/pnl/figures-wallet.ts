import { amount, sum, type Money } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { iso, ms } from '../../audit/time.ts';
import { known, missing, type Missing, type Value } from '../../audit/value.ts';
import { figureGroup, why } from '../shared/vocabulary/rows.ts';
import { equityQuery, fillsQuery, fundingQuery } from '../shared/queries/trading.ts';
import type { Facts, Input } from './facts.ts';
import { deepestLoss, lossUsed } from './limit-use.ts';
import { dayEquityQuery, dayFillsQuery, dayFundingQuery, dayPositionsQuery } from './queries-day.ts';
import { balanceEdgesQuery, transfersQuery } from './queries.ts';
import { isOff } from './wallet.ts';
import { isAtEdge } from './wallet-edges.ts';

/** Wallet identity, drawdown and limits: the figures that stand for the whole bot. */
export function accountFigures(facts: Facts, input: Input, out: Output): void {
  walletFigures(facts, input, out);
  riskFigures(facts, input, out);
}

function walletFigures({ wallets }: Facts, input: Input, out: Output): void {
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

function riskFigures(facts: Facts, input: Input, out: Output): void {
  const { source, closed, earlier, realisedDrawdown, equityDrawdown, dailyLimit, day, fall } = facts;
  const money = { unit: 'money' as const, currency: input.bot.quoteCurrency };
  const shared = {
    id: 'PN8',
    basis: source.ok ? source.basis : 'positions',
    queries: source.ok ? source.queries : [],
  };
  const gap: Missing = !source.ok ? why(source) : (closed.gap ?? missing('no_data'));
  const equity = {
    basis: 'equity of the balances, without transfers',
    queries: [equityQuery.id, transfersQuery.id],
  };
  const noEquity = input.rows.equity.ok
    ? missing('no_data', 'no equity at the start of the window')
    : why(input.rows.equity);
  out.figure({
    ...shared,
    ...money,
    name: 'drawdown_realised',
    value: realisedDrawdown ? known(amount(realisedDrawdown.absolute)) : gap,
    title: 'Largest drawdown, realised',
    formula: 'largest fall of the cumulative net PnL from a peak that begins at the start',
  });
  out.figure({
    ...shared,
    ...money,
    ...equity,
    name: 'drawdown_equity',
    value: equityDrawdown ? known(amount(equityDrawdown.absolute)) : noEquity,
    title: 'Largest drawdown, mark to market',
    formula: 'largest fall of equity from a peak that begins with equity at the start',
  });
  out.figure({
    ...shared,
    ...equity,
    name: 'drawdown_equity_at',
    unit: 'time',
    value:
      equityDrawdown?.absoluteAt != null
        ? known(iso(equityDrawdown.absoluteAt))
        : noFall(equityDrawdown, noEquity),
    title: 'Largest drawdown, when',
    formula: 'time of the lowest equity of that episode',
  });
  out.figure({
    ...shared,
    ...equity,
    name: 'drawdown_equity_percent',
    unit: 'percent',
    value: equityDrawdown?.relative != null ? known(equityDrawdown.relative) : noEquity,
    title: 'Largest relative drawdown',
    formula: '100 x fall / peak; it may be another episode',
  });
  const dayQueries = [dayPositionsQuery.id, dayFillsQuery.id, dayFundingQuery.id];
  const lost = (): Value => {
    if (!source.ok || closed.gap) return gap;
    return earlier.ok ? known(amount(day?.loss ?? sum([]))) : why(earlier);
  };
  out.figure({
    ...shared,
    ...money,
    queries: [...shared.queries, ...dayQueries],
    name: 'worst_day_loss',
    value: lost(),
    title: 'Deepest net loss of a UTC day',
    formula:
      'lowest cumulative net PnL of closed positions since 00:00 UTC, before the window too, as a loss',
  });
  out.figure({
    ...shared,
    ...money,
    ...equity,
    queries: [...equity.queries, dayEquityQuery.id],
    name: 'worst_day_fall',
    value: fall
      ? known(amount(fall.loss))
      : !input.rows.equity.ok || input.rows.transfers.ok
        ? noEquity
        : why(input.rows.transfers),
    title: 'Deepest fall of equity in a UTC day',
    formula:
      'largest fall of equity from its peak since 00:00 UTC, before the window too; a minute around transfers is left out',
  });
  out.figure({
    ...shared,
    ...money,
    name: 'daily_loss_limit',
    value: dailyLimit
      ? known(amount(dailyLimit.value))
      : missing('no_data', 'no daily loss limit is configured'),
    title: 'Daily loss limit',
    basis: dailyLimit?.by ?? 'configuration',
    formula: 'limits.dailyLoss, else the bot’s own limit',
  });
  const byEquity = deepestLoss(facts)?.by === 'equity';
  out.figure({
    ...shared,
    queries: [...shared.queries, ...dayQueries, ...(fall ? [...equity.queries, dayEquityQuery.id] : [])],
    name: 'daily_loss_used',
    unit: 'percent',
    value: lossUsed(facts),
    title: 'Daily loss limit used',
    basis: byEquity ? equity.basis : shared.basis,
    formula: `100 x the larger of the deepest loss and the deepest fall of equity of a day / limit; here ${byEquity ? 'the fall of equity' : fall ? 'the loss of closed positions' : 'the loss of closed positions, as equity is not known'}`,
  });
}

/** A curve that never fell has a drawdown of 0 and no time of it. */
function noFall(drawdown: Facts['equityDrawdown'], noEquity: Missing): Missing {
  return drawdown ? missing('not_applicable', 'equity never fell below its start') : noEquity;
}
