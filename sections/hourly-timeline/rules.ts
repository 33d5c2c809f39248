import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { isKnown, known, missing } from '../../audit/value.ts';
import { figureGroup } from '../shared/vocabulary/rows.ts';
import { errorSignaturesQuery, eventCountsQuery } from '../shared/queries/monitoring.ts';
import { noun } from '../shared/vocabulary/rule-figures.ts';
import { capitalised } from '../shared/vocabulary/venue-figures.ts';
import { expectedSignals } from './expected-signals.ts';
import { totalCount, type Bucket, type Facts, type Input } from './facts.ts';
import { deadBuckets } from './figures.ts';

/** TL-01: one bucket holds more than half of the errors, and at least ten. */
export function errorCluster(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const { settings } = input;
  const all = totalCount(facts.buckets.map(({ errors }) => errors));
  if (!isKnown(all)) return [];
  const cluster = facts.buckets.find(({ errors }) => {
    if (!isKnown(errors)) return false;
    return errors.value >= settings.clusterErrors && errors.value > settings.clusterShare * all.value;
  });
  if (!cluster || !isKnown(cluster.errors)) return [];
  const figure = figureGroup(out, {
    basis: facts.errorBasis,
    queries: facts.errorQueries,
    labels: { rule: 'TL-01' },
  });
  const errors = figure({
    name: 'cluster_errors',
    value: cluster.errors,
    unit: 'count',
    title: 'Errors of the cluster',
    formula: 'errors of the bucket with most of them',
  });
  const share = figure({
    name: 'cluster_share',
    value: known((100 * cluster.errors.value) / all.value),
    unit: 'percent',
    title: 'Share of the cluster',
    formula: '100 x errors of the bucket / errors of the window',
    n: all.value,
  });
  const limit = figure({
    name: 'cluster_share_limit',
    value: known(100 * settings.clusterShare),
    unit: 'percent',
    title: 'Largest share of one bucket',
    formula: 'policy hourly-timeline.clusterShare',
  });
  const start = figure({
    name: 'cluster_from',
    value: known(iso(cluster.from)),
    unit: 'time',
    title: 'Start of the bucket',
    formula: 'start of the bucket with the cluster',
  });
  const [top] = [...cluster.signatures].sort((a, b) => b.events - a.events);
  const venues = new Set(cluster.signatures.map(({ exchange }) => exchange));
  const [only] = [...venues];
  const venue = venues.size === 1 ? (only ?? null) : null;
  const reconnects = cluster.counts
    .filter(({ type }) => /reconnect/i.test(type))
    .reduce((n, { events }) => n + events, 0);
  const times = cluster.signatures.flatMap(({ first_at: first, last_at: last }) => [first, last]).sort();
  return [
    {
      venue,
      cause: rootCause(
        [
          {
            id: 'one-signature',
            text: text`One fault repeats: ${top?.signature ?? 'no message is recorded'}.`,
            predicates: [
              {
                text: 'one signature makes most of the errors of the bucket',
                held: top === undefined ? null : top.events >= settings.signatureShare * cluster.errors.value,
              },
            ],
          },
          {
            id: 'reconnect-storm',
            text: ['A stream broke off again and again.'],
            predicates: [
              { text: 'at least three reconnects are recorded in the bucket', held: reconnects >= 3 },
            ],
          },
          {
            id: 'deployment',
            text: ['A new version was deployed.'],
            predicates: [{ text: 'the version of the bot changed in the bucket', held: null }],
          },
        ],
        ['Several faults came together; what they have in common is not recorded.'],
      ),
      severity: 'MEDIUM',
      title: text`${fig(errors)} of ${fig('timeline_errors')} errors lie in one ${input.bucketS === 3600 ? 'hour' : 'bucket'}${venue === null ? '' : ` on ${capitalised(venue)}`}`,
      description: text`${fig(share)} of the errors came from ${fig(start)} on; more than ${fig(limit)} in one place is a cluster.`,
      occurrences: [
        {
          subject: place(cluster.index, input),
          at: times[0] ?? iso(cluster.from),
          until: times.at(-1) ?? iso(cluster.to),
        },
      ],
      frequency: cluster.errors.value,
      evidence: 'hourly-timeline.errors',
      impact: {
        financial: ['Not known from the event log.'],
        operational: text`${fig(errors)} calls or messages failed in this time.`,
        risk: ['Entries, exits or stops that were due then may be late or missing.'],
      },
      detection: ['Whether an alert fired stands in the alerts of the same hour.'],
      recommendation: top
        ? text`Read the log of that time for ${top.type}, and write down what happened as an incident.`
        : ['Read the log of that time, and write down what happened as an incident.'],
      verification: text`No bucket with more than ${fig(limit)} of the errors in the next window.`,
      see: {
        language: 'sql',
        text: `select at, type, exchange, error_message from event where at >= '${iso(cluster.from)}' and at < '${iso(cluster.to)}' and severity in ('ERROR', 'CRITICAL') order by at`,
      },
      effort: 'low',
    },
  ];
}

