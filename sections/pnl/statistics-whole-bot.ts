import type { Block } from '../../audit/block.ts';
import { amount, sum, ZERO, type Money } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { known, missing } from '../../audit/value.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import {
  equityQuery,
  fillsQuery,
  ordersQuery,
  pricesQuery,
  stopChangesQuery,
  transfersQuery,
} from '../shared/queries/trading.ts';
import {
  lines,
  shown,
  unshown,
  WHOLE_BOT,
  type Computed,
  type Line,
  type Lines,
} from '../shared/vocabulary/lines.ts';
import { noun } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { dayEquityQuery, dayFillsQuery, dayFundingQuery, dayPositionsQuery } from './queries-day.ts';

/** Losses, limits, drawdown and the market: the figures that stand for the whole bot (catalogue PN8, PN14). */
export function riskStatistics(facts: Facts, input: Input): Lines {
  const { source, from, closed, realisedDrawdown, equityDrawdown, market } = facts;
  const { limit, earlier, day, fall, byEquity, used } = facts.limitUse;
  const { rows, bot } = input;
  const unknownResults = source.ok ? closed.gap : source;
  const noEquity = rows.equity.ok ? missing('no_data', 'no equity at the start of the window') : rows.equity;
  const neverFell = missing('not_applicable', 'equity never fell below its start');
  const onEquity = {
    basis: 'equity of the balances, without transfers',
    queries: [equityQuery.id, transfersQuery.id],
    note: 'equity without transfers',
  };
  const ofDay = [...from.queries, dayPositionsQuery.id, dayFillsQuery.id, dayFundingQuery.id];
  const equityOfDay = [...onEquity.queries, dayEquityQuery.id];
  const noPrices = missing('no_data', 'no prices of the traded symbols at both edges');
  const onPrices = (key: 'mean' | 'weighted') => ({
    basis: 'prices',
    queries: [pricesQuery.id],
    of: (): Computed => (market === null ? noPrices : { value: known(market[key]), n: market.symbols }),
    note: 'first to last price',
  });
  return lines({
    columns: WHOLE_BOT,
    basis: from.basis,
    queries: from.queries,
    currency: bot.quoteCurrency,
    lines: [
      shown('PN8', 'money', 'worst_day_loss', 'Deepest net loss of a UTC day', {
        formula:
          'lowest cumulative net PnL of closed positions since 00:00 UTC, before the window too, as a loss',
        queries: ofDay,
        of: () => unknownResults ?? (earlier.ok ? (day?.loss ?? ZERO) : earlier),
        note: 'closed positions',
        when: () => (unknownResults === null && earlier.ok && day && !day.loss.isZero() ? day.at : null),
      }),
      shown('PN8', 'money', 'worst_day_fall', 'Deepest fall of equity in a UTC day', {
        formula:
          'largest fall of equity from its peak since 00:00 UTC, before the window too; a minute around transfers is left out',
        ...onEquity,
        queries: equityOfDay,
        of: () => fall?.loss ?? (!rows.equity.ok || rows.transfers.ok ? noEquity : rows.transfers),
        when: () => (fall && !fall.loss.isZero() ? fall.at : null),
      }),
      shown('PN8', 'money', 'daily_loss_limit', 'Daily loss limit', {
        formula: 'limits.dailyLoss, else the bot’s own limit',
        basis: limit?.by ?? 'configuration',
        of: () => limit?.value ?? missing('no_data', 'no daily loss limit is configured'),
        note: 'configuration, else the bot’s own limit',
      }),
      shown('PN8', 'percent', 'daily_loss_used', 'Daily loss limit used', {
        formula: `100 x the larger of the deepest loss and the deepest fall of equity of a day / limit; here ${byEquity ? 'the fall of equity' : fall ? 'the loss of closed positions' : 'the loss of closed positions, as equity is not known'}`,
        basis: byEquity ? onEquity.basis : from.basis,
        queries: [...ofDay, ...(fall ? equityOfDay : [])],
        of: () => used,
        row: 'Used',
        note: 'the larger of both by limit',
      }),
      shown('PN8', 'money', 'drawdown_realised', 'Largest drawdown, realised', {
        formula: 'largest fall of the cumulative net PnL from a peak that begins at the start',
        of: () => realisedDrawdown?.absolute ?? unknownResults ?? missing('no_data'),
        when: () => realisedDrawdown?.absoluteAt ?? null,
        note: 'closed positions',
      }),
      shown('PN8', 'money', 'drawdown_equity', 'Largest drawdown, mark to market', {
        formula: 'largest fall of equity from a peak that begins with equity at the start',
        ...onEquity,
        of: () => equityDrawdown?.absolute ?? noEquity,
      }),
      shown('PN8', 'time', 'drawdown_equity_at', 'Largest drawdown, when', {
        formula: 'time of the lowest equity of that episode',
        ...onEquity,
        // A curve that never fell has a drawdown of 0 and no time of it.
        of: () => equityDrawdown?.absoluteAt ?? (equityDrawdown ? neverFell : noEquity),
        row: 'Time of that drawdown',
        note: 'lowest equity of that episode',
      }),
      shown('PN8', 'percent', 'drawdown_equity_percent', 'Largest relative drawdown', {
        formula: '100 x fall / peak; it may be another episode',
        ...onEquity,
        of: () => equityDrawdown?.relative ?? noEquity,
        when: () => equityDrawdown?.relativeAt ?? null,
        note: 'may be another episode',
      }),
      unshown('PN6', 'ratio', 'expectancy_of_risk', 'Expectancy in multiples of the planned loss', {
        formula:
          'mean of net / (|entry - first stop| x quantity), over closed positions whose first stop is known',
        queries: [...new Set([...from.queries, ordersQuery.id, stopChangesQuery.id])],
        of: () =>
          unknownResults ??
          (facts.inRisk === null
            ? missing('no_data', 'no closed position with a known first stop')
            : { value: known(facts.inRisk.mean), n: facts.inRisk.n }),
      }),
      shown('PN14', 'percent', 'market_change', 'Change of the traded symbols', {
        formula: 'mean of (last - first) / first of the symbols of closed positions',
        ...onPrices('mean'),
        note: 'mean, first to last price',
      }),
      shown('PN14', 'percent', 'market_change_weighted', 'Change weighted by notional', {
        formula: 'the same, weighted by the traded notional',
        ...onPrices('weighted'),
      }),
    ],
  });
}

