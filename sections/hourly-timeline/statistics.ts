import type { Series } from '../../audit/block.ts';
import type { Output } from '../../audit/section.ts';
import { iso } from '../../audit/time.ts';
import { missing } from '../../audit/value.ts';
import { eventsIn } from '../shared/facts/errors.ts';
import type { ErrorSignatureRow } from '../shared/queries/monitoring.ts';
import { byExchange, counted, lines } from '../shared/vocabulary/lines.ts';
import { col, table, tablesOf } from '../shared/vocabulary/table.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import { totalCount, totalMoney, unitOf, type Bucket, type Facts } from './facts.ts';
import { asked, type Input } from './input.ts';

/** The rows of the chart; the first page shows the same. */
export const CHARTED = [
  {
    id: 'opened',
    title: 'Positions opened',
    tone: 'neutral',
    from: 'positions',
    of: (b: Bucket) => b.opened,
  },
  {
    id: 'closed',
    title: 'Positions closed',
    tone: 'neutral',
    from: 'positions',
    of: (b: Bucket) => b.closed,
  },
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

const bucketColumns = (input: Input) =>
  table<Bucket>({
    number: col.count(capitalised(unitOf(input)), ({ index }) => index + 1),
    from: col.time('From', ({ from }) => from),
    opened: col.count('Opened', ({ opened }) => opened),
    closed: col.count('Closed', ({ closed }) => closed),
    errors: col.count('Errors', ({ errors }) => errors),
    alerts: col.count('Alerts', ({ alerts }) => alerts),
    critical: col.count('Critical', ({ critical }) => critical),
    net: col.cash('Net PnL', ({ net }) => net),
    fees: col.cash('Fees', ({ fees }) => fees),
    notes: col.text('Notes', (bucket) => notes(bucket, input.bucketS)),
  });

const errors = table<ErrorSignatureRow & { readonly start: number }>({
  from: col.time('From', ({ start }) => start),
  times: col.count('Times', ({ events }) => events),
  exchange: col.text('Exchange', ({ exchange }) => exchange ?? ''),
  type: col.text('Event', ({ type }) => type),
  signature: col.text('Signature', ({ signature }) => signature),
  first: col.time('First', ({ first_at: first }) => first),
  last: col.time('Last', ({ last_at: last }) => last),
});

/** What happened in each bucket, and the errors by bucket and signature, the bucket with most errors first. */
export function defineTables({ buckets, queries }: Facts, input: Input, out: Output): void {
  const currency = input.bot.quoteCurrency;
  const title = `Activity by ${unitOf(input)}`;
  const head = { id: 'hourly-timeline.buckets', title, queries: [...queries, ...asked('counts', 'alerts')] };
  out.dataset(bucketColumns(input).of(head, buckets, currency));
  const bySignature = [...buckets]
    .sort((a, b) => eventsIn(b.signatures) - eventsIn(a.signatures) || a.index - b.index)
    .flatMap(({ from, signatures }) => signatures.map((row) => ({ ...row, start: from })));
  const define = tablesOf(out, 'hourly-timeline', currency, asked);
  define(errors, 'errors', 'Errors by bucket and signature', bySignature, 'signatures');
}

/** What stands out in the bucket, in a few words. */
function notes({ from, to, unseenMinutes, signatures, events, beating }: Bucket, bucketS: number): string {
  const lengthS = (to - from) / 1000;
  const [top] = signatures;
  return [
    unseenMinutes > 0 ? `${String(Math.round(unseenMinutes))} min unseen` : '',
    lengthS < bucketS ? `partial, ${String(Math.round(lengthS / 60))} min` : '',
    top && top.events >= 3 ? `${String(top.events)} x ${top.signature.slice(0, 60)}` : '',
    events.value !== 0 ? '' : beating === true ? 'no event while heartbeats came' : 'no event',
    beating === false ? 'no heartbeat' : '',
  ]
    .filter((note) => note !== '')
    .join('; ');
}