/** TL-02: no event of any kind in a bucket though heartbeats came. A bot that seldom writes events has none. */
export function deadHours(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const dead = deadBuckets(facts) ?? [];
  const sparse = dead.length > facts.buckets.length / 2 && dead.length < facts.buckets.length;
  if (dead.length === 0 || sparse) return [];
  const figure = figureGroup(out, {
    basis: 'events and heartbeats',
    queries: [eventCountsQuery.id, errorSignaturesQuery.id],
    labels: { rule: 'TL-02' },
  });
  const minutes = figure({
    name: 'dead_minutes',
    value: known(dead.reduce((all, { from, to }) => all + (to - from), 0) / 60_000),
    unit: 'min',
    title: 'Time without any event',
    formula: 'length of the buckets without an event',
  });
  const signals = expectedSignals(dead, facts, input);
  const openings = figure({
    name: 'dead_expected_openings',
    value:
      signals.openings === null
        ? missing('no_data', 'positions of the other buckets cannot be counted')
        : known(Math.round(10 * signals.openings) / 10),
    unit: 'ratio',
    title: 'Openings that such an hour has',
    formula: 'mean of the positions opened in the other buckets',
    basis: facts.basis,
  });
  const moved = dead.every(movement);
  const none = dead.every((bucket) => movement(bucket) === false);
  const unknown = dead.some((bucket) => movement(bucket) === null);
  return [
    {
      venue: null,
      cause: rootCause(
        [
          {
            id: 'event-log-off',
            text: ['The event log was off: positions were opened or closed meanwhile.'],
            predicates: [
              { text: 'a position was opened or closed in every such bucket', held: unknown ? null : moved },
            ],
          },
          {
            id: 'trading-stopped',
            text: ['A switch had stopped all trading, and the bot waited.'],
            predicates: [
              {
                text: 'a kill switch, blocker or trading flag was set by then',
                held: input.rows.states.ok ? signals.switchedOff : null,
              },
            ],
          },
          {
            id: 'loop-stuck',
            text: ['The bot beat and did nothing: its scheduler is stuck or its market data stale.'],
            predicates: [
              { text: 'no position was opened or closed in any such bucket', held: unknown ? null : none },
            ],
          },
        ],
        ['Whether the bot or only its event log stood still is not known.'],
      ),
      severity: signals.expected ? 'HIGH' : 'MEDIUM',
      title: text`${fig('timeline_dead_buckets')} ${noun(dead.length, input.bucketS === 3600 ? 'hour' : 'bucket')} without any event while heartbeats came`,
      description: text`No event of any kind was written for ${fig(minutes)}; the other buckets hold ${fig('timeline_events')} events${signals.expected ? text` and open ${fig(openings)} positions each: signals were expected here` : ''}.`,
      occurrences: dead.map(({ index, from, to }) => ({
        subject: place(index, input),
        at: iso(from),
        until: iso(to),
      })),
      evidence: 'hourly-timeline.buckets',
      impact: {
        financial: ['Not known; nothing that happened then is recorded as an event.'],
        operational: text`${fig(minutes)} cannot be judged from events.`,
        risk: ['A bot that beats but does not act looks healthy to its watchdog.'],
      },
      detection: ['No alert is known to have fired; heartbeats went on.'],
      recommendation: [
        'Let the heartbeat carry the time of the last decision, and alert when it is older than 15 minutes.',
      ],
      verification: ['Every hour of the next window has events.'],
      see: {
        language: 'sql',
        text: `select date_trunc('hour', at) as hour, count(*) from event where at >= '${input.window.from}' and at < '${input.window.to}' group by 1 order by 1`,
      },
      effort: 'low',
    },
  ];
}

/** Whether positions moved in the bucket; null when positions cannot be read. */
function movement({ opened, closed }: Bucket): boolean | null {
  return isKnown(opened) && isKnown(closed) ? opened.value + closed.value > 0 : null;
}

/** The component of both rules: trouble in the same hour of a shift comes back with what runs then. */
function place(index: number, { bucketS }: Input): string {
  return `${bucketS === 3600 ? 'hour' : bucketS === 86_400 ? 'day' : 'bucket'} ${String(index + 1)}`;
}
