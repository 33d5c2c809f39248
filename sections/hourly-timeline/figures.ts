import type { Column } from '../../audit/block.ts';
import type { Output } from '../../audit/section.ts';
import { iso } from '../../audit/time.ts';
import { isKnown, known, missing, type Value } from '../../audit/value.ts';
import { alertsQuery, errorSignaturesQuery, eventCountsQuery } from '../shared/queries/monitoring.ts';
import { total, totalCount, type Bucket, type Facts, type Input } from './facts.ts';

/** The lines of the chart; the first page shows the same. */
export const LINES = [
  { id: 'opened', title: 'Positions opened', pick: (bucket: Bucket) => bucket.opened },
  { id: 'closed', title: 'Positions closed', pick: (bucket: Bucket) => bucket.closed },
  { id: 'errors', title: 'Errors', pick: (bucket: Bucket) => bucket.errors },
  { id: 'alerts', title: 'Critical alerts', pick: (bucket: Bucket) => bucket.critical },
] as const;

export function defineFigures(facts: Facts, input: Input, out: Output): void {
  const { buckets } = facts;
  const sources = {
    opened: { basis: facts.basis, queries: facts.queries },
    closed: { basis: facts.basis, queries: facts.queries },
    errors: { basis: facts.errorBasis, queries: facts.errorQueries },
    alerts: { basis: 'alert log', queries: [alertsQuery.id] },
  };
  for (const { id, title, pick } of LINES) {
    out.figure({
      name: `timeline_${id}`,
      value: totalCount(buckets.map(pick)),
      unit: 'count',
      id: 'TL1',
      title: `${title}, all buckets`,
      formula: 'sum over the buckets of the timeline',
      ...sources[id],
    });
    out.series({
      id: `timeline.${id}`,
      title,
      unit: 'count',
      queries: sources[id].queries,
      points: buckets.map((bucket) => {
        const value = pick(bucket);
        return { at: iso(bucket.from), value: isKnown(value) ? value.value : null };
      }),
    });
  }
  const money = {
    unit: 'money' as const,
    currency: input.bot.quoteCurrency,
    id: 'TL1',
    basis: facts.basis,
    queries: facts.queries,
  };
  out.figure({
    ...money,
    name: 'timeline_net_pnl',
    value: total(buckets.map(({ net }) => net)),
    title: 'Net PnL, all buckets',
    formula: 'sum over the buckets; a position counts where it was closed',
  });
  out.figure({
    ...money,
    name: 'timeline_fees',
    value: total(buckets.map(({ fees }) => fees)),
    title: 'Fees, all buckets',
    formula: 'sum over the buckets of the fees of the positions closed in it',
  });
  out.figure({
    name: 'timeline_alerts_raised',
    value: totalCount(buckets.map(({ alerts }) => alerts)),
    unit: 'count',
    id: 'TL1',
    title: 'Alerts above INFO, all buckets',
    formula: 'sum over the buckets',
    ...sources.alerts,
  });
  out.figure({
    name: 'timeline_events',
    value: totalCount(buckets.map(({ events }) => events)),
    unit: 'count',
    id: 'TL1',
    title: 'Events, all buckets',
    formula: 'sum over the buckets',
    ...sources.errors,
  });
  const dead = deadBuckets(facts);
  out.figure({
    name: 'timeline_dead_buckets',
    value: dead === null ? missing('no_data', 'events or heartbeats cannot be read') : known(dead.length),
    unit: 'count',
    id: 'TL-02',
    title: 'Buckets without any event while heartbeats came',
    basis: 'events and heartbeats',
    queries: [eventCountsQuery.id],
    formula: 'buckets with 0 events and at least one heartbeat',
  });
}

/** Null when events or heartbeats cannot be read. */
export function deadBuckets({ buckets }: Facts): readonly Bucket[] | null {
  if (buckets.some(({ events, beating }) => !isKnown(events) || beating === null)) return null;
  return buckets.filter(({ events, beating }) => isKnown(events) && events.value === 0 && beating === true);
}

const column = (key: string, title: string, unit: Column['unit']): Column => ({ key, title, unit });

export function defineDatasets(facts: Facts, input: Input, out: Output): void {
  const currency = input.bot.quoteCurrency;
  const cell = (value: Value): string | number | null => (isKnown(value) ? value.value : null);
  out.dataset({
    id: 'hourly-timeline.buckets',
    title: input.bucketS === 3600 ? 'Activity by hour' : 'Activity by day',
    columns: [
      column('number', input.bucketS === 3600 ? 'Hour' : 'Bucket', 'count'),
      column('from', 'From', 'time'),
      column('opened', 'Opened', 'count'),
      column('closed', 'Closed', 'count'),
      column('errors', 'Errors', 'count'),
      column('alerts', 'Alerts', 'count'),
      column('critical', 'Critical', 'count'),
      { key: 'net', title: `Net PnL (${currency})`, unit: 'money', currency },
      { key: 'fees', title: `Fees (${currency})`, unit: 'money', currency },
      column('notes', 'Notes', 'text'),
    ],
    rows: facts.buckets.map((bucket) => [
      bucket.index + 1,
      iso(bucket.from),
      ...[
        bucket.opened,
        bucket.closed,
        bucket.errors,
        bucket.alerts,
        bucket.critical,
        bucket.net,
        bucket.fees,
      ].map(cell),
      notes(bucket, input.bucketS),
    ]),
    queries: [...facts.queries, eventCountsQuery.id, alertsQuery.id],
  });
  out.dataset({
    id: 'hourly-timeline.errors',
    title: 'Errors by bucket and signature',
    columns: [
      column('from', 'From', 'time'),
      column('times', 'Times', 'count'),
      column('exchange', 'Exchange', 'text'),
      column('type', 'Event', 'text'),
      column('signature', 'Signature', 'text'),
      column('first', 'First', 'time'),
      column('last', 'Last', 'time'),
    ],
    rows: [...facts.buckets]
      .sort(
        (a, b) =>
          b.signatures.reduce((n, { events }) => n + events, 0) -
            a.signatures.reduce((n, { events }) => n + events, 0) || a.index - b.index,
      )
      .flatMap((bucket) =>
        [...bucket.signatures]
          .sort((a, b) => b.events - a.events)
          .map((row) => [
            iso(bucket.from),
            row.events,
            row.exchange ?? '',
            row.type,
            row.signature,
            row.first_at,
            row.last_at,
          ]),
      ),
    queries: [errorSignaturesQuery.id],
  });
}

/** What stands out in the bucket, in a few words. */
function notes(bucket: Bucket, bucketS: number): string {
  const list: string[] = [];
  const lengthS = (bucket.to - bucket.from) / 1000;
  if (bucket.unseenMinutes > 0) list.push(`${String(Math.round(bucket.unseenMinutes))} min unseen`);
  if (lengthS < bucketS) list.push(`partial, ${String(Math.round(lengthS / 60))} min`);
  const [top] = [...bucket.signatures].sort((a, b) => b.events - a.events);
  if (top && top.events >= 3) list.push(`${String(top.events)} x ${top.signature.slice(0, 60)}`);
  if (isKnown(bucket.events) && bucket.events.value === 0)
    list.push(bucket.beating === true ? 'no event while heartbeats came' : 'no event');
  if (bucket.beating === false) list.push('no heartbeat');
  return list.join('; ');
}
