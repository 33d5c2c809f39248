import { amount, money, sum } from '../../audit/decimal.ts';
import type { Window } from '../../audit/evidence.ts';
import type { Rows } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import { isKnown, known, missing, type Missing, type Value } from '../../audit/value.ts';
import { errorsOf, eventsIn } from '../shared/facts/errors.ts';
import { coverageOf, type Cadence } from '../shared/facts/snapshot-coverage.ts';
import { counterSum, slotRows } from '../shared/facts/snapshot-gauges.ts';
import { judgedStates } from '../shared/facts/states.ts';
import type { SnapshotRow } from '../shared/queries/trading-rows.ts';
import { asked, queries, uses, type Input } from './input.ts';
import { firstMissing } from '../shared/facts/row-values.ts';

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

/** `hour 5`: trouble in the same hour of a shift comes back with what runs then. */
export function placeOf({ index }: Bucket, input: Input): string {
  return `${unitOf(input)} ${String(index + 1)}`;
}

/** What the report's buckets are called. */
export function unitOf({ bucketS }: Pick<Input, 'bucketS'>): 'hour' | 'day' | 'bucket' {
  return bucketS === 3600 ? 'hour' : bucketS === 86_400 ? 'day' : 'bucket';
}

export type Bucket = ReturnType<typeof bucketOf>;

/** One row of the timeline; `seen`: what snapshots counted, for a bot whose database does not tell. */
function bucketOf(
  index: number,
  span: Span,
  seen: ReturnType<NonNullable<ReturnType<typeof snapshotBuckets>>> | null,
  input: Input,
) {
  const { positions } = input.shared;
  const { counts, alerts, heartbeats, signatures } = input.rows;
  const inside = (time: number | null): boolean => time !== null && time >= span.from && time < span.to;
  // Where snapshots count instead, what is missing is a snapshot of this time and no database.
  const unseen = missing('no_data', 'no snapshot of this time counts them');
  const or = (counted: number | null | undefined, reason: Missing): Value<number> =>
    counted === null || counted === undefined ? (seen === null ? reason : unseen) : known(counted);
  const list = positions.ok ? positions.positions : [];
  const opened = list.filter(({ openedAt }) => inside(openedAt)).length;
  const closed = list.filter(({ closedAt }) => inside(closedAt));
  const raised = alerts.ok ? alerts.rows.filter(({ at }) => inside(ms(at))) : [];
  const events = counts.ok ? counts.rows.filter(({ bucket }) => bucket === index) : [];
  return {
    index,
    ...span,
    opened: positions.ok ? known(opened) : or(seen?.opened, positions),
    closed: positions.ok ? known(closed.length) : or(seen?.closed, positions),
    errors: counts.ok ? errorsOf(input, index) : or(seen?.errors, counts),
    /** Alerts above INFO, and those that are CRITICAL. */
    alerts: alerts.ok ? known(raised.length) : alerts,
    critical: alerts.ok ? known(raised.filter(({ severity }) => severity === 'CRITICAL').length) : alerts,
    net: positions.ok ? totalMoney(closed.map(({ net }) => net)) : positions,
    fees: positions.ok ? totalMoney(closed.map(({ fees }) => fees)) : positions,
    events: counts.ok ? known(eventsIn(events)) : counts,
    /** Null when events cannot be read. */
    reconnects: counts.ok ? eventsIn(events.filter(({ kind }) => kind === 'stream_up')) : null,
    /** Null when heartbeats cannot be read. */
    beating: heartbeats.ok ? heartbeats.rows.some(({ minute }) => inside(ms(minute))) : null,
    /** Most frequent first. */
    signatures: (signatures.ok ? signatures.rows : [])
      .filter(({ bucket }) => bucket === index)
      .sort((a, b) => b.events - a.events),
    /** Minutes of the bucket that no snapshot saw; 0 when the database tells. */
    unseenMinutes: positions.ok ? 0 : (seen?.missingMinutes ?? 0),
  };
}

/** Sum of money, missing when one of them is. */
export function totalMoney(values: readonly Value<string>[]): Value<string> {
  return firstMissing(values) ?? known(amount(sum(values.map(({ value }) => money(value ?? 0)))));
}

/** Sum of counts, missing when one of them is. */
export function totalCount(values: readonly Value<number>[]): Value<number> {
  return firstMissing(values) ?? known(values.reduce((total, { value }) => total + (value ?? 0), 0));
}

/** Milliseconds, `[from, to)`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The buckets of a bot that has snapshots only; null without any. A counter counts the minute before its snapshot. */
function snapshotBuckets(snapshots: Rows<SnapshotRow>, window: Window, every: Cadence) {
  if (!snapshots.ok || snapshots.rows.length === 0) return null;
  const coverage = coverageOf(snapshots.rows, window, every);
  const taken = slotRows(snapshots.rows, coverage);
  const start = ms(window.from);
  return ({ from, to }: Span) => {
    const inside = taken.filter(({ slot }) => {
      const at = start + slot * every.snapshotIntervalS * 1000;
      return at >= from && at < to;
    });
    const missingMs = coverage.gaps.map((gap) =>
      Math.max(0, Math.min(gap.to, to) - Math.max(gap.from, from)),
    );
    return {
      opened: counterSum(inside, 'new_opened'),
      closed: counterSum(inside, 'closed'),
      errors: counterSum(inside, 'errors'),
      missingMinutes: missingMs.reduce((total, length) => total + length, 0) / 60_000,
    };
  };
}

/** Time of the window that no snapshot saw: all of it when they cannot be read. */
export function unseen(snapshots: Rows<SnapshotRow>, window: Window, every: Cadence): readonly Span[] {
  if (!snapshots.ok) return [{ from: ms(window.from), to: ms(window.to) }];
  return coverageOf(snapshots.rows, window, every).gaps;
}
