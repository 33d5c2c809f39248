import type { Output } from '../../audit/section.ts';
import { eventsIn } from '../shared/facts/errors.ts';
import type { ErrorSignatureRow } from '../shared/queries/monitoring.ts';
import { col, table, tablesOf } from '../shared/vocabulary/table.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import type { Bucket } from './buckets.ts';
import { bucketName, type Facts } from './facts.ts';
import { asked, type Input } from './input.ts';

const bucketColumns = (input: Input) =>
  table<Bucket>({
    number: col.count(capitalised(bucketName(input)), ({ index }) => index + 1),
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
  const title = `Activity by ${bucketName(input, 'day')}`;
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
