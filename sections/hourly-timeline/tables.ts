import type { Dataset } from '../../audit/block.ts';
import { eventsIn } from '../shared/facts/errors.ts';
import type { ErrorSignatureRow } from '../shared/queries/monitoring.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import type { Bucket } from './buckets.ts';
import { bucketName, type Facts } from './facts.ts';
import { queries, type Input } from './input.ts';

/** What happened in each bucket. */
export function bucketTable(facts: Facts, input: Input): Dataset {
  return table<Bucket>({
    number: col.count(bucketName(input) === 'hour' ? 'Hour' : 'Bucket', ({ index }) => index + 1),
    from: col.time('From', ({ from }) => from),
    opened: col.count('Opened', ({ opened }) => opened),
    closed: col.count('Closed', ({ closed }) => closed),
    errors: col.count('Errors', ({ errors }) => errors),
    alerts: col.count('Alerts', ({ alerts }) => alerts),
    critical: col.count('Critical', ({ critical }) => critical),
    net: col.cash('Net PnL', ({ net }) => net),
    fees: col.cash('Fees', ({ fees }) => fees),
    notes: col.text('Notes', (bucket) => notes(bucket, input.bucketS)),
  }).of(
    {
      id: 'hourly-timeline.buckets',
      title: `Activity by ${bucketName(input, 'day')}`,
      queries: [...facts.queries, queries.counts.id, queries.alerts.id],
    },
    facts.buckets,
    input.bot.quoteCurrency,
  );
}

/** Errors by bucket and signature, the bucket with most errors first. */
export function errorTable({ buckets }: Facts, { bot }: Input): Dataset {
  return table<ErrorSignatureRow & { readonly start: number }>({
    from: col.time('From', ({ start }) => start),
    times: col.count('Times', ({ events }) => events),
    exchange: col.text('Exchange', ({ exchange }) => exchange ?? ''),
    type: col.text('Event', ({ type }) => type),
    signature: col.text('Signature', ({ signature }) => signature),
    first: col.time('First', ({ first_at: first }) => first),
    last: col.time('Last', ({ last_at: last }) => last),
  }).of(
    {
      id: 'hourly-timeline.errors',
      title: 'Errors by bucket and signature',
      queries: [queries.signatures.id],
    },
    [...buckets]
      .sort((a, b) => eventsIn(b.signatures) - eventsIn(a.signatures) || a.index - b.index)
      .flatMap(({ from, signatures }) => signatures.map((row) => ({ ...row, start: from }))),
    bot.quoteCurrency,
  );
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
