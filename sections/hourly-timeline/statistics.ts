import type { Series } from '../../audit/block.ts';
import { iso } from '../../audit/time.ts';
import { missing } from '../../audit/value.ts';
import { byExchange, counted, lines } from '../shared/vocabulary/lines.ts';
import { totalCount, totalMoney, type Bucket } from './buckets.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';

/** The rows of the chart; the first page shows the same. */
export const CHARTED = [
  { id: 'opened', title: 'Positions opened', tone: 'first', from: 'positions', of: (b: Bucket) => b.opened },
  { id: 'closed', title: 'Positions closed', tone: 'second', from: 'positions', of: (b: Bucket) => b.closed },
  { id: 'errors', title: 'Errors', tone: 'warning', from: 'errors', of: (b: Bucket) => b.errors },
  { id: 'alerts', title: 'Critical alerts', tone: 'bad', from: 'alerts', of: (b: Bucket) => b.critical },
] as const;

function sourcesOf({ basis, queries, errorBasis, errorQueries }: Facts) {
  return {
    positions: { basis, queries },
    errors: { basis: errorBasis, queries: errorQueries },
    alerts: { basis: 'alert log', queries: asked('alerts') },
  };
}

/** Figures TL1: the sums of the timeline's columns. */
export function statistics(facts: Facts, { bot }: Input) {
  const { buckets, dead } = facts;
  const sources = sourcesOf(facts);
  const count = counted({ id: 'TL1' });
  const money = counted({ id: 'TL1', unit: 'money' });
  const charted = CHARTED.map(({ id, title, from, of }) =>
    count(`timeline_${id}`, `${title}, all buckets`, totalCount(buckets.map(of)), {
      ...sources[from],
      formula: 'sum over the buckets of the timeline',
      row: id === 'alerts' ? 'Critical alerts, raw' : title,
    }),
  );
  const alerts = totalCount(buckets.map((bucket) => bucket.alerts));
  const net = totalMoney(buckets.map((bucket) => bucket.net));
  const fees = totalMoney(buckets.map((bucket) => bucket.fees));
  const events = totalCount(buckets.map((bucket) => bucket.events));
  const still = dead?.length ?? missing('no_data', 'events or heartbeats cannot be read');
  return lines({
    columns: byExchange([]),
    ...sources.positions,
    currency: bot.quoteCurrency,
    lines: [
      ...charted.slice(0, 3),
      count('timeline_alerts_raised', 'Alerts above INFO, all buckets', alerts, {
        ...sources.alerts,
        formula: 'sum over the buckets',
        row: 'Alerts above INFO',
      }),
      ...charted.slice(3),
      money('timeline_net_pnl', 'Net PnL, all buckets', net, {
        formula: 'sum over the buckets; a position counts where it was closed',
        row: 'Net PnL',
      }),
      money('timeline_fees', 'Fees, all buckets', fees, {
        formula: 'sum over the buckets of the fees of the positions closed in it',
        row: 'Fees',
      }),
      count('timeline_events', 'Events, all buckets', events, {
        ...sources.errors,
        formula: 'sum over the buckets',
      }),
      count('timeline_dead_buckets', 'Buckets without any event while heartbeats came', still, {
        id: 'TL-02',
        basis: 'events and heartbeats',
        queries: asked('counts'),
        formula: 'buckets with 0 events and at least one heartbeat',
      }),
    ],
  });
}

/** A bucket in which it cannot be counted is a gap. */
export function seriesOf(facts: Facts): readonly Series[] {
  const sources = sourcesOf(facts);
  return CHARTED.map(({ id, title, from, of }) => ({
    id: `timeline.${id}`,
    title,
    unit: 'count',
    queries: sources[from].queries,
    points: facts.buckets.map((bucket) => ({ at: iso(bucket.from), value: of(bucket).value })),
  }));
}
