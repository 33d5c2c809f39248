import { amount, money, sum } from '../../audit/decimal.ts';
import type { SectionInput } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import { isKnown, known, missing, type Missing, type Value } from '../../audit/value.ts';
import { why } from '../shared/vocabulary/rows.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { positionFacts } from '../shared/facts/positions.ts';
import { fillsQuery, fundingQuery, positionsQuery, snapshotsQuery } from '../shared/queries/trading.ts';
import { snapshotBuckets, unseen, type SnapshotTimeline } from './snapshot-buckets.ts';
import {
  alertsQuery,
  errorSignaturesQuery,
  eventCountsQuery,
  heartbeatMinutesQuery,
  statesQuery,
  type ErrorSignatureRow,
  type EventCountRow,
} from '../shared/queries/monitoring.ts';
import type { Settings } from './settings.ts';

export const queries = {
  positions: positionsQuery,
  fills: fillsQuery,
  funding: fundingQuery,
  counts: eventCountsQuery,
  signatures: errorSignaturesQuery,
  alerts: alertsQuery,
  heartbeats: heartbeatMinutesQuery,
  snapshots: snapshotsQuery,
  states: statesQuery,
};
export type Input = SectionInput<typeof queries, Settings>;

/** One row of the timeline; times in milliseconds, `[from, to)`. */
export interface Bucket {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly opened: Value<number>;
  readonly closed: Value<number>;
  readonly errors: Value<number>;
  /** Alerts above INFO, and those that are CRITICAL. */
  readonly alerts: Value<number>;
  readonly critical: Value<number>;
  readonly net: Value<string>;
  readonly fees: Value<string>;
  readonly events: Value<number>;
  /** Null when heartbeats cannot be read. */
  readonly beating: boolean | null;
  readonly signatures: readonly ErrorSignatureRow[];
  readonly counts: readonly EventCountRow[];
  /** Minutes of the bucket that no snapshot saw; 0 when the database tells. */
  readonly unseenMinutes: number;
}

export interface Facts {
  readonly buckets: readonly Bucket[];
  /** Where the positions come from, and the queries that gave them. */
  readonly basis: string;
  readonly queries: readonly string[];
  /** Where errors come from. */
  readonly errorBasis: string;
  readonly errorQueries: readonly string[];
  /** Time that no snapshot saw, whoever counts the bars; null when the bot is declared to have no snapshots. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[] | null;
}

type Positions =
  { readonly ok: true; readonly list: readonly PositionFact[] } | ({ readonly ok: false } & Missing);

export function factsOf(input: Input): Facts {
  const { rows, window, bucketS } = input;
  const facts = positionFacts(rows, input);
  const positions: Positions = facts.ok ? { ok: true, list: facts.positions } : facts;
  // A bot without a readable database is still counted by its snapshots.
  const snapshots = facts.ok && rows.counts.ok ? null : snapshotBuckets(rows.snapshots, window);
  const [from, to, width] = [ms(window.from), ms(window.to), bucketS * 1000];
  const buckets = Array.from({ length: Math.ceil((to - from) / width) }, (_, index) =>
    bucketOf(
      index,
      { from: from + index * width, to: Math.min(to, from + (index + 1) * width) },
      positions,
      snapshots,
      input,
    ),
  );
  const counted = snapshots !== null && !rows.counts.ok;
  const fallback = snapshots ? 'snapshot counters' : 'positions';
  return {
    buckets,
    basis: facts.ok ? facts.basis : fallback,
    queries: facts.ok ? facts.queries : [snapshots ? snapshotsQuery.id : positionsQuery.id],
    errorBasis: counted ? 'snapshot counters' : 'events',
    errorQueries: [counted ? snapshotsQuery.id : eventCountsQuery.id],
    gaps: input.bot.sources.snapshots === 'none' ? null : unseen(rows.snapshots, window),
  };
}

function bucketOf(
  index: number,
  span: { from: number; to: number },
  positions: Positions,
  snapshots: SnapshotTimeline | null,
  input: Input,
): Bucket {
  const { rows } = input;
  const seen = snapshots?.bucket(span) ?? null;
  const or = (counted: number | null | undefined, reason: Missing): Value<number> =>
    counted === null || counted === undefined ? why(reason) : known(counted);
  const inside = (time: number | null): boolean => time !== null && time >= span.from && time < span.to;
  const count = (list: readonly unknown[]): Value<number> => known(list.length);
  const closed = positions.ok ? positions.list.filter(({ closedAt }) => inside(closedAt)) : [];
  const counts = rows.counts.ok ? rows.counts.rows.filter(({ bucket }) => bucket === index) : [];
  const alerts = rows.alerts.ok ? rows.alerts.rows.filter(({ at }) => inside(ms(at))) : [];
  return {
    index,
    ...span,
    opened: positions.ok
      ? count(positions.list.filter(({ openedAt }) => inside(openedAt)))
      : or(seen?.opened, positions),
    closed: positions.ok ? count(closed) : or(seen?.closed, positions),
    errors: rows.counts.ok ? errorsOf(counts, input) : or(seen?.errors, rows.counts),
    alerts: rows.alerts.ok ? count(alerts) : why(rows.alerts),
    critical: rows.alerts.ok
      ? count(alerts.filter(({ severity }) => severity === 'CRITICAL'))
      : why(rows.alerts),
    net: positions.ok ? total(closed.map(({ net }) => net)) : why(positions),
    fees: positions.ok ? total(closed.map(({ fees }) => fees)) : why(positions),
    events: rows.counts.ok ? known(counts.reduce((all, { events }) => all + events, 0)) : why(rows.counts),
    beating: rows.heartbeats.ok ? rows.heartbeats.rows.some(({ minute }) => inside(ms(minute))) : null,
    signatures: rows.signatures.ok ? rows.signatures.rows.filter(({ bucket }) => bucket === index) : [],
    counts,
    unseenMinutes: positions.ok ? 0 : (seen?.missingMinutes ?? 0),
  };
}

function errorsOf(counts: readonly EventCountRow[], input: Input): Value<number> {
  if (!input.rows.counts.ok) return why(input.rows.counts);
  if (!input.has('event', 'severity')) return missing('missing_column', 'event.severity');
  return known(
    counts
      .filter(({ severity }) => severity === 'ERROR' || severity === 'CRITICAL')
      .reduce((all, { events }) => all + events, 0),
  );
}

/** Sum of money; one missing summand makes the sum missing, with its reason. */
export function total(values: readonly Value<string>[]): Value<string> {
  const gap = values.find((value) => !isKnown(value));
  if (gap && !isKnown(gap)) return why(gap);
  return known(amount(sum(values.flatMap((value) => (isKnown(value) ? [money(value.value)] : [])))));
}

/** Sum of counts, missing when one of them is. */
export function totalCount(values: readonly Value<number>[]): Value<number> {
  const gap = values.find((value) => !isKnown(value));
  if (gap && !isKnown(gap)) return why(gap);
  return known(values.reduce((all, value) => all + (isKnown(value) ? value.value : 0), 0));
}
