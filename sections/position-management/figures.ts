import { amount } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import { known, missing } from '../../audit/value.ts';
import { equityQuery, pricesQuery } from '../shared/queries/trading.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { venueFigures, type Cell, type VenueSpec } from '../shared/vocabulary/venue-figures.ts';
import { concurrencyOf } from './concurrency.ts';
import type { Facts, Input } from './facts.ts';
import { activityFigures } from './figures-activity.ts';
import { notionalPeaks } from './notional.ts';

/** Figures P1 to P9 per exchange and in total. */
export function figures(facts: Facts, input: Input, out: Output): void {
  countFigures(facts, input, out);
  notionalFigures(facts, input, out);
  activityFigures(facts, input, out);
}

function countFigures(facts: Facts, input: Input, out: Output): void {
  const { source, venues, opened, closed, positions } = facts;
  const basis = source.ok ? source.basis : 'no source';
  const queries = source.ok ? source.queries : [];
  const add = (
    spec: Pick<VenueSpec, 'name' | 'title' | 'formula'> & Partial<VenueSpec>,
    cell: (own: readonly PositionFact[]) => Cell,
    of: readonly PositionFact[],
  ): void => {
    venueFigures(out, venues, { unit: 'count', basis, queries, ...spec }, (venue) =>
      source.ok ? cell(of.filter((fact) => venue === null || fact.venue === venue)) : { value: source },
    );
  };
  const count = (own: readonly PositionFact[]): Cell => ({ value: known(own.length) });
  add(
    {
      name: 'positions_opened',
      id: 'P1',
      title: 'Positions opened',
      formula: 'positions whose first entry lies in [from, to); adds to an open position are no opening',
    },
    count,
    opened,
  );
  add(
    {
      name: 'positions_closed',
      id: 'P2',
      title: 'Positions closed',
      formula: 'positions whose quantity reached zero in [from, to)',
    },
    count,
    closed,
  );
  add(
    {
      name: 'positions_active',
      id: 'P3',
      title: 'Open at the end',
      basis: `${basis}, at the end`,
      formula: 'positions opened before the end of the window and not closed before it',
    },
    (own) => ({ value: known(own.filter(({ closedAt }) => closedAt === null).length) }),
    positions,
  );
  add(
    {
      name: 'positions_active_start',
      title: 'Open at the start',
      formula: 'positions opened before the start of the window and not closed before it',
    },
    (own) => ({ value: known(own.filter(({ openedAt }) => openedAt < ms(input.window.from)).length) }),
    positions,
  );
  add(
    {
      name: 'positions_max_concurrent',
      id: 'P4',
      title: 'Most open at once',
      formula:
        'maximum of the number open over [open, close); closes come before opens at one instant; the total is swept jointly',
    },
    (own) => ({ value: known(concurrencyOf(own, input.window).max) }),
    positions,
  );
  add(
    {
      name: 'positions_average_concurrent',
      id: 'P5',
      title: 'Open on average',
      unit: 'ratio',
      formula: 'integral of the number open over the window / length of the window',
    },
    (own) => ({ value: known(concurrencyOf(own, input.window).average) }),
    positions,
  );
  add(
    {
      name: 'exposed_time',
      id: 'P5',
      title: 'Time with a position',
      unit: 'percent',
      formula: '100 x time with at least one open position / length of the window',
    },
    (own) => ({ value: known(concurrencyOf(own, input.window).exposedPct) }),
    positions,
  );
  out.figure({
    name: 'positions_unusable',
    value: source.ok ? known(source.unusableRows.length) : source,
    unit: 'count',
    title: 'Position rows without a usable time, quantity or price',
    basis: 'position rows',
    queries,
    formula:
      'rows without opening time, positive quantity, positive entry price or symbol; they are in no other number',
  });
  out.figure({
    name: 'closes_without_time',
    value: source.ok ? known(closed.filter(({ row }) => row.closed_at === null).length) : source,
    unit: 'count',
    title: 'Closed rows without a closing time',
    basis: 'position rows',
    queries,
    formula: 'closed positions whose row has an empty closed_at; fills or the last update stand in for it',
  });
  out.figure({
    name: 'positions_max_concurrent_at',
    value: source.ok ? known(new Date(concurrencyOf(positions, input.window).maxAt).toISOString()) : source,
    unit: 'time',
    title: 'When most were open at once',
    basis,
    queries,
    formula: 'first time of the maximum',
  });
}

function notionalFigures(
  { source, positions, venues, market, limits }: Facts,
  input: Input,
  out: Output,
): void {
  const currency = input.bot.quoteCurrency;
  const peaks = new Map(
    [...venues, null].map((venue) => [venue, notionalPeaks(positions, market, venue, input.window)]),
  );
  const marked = peaks.get(null)?.marked === true && market.hasPrices;
  const basis = `${source.ok ? source.basis : 'no source'}, ${marked ? 'market prices' : market.hasPrices ? 'market prices, else entry prices' : 'entry prices'}`;
  const queries = source.ok ? [...source.queries, ...(market.hasPrices ? [pricesQuery.id] : [])] : [];
  const add = (name: string, title: string, formula: string, pick: 'gross' | 'net'): void => {
    venueFigures(
      out,
      venues,
      { name, id: 'P6', title, unit: 'money', currency, basis, queries, formula },
      (venue) => ({
        value: source.ok
          ? known(amount(peaks.get(venue)?.[pick] ?? notionalPeaks([], market, venue, input.window)[pick]))
          : source,
      }),
    );
  };
  add(
    'gross_notional_peak',
    'Largest gross notional',
    'max over time of the sum of |quantity| x price',
    'gross',
  );
  add(
    'net_notional_peak',
    'Largest net notional',
    'max over time of |sum of long - sum of short notional|',
    'net',
  );
  const noEquity = input.rows.equity.ok
    ? missing('no_data', 'no balance in quote currency')
    : input.rows.equity;
  venueFigures(
    out,
    venues,
    {
      name: 'leverage_peak',
      id: 'P6',
      title: 'Largest gross notional / equity',
      unit: 'ratio',
      basis: `${basis}, balances`,
      queries: [...queries, equityQuery.id],
      formula: 'max over time of gross notional / equity at the same time',
    },
    (venue) => {
      const leverage = peaks.get(venue)?.leverage ?? null;
      return { value: !source.ok ? source : leverage === null ? noEquity : known(leverage.toNumber()) };
    },
  );
  for (const [name, title, limit, unit] of [
    ['limit_positions', 'Limit of open positions', limits.positions, 'count'],
    ['limit_exposure', 'Limit of gross notional', limits.exposure, 'money'],
    ['limit_leverage', 'Limit of leverage', limits.leverage, 'ratio'],
  ] as const) {
    out.figure({
      name,
      title,
      value:
        limit === null
          ? missing('no_data', 'no such limit is set')
          : known(unit === 'money' ? amount(limit.value) : limit.value.toNumber()),
      unit,
      ...(unit === 'money' && { currency }),
      basis: limit?.source ?? 'configuration and limits of the bot',
      formula: 'as set',
    });
  }
}
