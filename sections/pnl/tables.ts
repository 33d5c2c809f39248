import type { Money } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { exitName } from '../shared/facts/exit-names.ts';
import type { Result } from '../shared/facts/closed-results.ts';
import { groupBy, timeOrNull } from '../shared/facts/row-values.ts';
import { positionsQuery } from '../shared/queries/trading.ts';
import { col, detail, table, tablesOf } from '../shared/vocabulary/table.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import { epsOf, type ConvertedFee, type Facts } from './facts.ts';
import type { Input } from './input.ts';
import { partSum, summarise } from '../shared/facts/result-summary.ts';

const TOP = 3;

/** Net return on the entry notional, percent (catalogue 3.0). */
const returnOf = col.percent<Result>('Return (%)', ({ net, fact }) =>
  fact.notional.isZero() ? null : net.div(fact.notional).times(100).toNumber(),
);

const bestTable = table<Result>({
  rank: col.count('Rank', (_, index) => index + 1),
  symbol: col.text('Symbol', ({ fact }) => fact.symbol),
  exchange: col.text('Exchange', ({ fact }) => capitalised(fact.venue)),
  net: col.cash('Net', ({ net }) => net),
  return: returnOf,
  reason: col.text('Exit', ({ fact }) => exitName(fact.row.exit_kind) ?? fact.exitReason ?? ''),
  closed: col.time('Closed', ({ closedAt }) => closedAt),
  position: col.text('Position', ({ fact }) => fact.id),
});

const positionTable = table<Result>({
  position: col.text('Position', ({ fact }) => fact.id),
  symbol: col.text('Symbol', ({ fact }) => fact.symbol),
  exchange: col.text('Exchange', ({ fact }) => fact.venue),
  strategy: col.text('Strategy', ({ fact }) => fact.strategy ?? ''),
  side: col.text('Side', ({ fact }) => fact.side),
  opened: col.time('Opened', ({ fact }) => fact.openedAt),
  closed: col.time('Closed', ({ closedAt }) => closedAt),
  entry: col.price('Entry', ({ fact }) => fact.entryPrice),
  exit: col.price('Exit price', ({ fact }) => fact.exitPrice),
  quantity: col.quantity('Quantity', ({ fact }) => fact.quantity),
  gross: col.cash('Gross', ({ gross }) => gross),
  fees: col.cash('Fees', ({ fees }) => fees),
  funding: col.cash('Funding', ({ funding }) => funding),
  net: col.cash('Net', ({ net }) => net),
  return: returnOf,
});

type Named = ReturnType<typeof namedGroups>[number];
const groupTable = (title: string) =>
  table<Named>({
    name: col.text(title, ({ name }) => name),
    closed: col.count('Closed', ({ summary }) => summary.n),
    winners: col.count('Winners', ({ summary }) => summary.winners),
    losers: col.count('Losers', ({ summary }) => summary.losers),
    win_rate: col.percent('Win rate (%)', ({ summary }) => summary.winRate),
    gross: col.cash('Gross', ({ results }) => partSum(results, 'gross')),
    fees: col.cash('Fees', ({ results }) => partSum(results, 'fees')),
    funding: detail(col.cash('Funding', ({ results }) => partSum(results, 'funding'))),
    net: col.cash('Net', ({ summary }) => summary.net),
  });

function namedGroups(results: readonly Result[], nameOf: (result: Result) => string, eps: Money) {
  return [...groupBy(results, nameOf)]
    .map(([name, list]) => ({ name, results: list, summary: summarise(list, eps) }))
    .sort((a, b) => b.summary.net.comparedTo(a.summary.net) || (a.name < b.name ? -1 : 1));
}

const feeTable = table<ConvertedFee>({
  fill: col.text('Fill', ({ fill }) => fill.id),
  position: col.text('Position', ({ position }) => position),
  at: col.time('Paid', ({ fill }) => timeOrNull(fill.at)),
  fee: col.quantity('Fee', ({ fee }) => fee),
  currency: col.text('In', ({ currency }) => currency),
  price: col.price('Price', ({ rate }) => rate.price),
  price_at: col.time('Price of', ({ rate }) => rate.at),
  by: col.text('Said by', ({ rate }) => rate.by),
  worth: col.cash('Worth', ({ worth }) => worth),
});

/** The closed positions: the best, the worst, all, by symbol and by strategy. */
export function defineTables({ closed, source, convertedFees }: Facts, input: Input, out: Output): void {
  const { results } = closed;
  const queries = source.ok ? source.queries : [positionsQuery.id];
  const eps = epsOf(input);
  const ranked = (sign: 1 | -1): readonly Result[] =>
    results
      .filter(({ net }) => net.times(sign).greaterThan(eps))
      .sort((a, b) => sign * b.net.comparedTo(a.net) || a.closedAt - b.closedAt)
      .slice(0, TOP);
  const define = tablesOf(out, 'pnl', input.bot.quoteCurrency, () => queries);
  define(bestTable, 'winners', 'Top 3 winners', ranked(1));
  define(bestTable, 'losers', 'Top 3 losers', ranked(-1));
  define(positionTable, 'positions', 'Closed positions', results);
  if (convertedFees.length > 0)
    define(feeTable, 'converted-fees', 'Fees paid in another asset', convertedFees);
  const symbols = namedGroups(results, ({ fact }) => fact.symbol, eps);
  define(groupTable('Symbol'), 'symbols', 'Results by symbol', symbols);
  const strategies = namedGroups(results, ({ fact }) => fact.strategy ?? 'none', eps);
  define(groupTable('Strategy'), 'strategies', 'Results by strategy', strategies);
}
