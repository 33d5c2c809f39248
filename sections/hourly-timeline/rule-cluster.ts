import { fig, text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { isKnown, missing, type Missing } from '../../audit/value.ts';
import { NO_ALERTS } from '../shared/facts/detection.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { capitalised, noun, numeral, on } from '../shared/vocabulary/words.ts';
import { placeOf, totalCount, unitOf, type Bucket, type Facts } from './facts.ts';
import type { Input } from './input.ts';
import { firstMissing } from '../shared/facts/row-values.ts';

const percentOf = ({ clusterShare }: Input['settings']): number => Number((100 * clusterShare).toFixed(6));
const errorsIn = (found: readonly Bucket[]): number =>
  Number(totalCount(found.map(({ errors }) => errors)).value);

/** Of one or two hours or days one holds half of the errors whatever happens. */
function tooShort(live: number, input: Input): Missing | null {
  const least = input.settings.clusterBuckets;
  if (live >= least) return null;
  return missing(
    'insufficient_n',
    `the bot ran in ${numeral(live)} ${noun(live, unitOf(input))} of the window, and ${numeral(least)} are needed to tell a cluster from the rest`,
  );
}

/** Whether the bot ran in it, as far as anything says: events of which nobody knows do not say that it did not. */
const isLive = ({ events, beating }: Bucket): boolean =>
  beating === true || !isKnown(events) || events.value > 0;

/** Whether anybody was told while it lasted. */
function raisedIn([bucket]: readonly Bucket[], unit: string): string {
  if (bucket === undefined || !isKnown(bucket.alerts)) return NO_ALERTS;
  const n = bucket.alerts.value;
  return `${capitalised(numeral(n))} ${noun(n, 'alert')} above INFO ${noun(n, 'was', 'were')} raised in this ${unit}.`;
}

/** The bucket that holds most of the errors. */
export const errorCluster = rule<Facts, Input>()({
  id: 'TL-01',
  dimension: 'stability',
  title: 'Error cluster',
  condition: (settings) =>
    `one hour (one day, in a report by days) of at least ${String(settings.clusterBuckets)} in which the bot ran holds more than ${String(percentOf(settings))} % of the errors, and at least ${String(settings.clusterErrors)}`,
  effort: 'low',
  find(facts, { settings }) {
    if (facts.buckets.some(({ errors }) => !isKnown(errors))) return [];
    if (facts.buckets.filter(isLive).length < settings.clusterBuckets) return [];
    const least = settings.clusterShare * errorsIn(facts.buckets);
    const cluster = facts.buckets.find(
      ({ errors }) => isKnown(errors) && errors.value >= settings.clusterErrors && errors.value > least,
    );
    if (cluster === undefined) return [];
    const [venue = null, ...others] = new Set(cluster.signatures.map(({ exchange }) => exchange));
    return wholeBot([cluster]).map((group) => ({ ...group, exchange: others.length === 0 ? venue : null }));
  },
  unseen: ({ buckets }, input) =>
    firstMissing(buckets.map(({ errors }) => errors)) ?? tooShort(buckets.filter(isLive).length, input),
  from: ({ errorBasis, errorQueries }) => ({ basis: errorBasis, queries: errorQueries }),
  numbers({ found, facts, input: { settings } }) {
    const [inside, all] = [errorsIn(found), errorsIn(facts.buckets)];
    const policy = 'policy hourly-timeline.clusterShare';
    const start = Math.min(...found.map(({ from }) => from));
    return {
      cluster_errors: num.count('Errors of the cluster', inside, 'errors of the bucket with most of them'),
      cluster_share: num.percent('Share of the cluster', (100 * inside) / all, {
        formula: '100 x errors of the bucket / errors of the window',
        more: { n: all },
      }),
      cluster_share_limit: num.percent('Largest share of one bucket', percentOf(settings), policy),
      cluster_from: num.time('Start of the bucket', start, 'start of the bucket with the cluster'),
    };
  },
  // A flood of errors has its worst hour.
  explainedBy: () => [{ rule: 'CE-03' }],
  severity: () => 'MEDIUM',
  causes: ({ found, input: { settings } }) => {
    const top = found[0]?.signatures[0];
    return [
      hypothesis('one-signature', text`One fault repeats: ${top?.signature ?? 'no message is recorded'}.`, [
        'one signature makes most of the errors of that time',
        top ? top.events >= settings.signatureShare * errorsIn(found) : null,
      ]),
      hypothesis('reconnect-storm', 'A stream broke off again and again.', [
        `at least ${numeral(settings.clusterReconnects)} connects of a stream are recorded in that time`,
        found.some(({ reconnects }) => (reconnects ?? 0) >= settings.clusterReconnects) ||
          (found.some(({ reconnects }) => reconnects === null) ? null : false),
      ]),
      hypothesis('deployment', 'A new version was deployed.', [
        'the version of the bot changed in that time',
        null,
      ]),
    ];
  },
  otherwise: 'Several faults came together; what they have in common is not recorded.',
  occurrence(bucket, { input }) {
    const times = bucket.signatures.flatMap(({ first_at: first, last_at: last }) => [first, last]).sort();
    return {
      subject: placeOf(bucket, input),
      at: times[0] ?? iso(bucket.from),
      until: times.at(-1) ?? iso(bucket.to),
    };
  },
  frequency: ({ found }) => errorsIn(found),
  evidence: {
    of: 'hourly-timeline.errors',
    accused: (cell, { found }) => found.some(({ from }) => iso(from) === cell('from')),
  },
  see: ({ found }) =>
    `select at, type, exchange, error_message from event where ${found.map(({ from, to }) => during({ window: { from: iso(from), to: iso(to) } }, 'at')).join(' or ')} and severity in ('ERROR', 'CRITICAL') order by at`,
  words: (n, { found, exchange = null, input }) => {
    const top = found[0]?.signatures[0];
    return {
      title: text`${n.cluster_errors} of ${fig('timeline_errors')} errors lie in one ${unitOf(input)}${on(exchange)}`,
      description: text`${n.cluster_share} of the errors came from ${n.cluster_from} on; more than ${n.cluster_share_limit} in one place is a cluster.`,
      financial: 'Not known from the event log.',
      operational: text`${n.cluster_errors} calls or messages failed in this time.`,
      risk: 'Entries, exits or stops that were due then may be late or missing.',
      detection: raisedIn(found, unitOf(input)),
      recommendation: text`Read the log from ${n.cluster_from} on${top ? ` for ${top.type}` : ''}, and write down what happened as an incident.`,
      verification: text`No ${unitOf(input)} with more than ${n.cluster_share_limit} of the errors in the next window.`,
    };
  },
});
