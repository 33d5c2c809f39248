import type { Column } from '../../audit/block.ts';
import { amount, sum, type Money } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { iso, ms } from '../../audit/time.ts';
import type { Scalar } from '../../audit/value.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { positionsQuery } from '../shared/queries/trading.ts';
import { capitalised } from '../shared/vocabulary/venue-figures.ts';
import { epsOf, type Facts, type Input } from './facts.ts';
import type { Result } from '../shared/facts/closed-results.ts';
import { cumulative, partSum, summarise } from './results.ts';

const TOP = 3;
/** Points of a cumulative line; enough for the width of a page. */
const STEPS = 480;

const column = (key: string, title: string, unit: Column['unit']): Column => ({ key, title, unit });
const plain = (value: Money | null): string | null => (value === null ? null : amount(value));

/** Net return on the entry notional, percent (catalogue 3.0). */
function returnPercent({ net, fact }: Result): number | null {
  return fact.notional.isZero() ? null : net.div(fact.notional).times(100).toNumber();
}

export function defineDatasets(facts: Facts, input: Input, out: Output): void {
  const { results } = facts.closed;
  const queries = facts.source.ok ? facts.source.queries : [positionsQuery.id];
  const currency = input.bot.quoteCurrency;
  const money = (key: string, title: string): Column => ({
    key,
    title: `${title} (${currency})`,
    unit: 'money',
    currency,
  });
  const eps = epsOf(input);
  const ranked = [...results].sort((a, b) => b.net.comparedTo(a.net) || a.closedAt - b.closedAt);
  const winners = ranked.filter(({ net }) => net.greaterThan(eps)).slice(0, TOP);
  const losers = ranked
    .filter(({ net }) => net.lessThan(eps.neg()))
    .sort((a, b) => a.net.comparedTo(b.net) || a.closedAt - b.closedAt)
    .slice(0, TOP);
  const best = [
    column('rank', 'Rank', 'count'),
    column('symbol', 'Symbol', 'text'),
    column('exchange', 'Exchange', 'text'),
    money('net', 'Net'),
    column('return', 'Return (%)', 'percent'),
    column('reason', 'Exit', 'text'),
    column('closed', 'Closed', 'time'),
    column('position', 'Position', 'text'),
  ];
  const bestRow = (result: Result, index: number): readonly Scalar[] => [
    index + 1,
    result.fact.symbol,
    capitalised(result.fact.venue),
    amount(result.net),
    returnPercent(result),
    result.fact.exitReason ?? '',
    iso(result.closedAt),
    result.fact.id,
  ];
  out.dataset({
    id: 'pnl.winners',
    title: 'Top 3 winners',
    columns: best,
    rows: winners.map(bestRow),
    queries,
  });
  out.dataset({ id: 'pnl.losers', title: 'Top 3 losers', columns: best, rows: losers.map(bestRow), queries });
  out.dataset({
    id: 'pnl.positions',
    title: 'Closed positions',
    columns: [
      column('position', 'Position', 'text'),
      column('symbol', 'Symbol', 'text'),
      column('exchange', 'Exchange', 'text'),
      column('strategy', 'Strategy', 'text'),
      column('side', 'Side', 'text'),
      column('opened', 'Opened', 'time'),
      column('closed', 'Closed', 'time'),
      column('entry', 'Entry', 'price'),
      column('exit', 'Exit price', 'price'),
      column('quantity', 'Quantity', 'quantity'),
      money('gross', 'Gross'),
      money('fees', 'Fees'),
      money('funding', 'Funding'),
      money('net', 'Net'),
      column('return', 'Return (%)', 'percent'),
    ],
    rows: results.map((result) => {
      const { fact } = result;
      return [
        fact.id,
        fact.symbol,
        fact.venue,
        fact.strategy ?? '',
        fact.side,
        iso(fact.openedAt),
        iso(result.closedAt),
        amount(fact.entryPrice),
        plain(fact.exitPrice),
        amount(fact.quantity),
        plain(result.gross),
        plain(result.fees),
        plain(result.funding),
        amount(result.net),
        returnPercent(result),
      ];
    }),
    queries,
  });
  for (const [id, title, keyOf] of [
    ['symbols', 'Symbol', ({ fact }: Result) => fact.symbol],
    ['strategies', 'Strategy', ({ fact }: Result) => fact.strategy ?? 'none'],
  ] as const) {
    out.dataset({
      id: `pnl.${id}`,
      title: `Results by ${title.toLowerCase()}`,
      columns: [
        column('name', title, 'text'),
        column('closed', 'Closed', 'count'),
        column('winners', 'Winners', 'count'),
        column('losers', 'Losers', 'count'),
        column('win_rate', 'Win rate (%)', 'percent'),
        money('gross', 'Gross'),
        money('fees', 'Fees'),
        money('funding', 'Funding'),
        money('net', 'Net'),
      ],
      rows: [...groupBy(results, keyOf)]
        .map(([name, group]) => ({ name, group, summary: summarise(group, eps) }))
        .sort((a, b) => b.summary.net.comparedTo(a.summary.net) || (a.name < b.name ? -1 : 1))
        .map(({ name, group, summary }) => [
          name,
          summary.n,
          summary.winners,
          summary.losers,
          summary.winRate,
          plain(partSum(group, 'gross')),
          plain(partSum(group, 'fees')),
          plain(partSum(group, 'funding')),
          amount(summary.net),
        ]),
      queries,
    });
  }
}

/** Cumulative net PnL from 0 at the window's start, by exchange and in total; ids for the chart, empty without results. */
export function cumulativeSeries(
  facts: Facts,
  input: Input,
  out: Output,
): readonly { readonly id: string; readonly venue: string | null }[] {
  const { closed, byVenue, venues, source } = facts;
  if (!source.ok || closed.gap || closed.results.length === 0) return [];
  const lines = [
    ...venues
      .filter((venue) => (byVenue.get(venue)?.results.length ?? 0) > 0)
      .map((venue) => ({ venue: venue, results: byVenue.get(venue)?.results ?? [] })),
    { venue: null, results: closed.results },
  ];
  return lines.map(({ venue, results }) => ({
    venue,
    id: out.series({
      id: `pnl.net.${venue ?? 'total'}`,
      title: venue === null ? 'Total' : capitalised(venue),
      unit: 'money',
      currency: input.bot.quoteCurrency,
      queries: source.queries,
      points: sampled(results, input),
    }),
  }));
}

/** The line is drawn on a fixed grid; its last point is the total. Only the chart uses floating point. */
function sampled(results: readonly Result[], input: Input): { at: string; value: number }[] {
  const [from, to] = [ms(input.window.from), ms(input.window.to)];
  const curve = cumulative(results, { at: from, value: sum([]) });
  let next = 0;
  let value = sum([]);
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const at = from + Math.round(((to - from) * step) / STEPS);
    for (let point = curve[next]; point && (point.at <= at || step === STEPS); point = curve[next]) {
      value = point.value;
      next += 1;
    }
    return { at: iso(at), value: value.toNumber() };
  });
}
