import type { Series } from '../../audit/block.ts';
import { iso } from '../../audit/time.ts';
import { missing } from '../../audit/value.ts';
import { byExchange, lines, type Line, type Lines } from '../shared/vocabulary/lines.ts';
import { totalCount, totalMoney, type Bucket } from './buckets.ts';
import type { Facts } from './facts.ts';
import { queries, type Input } from './input.ts';

/** The rows of the chart; the first page shows the same. */
export const CHARTED = [
  {
    id: 'opened',
    title: 'Positions opened',
    tone: 'first',
    from: 'positions',
    pick: (b: Bucket) => b.opened,
  },
  {
    id: 'closed',
    title: 'Positions closed',
    tone: 'second',
    from: 'positions',
    pick: (b: Bucket) => b.closed,
  },
  { id: 'errors', title: 'Errors', tone: 'warning', from: 'errors', pick: (b: Bucket) => b.errors },
  { id: 'alerts', title: 'Critical alerts', tone: 'bad', from: 'alerts', pick: (b: Bucket) => b.critical },
] as const;

function sourcesOf({ basis, queries: asked, errorBasis, errorQueries }: Facts) {
  return {
    positions: { basis, queries: asked },
    errors: { basis: errorBasis, queries: errorQueries },
    alerts: { basis: 'alert log', queries: [queries.alerts.id] },
  };
}

/** Figures TL1: the sums of the timeline's columns. */
export function statistics(facts: Facts, { bot }: Input): Lines {
  const { buckets, dead } = facts;
  const sources = sourcesOf(facts);
  const count = { id: 'TL1', unit: 'count' } as const;
  const money = { id: 'TL1', unit: 'money' } as const;
  const charted = CHARTED.map(({ id, title, from, pick }): Line<unknown> => ({
    ...count,
    ...sources[from],
    name: `timeline_${id}`,
    title: `${title}, all buckets`,
    formula: 'sum over the buckets of the timeline',
    of: () => totalCount(buckets.map(pick)),
    row: id === 'alerts' ? 'Critical alerts, raw' : title,
  }));
  return lines<unknown>({
    columns: byExchange([]),
    ...sources.positions,
    currency: bot.quoteCurrency,
    lines: [
      ...charted.slice(0, 3),
      {
        ...count,
        ...sources.alerts,
        name: 'timeline_alerts_raised',
        title: 'Alerts above INFO, all buckets',
        formula: 'sum over the buckets',
        of: () => totalCount(buckets.map(({ alerts }) => alerts)),
        row: 'Alerts above INFO',
      },
      ...charted.slice(3),
      {
        ...money,
        name: 'timeline_net_pnl',
        title: 'Net PnL, all buckets',
        formula: 'sum over the buckets; a position counts where it was closed',
        of: () => totalMoney(buckets.map(({ net }) => net)),
        row: 'Net PnL',
      },
      {
        ...money,
        name: 'timeline_fees',
        title: 'Fees, all buckets',
        formula: 'sum over the buckets of the fees of the positions closed in it',
        of: () => totalMoney(buckets.map(({ fees }) => fees)),
        row: 'Fees',
      },
      {
        ...count,
        ...sources.errors,
        name: 'timeline_events',
        title: 'Events, all buckets',
        formula: 'sum over the buckets',
        of: () => totalCount(buckets.map(({ events }) => events)),
      },
      {
        name: 'timeline_dead_buckets',
        id: 'TL-02',
        unit: 'count',
        title: 'Buckets without any event while heartbeats came',
        basis: 'events and heartbeats',
        queries: [queries.counts.id],
        formula: 'buckets with 0 events and at least one heartbeat',
        of: () => dead?.length ?? missing('no_data', 'events or heartbeats cannot be read'),
      },
    ],
  });
}

/** A bucket in which it cannot be counted is a gap. */
export function seriesOf(facts: Facts): readonly Series[] {
  const sources = sourcesOf(facts);
  return CHARTED.map(({ id, title, from, pick }) => ({
    id: `timeline.${id}`,
    title,
    unit: 'count',
    queries: sources[from].queries,
    points: facts.buckets.map((bucket) => ({ at: iso(bucket.from), value: pick(bucket).value })),
  }));
}