/** The self-check: each way of adding up the results gives the same total (catalogue 3.0). And what was assumed. */
export function accountingStatistics(facts: Facts, input: Input): Lines {
  const { source, from, closed, feesWithoutCurrency } = facts;
  const { results, gap, summary } = closed;
  const { fills } = input.rows;
  const off = offBy(facts);
  const identity = (of: string, one: string, difference: Money): Line<null> => ({
    name: `identity_${of}`,
    unit: 'money',
    title: `Total - sum of the ${one}s`,
    formula: `net PnL - sum of net PnL by ${one}`,
    of: () => gap ?? difference,
    row: true,
    note: 'self-check, must be 0',
  });
  const ofKnown = unshown<null>('PN3', 'money', 'net_pnl_known', 'Net PnL of the positions with a result', {
    formula: 'sum over the closed positions whose result is known',
    ...from,
    of: () => ({ value: known(amount(summary.net)), n: results.length }),
  });
  return lines({
    columns: WHOLE_BOT,
    basis: 'self-check',
    queries: from.queries,
    currency: input.bot.quoteCurrency,
    unseen: source.ok ? null : source,
    lines: [
      identity('venues', 'exchange', off.venues),
      identity('symbols', 'symbol', off.symbols),
      unshown('PN3', 'count', 'fees_without_currency', 'Fees that name no currency', {
        formula: 'fills with a fee other than 0 and an empty fee_currency; taken as the quote currency',
        basis: 'fills',
        queries: [fillsQuery.id],
        unseen: fills.ok ? null : fills,
        of: () => feesWithoutCurrency,
      }),
      ...(gap === null || results.length === 0 ? [] : [ofKnown]),
    ],
  });
}

/** A self-check that holds is a sentence; numbers stand where one does not, or could not be made. */
export function accountingBlock(facts: Facts, input: Input, out: Output): Block {
  const { venues, symbols } = offBy(facts);
  if (!facts.source.ok || facts.closed.gap !== null || !venues.isZero() || !symbols.isZero())
    return accountingStatistics(facts, input).block(out);
  return {
    type: 'paragraph',
    text: text`The net PnL of ${fig('positions_closed')} closed ${noun(facts.closed.results.length, 'position')} comes to the same total by exchange and by symbol.`,
  };
}

/** What the results differ by from their sum, added up in each way. */
function offBy({ closed: { results, summary }, byVenue }: Facts) {
  const bySymbol = [...groupBy(results, ({ fact }) => fact.symbol).values()];
  return {
    venues: summary.net.minus(sum(byVenue.map((group) => group.summary.net))),
    symbols: summary.net.minus(sum(bySymbol.map((list) => sum(list.map(({ net }) => net))))),
  };
}
