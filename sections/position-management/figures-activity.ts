import type { Output } from '../../audit/section.ts';
import { wilson } from '../../audit/statistics.ts';
import { known, missing, type Value } from '../../audit/value.ts';
import { ordersQuery } from '../shared/queries/trading.ts';
import { venueFigures, type Cell } from '../shared/vocabulary/venue-figures.ts';
import type { EntryOrder } from '../shared/facts/entry-orders.ts';
import { exitGroups, holdingTimes } from './exits.ts';
import type { Facts, Input } from './facts.ts';

/** Entry failures (P7), holding times (P8), exit reasons (P9). */
export function activityFigures(facts: Facts, input: Input, out: Output): void {
  entryFigures(facts, out);
  holdingFigures(facts, out);
  exitFigures(facts, input.bot.quoteCurrency, out);
}

/** k/n in percent with its Wilson interval below 100 samples. */
export function rateOf(k: number, n: number): Cell {
  if (n === 0) return { value: missing('no_data', 'none in the window'), n };
  return { value: known((100 * k) / n), n, interval: n < 100 ? wilson(k, n) : null };
}

function entryFigures({ entries, venues }: Facts, out: Output): void {
  const spec = {
    basis: entries.ok ? entries.basis : 'no source',
    queries: entries.ok && entries.basis === 'orders' ? [ordersQuery.id] : [],
  };
  const own = (venue: string | null): readonly EntryOrder[] =>
    entries.ok ? entries.orders.filter((order) => venue === null || order.venue === venue) : [];
  const count = (
    name: string,
    title: string,
    outcome: EntryOrder['outcome'] | null,
    formula: string,
  ): void => {
    venueFigures(out, venues, { ...spec, name, title, unit: 'count', id: 'P7', formula }, (venue) => ({
      value: entries.ok
        ? known(own(venue).filter((order) => outcome === null || order.outcome === outcome).length)
        : entries,
    }));
  };
  count(
    'entry_orders',
    'Entry orders',
    null,
    'orders with role entry (or that may increase a position), created in the window',
  );
  count(
    'entry_orders_failed',
    'Entry orders that failed',
    'failed',
    'entry orders rejected, expired, or cancelled without a fill',
  );
  count(
    'entry_orders_by_design',
    'Entry orders cancelled by design',
    'by-design',
    'entry orders cancelled without a fill for a timeout or a replacement',
  );
  venueFigures(
    out,
    venues,
    {
      ...spec,
      name: 'entry_failures',
      id: 'P7',
      title: 'Open failures',
      unit: 'percent',
      formula: '100 x failed entry orders / entry orders',
    },
    (venue) =>
      entries.ok
        ? rateOf(own(venue).filter(({ outcome }) => outcome === 'failed').length, own(venue).length)
        : { value: entries },
  );
}

function holdingFigures({ source, closed, venues }: Facts, out: Output): void {
  const spec = {
    unit: 's',
    id: 'P8',
    basis: source.ok ? `${source.basis}; closed positions only` : 'no source',
    queries: source.ok ? source.queries : [],
  } as const;
  const times = new Map(
    [...venues, null].map((venue) => [
      venue,
      holdingTimes(closed.filter((fact) => venue === null || fact.venue === venue)),
    ]),
  );
  const add = (
    name: string,
    title: string,
    formula: string,
    pick: 'averageS' | 'medianS' | 'p95S' | 'winnersMedianS' | 'losersMedianS',
  ): void => {
    venueFigures(out, venues, { ...spec, name, title, formula }, (venue) => {
      const own = times.get(venue);
      const value: Value = !source.ok ? source : (own?.[pick] ?? missing('no_data'));
      return own && source.ok ? { value, n: own.n } : { value };
    });
  };
  add('holding_time_average', 'Holding time, average', 'mean of close - open', 'averageS');
  add('holding_time_median', 'Holding time, median', 'nearest-rank median of close - open', 'medianS');
  add('holding_time_p95', 'Holding time, P95', 'nearest-rank P95 of close - open; needs 20 closes', 'p95S');
  add(
    'holding_time_winners',
    'Holding time of winners, median',
    'median of close - open where net > 0',
    'winnersMedianS',
  );
  add(
    'holding_time_losers',
    'Holding time of losers, median',
    'median of close - open where net < 0',
    'losersMedianS',
  );
}

function exitFigures({ source, closed, venues, reasonOf }: Facts, currency: string, out: Output): void {
  const spec = {
    id: 'P9',
    basis: source.ok ? `${source.basis}; reasons as the bot wrote them` : 'no source',
    queries: source.ok ? source.queries : [],
  };
  for (const [name, title, unit] of [
    ['exits_unknown', 'Closes without a known reason', 'count'],
    ['exits_unknown_share', 'Share of closes without a known reason', 'percent'],
  ] as const) {
    venueFigures(
      out,
      venues,
      {
        ...spec,
        name,
        title,
        unit,
        formula: 'closes whose reason is empty, or says only that the position was found gone',
      },
      (venue) => {
        if (!source.ok) return { value: source };
        const own = closed.filter((fact) => venue === null || fact.venue === venue);
        const k = own.filter((fact) => reasonOf(fact) === 'unknown').length;
        return unit === 'count' ? { value: known(k) } : rateOf(k, own.length);
      },
    );
  }
  for (const { reason, count, net } of exitGroups(closed, reasonOf)) {
    out.figure({
      ...spec,
      name: 'exits',
      labels: { reason },
      value: known(count),
      unit: 'count',
      title: `Closes by ${reason}`,
      formula: 'closes with this reason',
    });
    out.figure({
      ...spec,
      name: 'exits_net',
      labels: { reason },
      value: net,
      unit: 'money',
      currency,
      title: `Net PnL of closes by ${reason}`,
      formula: 'sum of gross - fees + funding',
    });
  }
}
