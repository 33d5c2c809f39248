import { amount, sum } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { iso } from '../../audit/time.ts';
import { known, missing, type Missing, type Value } from '../../audit/value.ts';
import { equityQuery, transfersQuery } from '../shared/queries/trading.ts';
import { why } from '../shared/vocabulary/rows.ts';
import type { Facts, Input } from './facts.ts';
import { deepestLoss, lossUsed } from './limit-use.ts';
import { dayEquityQuery, dayFillsQuery, dayFundingQuery, dayPositionsQuery } from './queries-day.ts';

/** Drawdown and limits: the figures that stand for the whole bot. */
export function riskFigures(facts: Facts, input: Input, out: Output): void {
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
