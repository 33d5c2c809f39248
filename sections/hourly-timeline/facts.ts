import { ms } from '../../audit/time.ts';
import { isKnown } from '../../audit/value.ts';
import { judgedStates } from '../shared/facts/states.ts';
import { bucketOf, snapshotBuckets, totalCount, unseen, type Bucket, type Span } from './buckets.ts';
import { asked, queries, uses, type Input } from './input.ts';

export type Facts = ReturnType<typeof factsOf>;

export function factsOf(input: Input) {
  const { rows, window, bucketS, settings } = input;
  const { positions, thresholds } = input.shared;
  // A bot without a readable database is still counted by its snapshots.
  const snapshots =
    positions.ok && rows.counts.ok ? null : snapshotBuckets(rows.snapshots, window, thresholds);
  const [start, end, width] = [ms(window.from), ms(window.to), bucketS * 1000];
  const buckets = Array.from({ length: Math.ceil((end - start) / width) }, (_, index) => {
    const from = start + index * width;
    const span = { from, to: Math.min(end, from + width) };
    return bucketOf(index, span, snapshots?.(span) ?? null, input);
  });
  const isCounted = snapshots !== null && !rows.counts.ok;
  const dead = deadBuckets(buckets);
  const switchedOff = judgedStates(rows.states).some(
    ({ says, since, at }) => says === 'blocks' && dead?.some(({ to }) => ms(since ?? at) < to) === true,
  );
  const expectedOpenings = openingsBeside(dead ?? [], buckets);
  const none = dead?.every(({ opened }) => isKnown(opened) && opened.value === 0) === true;
  return {
    buckets,
    /** Where the positions come from, and the queries that gave them. */
    basis: positions.ok ? positions.basis : snapshots ? 'snapshot counters' : 'positions',
    queries: positions.ok
      ? positions.queries
      : [(snapshots ? queries.snapshots : uses.positions.queries.positions).id],
    /** Where errors come from. */
    errorBasis: isCounted ? 'snapshot counters' : 'events',
    errorQueries: asked(isCounted ? 'snapshots' : 'counts'),
    /** Time that no snapshot saw, whoever counts the bars; null when the bot is declared to have no snapshots. */
    gaps: input.bot.sources.snapshots === 'none' ? null : unseen(rows.snapshots, window, thresholds),
    /** Buckets without an event while heartbeats came; null when events or heartbeats cannot be read. */
    dead,
    /** A switch that stops all trading was on during a dead bucket. */
    switchedOff,
    /** Mean of the openings in the other buckets, as if each were as long as a dead one; null when they cannot be counted. */
    expectedOpenings,
    /**
     * The other hours opened so many positions that an hour without any is no chance, nothing was opened in the dead one,
     * and no switch had stopped trading. There is no entity of signals in this report's contract, so openings stand for
     * them: a signal that was rejected everywhere else is not seen.
     */
    signalsExpected:
      none && !switchedOff && expectedOpenings !== null && expectedOpenings >= settings.expectedOpenings,
  };
}

function deadBuckets(buckets: readonly Bucket[]): readonly Bucket[] | null {
  if (buckets.some(({ events, beating }) => !isKnown(events) || beating === null)) return null;
  return buckets.filter(({ events, beating }) => events.value === 0 && beating === true);
}

function openingsBeside(dead: readonly Bucket[], buckets: readonly Bucket[]): number | null {
  const live = buckets.filter((bucket) => !dead.includes(bucket));
  const opened = totalCount(live.map((bucket) => bucket.opened));
  const [first] = dead;
  if (first === undefined || live.length === 0 || !isKnown(opened)) return null;
  return (opened.value * (first.to - first.from)) / lengthMs(live);
}

export function lengthMs(spans: readonly Span[]): number {
  return spans.reduce((total, { from, to }) => total + (to - from), 0);
}

/** `hour` where the report's buckets are hours. */
export function bucketName({ bucketS }: Pick<Input, 'bucketS'>, other = 'bucket'): string {
  return bucketS === 3600 ? 'hour' : other;
}

/** `hour 5`: trouble in the same hour of a shift comes back with what runs then. */
export function placeOf({ index }: Bucket, input: Input): string {
  return `${unitOf(input)} ${String(index + 1)}`;
}

export function unitOf({ bucketS }: Pick<Input, 'bucketS'>): 'hour' | 'day' | 'bucket' {
  return bucketS === 3600 ? 'hour' : bucketS === 86_400 ? 'day' : 'bucket';
}
