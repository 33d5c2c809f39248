import { amount, money, sum } from '../../audit/decimal.ts';
import type { Window } from '../../audit/evidence.ts';
import type { Rows } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import { isKnown, known, type Missing, type Value } from '../../audit/value.ts';
import { errorsOf, eventsIn } from '../shared/facts/errors.ts';
import { coverageOf, type Cadence } from '../shared/facts/snapshot-coverage.ts';
import { counterSum, slotRows } from '../shared/facts/snapshot-gauges.ts';
import type { SnapshotRow } from '../shared/queries/trading-rows.ts';
import type { Input } from './input.ts';

export type Bucket = ReturnType<typeof bucketOf>;

/** One row of the timeline; `seen`: what snapshots counted, for a bot whose database does not tell. */
export function bucketOf(index: number, span: Span, seen: SnapshotBucket | null, input: Input) {
  const { positions } = input.shared;
  const { counts, alerts, heartbeats, signatures } = input.rows;
  const inside = (time: number | null): boolean => time !== null && time >= span.from && time < span.to;
  const or = (counted: number | null | undefined, reason: Missing): Value<number> =>
    counted === null || counted === undefined ? reason : known(counted);
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
    reconnects: eventsIn(events.filter(({ kind }) => kind === 'stream_up')),
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
  return totalOf(values, (all) => amount(sum(all.map((value) => money(value)))));
}

/** Sum of counts, missing when one of them is. */
export function totalCount(values: readonly Value<number>[]): Value<number> {
  return totalOf(values, (all) => all.reduce((total, value) => total + value, 0));
}

function totalOf<T extends string | number>(
  values: readonly Value<T>[],
  add: (all: readonly T[]) => T,
): Value<T> {
  const gap = values.find((value) => !isKnown(value));
  return gap ?? known(add(values.flatMap((value) => (isKnown(value) ? [value.value] : []))));
}

/** Milliseconds, `[from, to)`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What the snapshots counted in one bucket; null where none carries the counter. */
export interface SnapshotBucket {
  readonly opened: number | null;
  readonly closed: number | null;
  readonly errors: number | null;
  readonly missingMinutes: number;
}

/** The buckets of a bot that has snapshots only; null without any. A counter counts the minute before its snapshot. */
export function snapshotBuckets(
  snapshots: Rows<SnapshotRow>,
  window: Window,
  every: Cadence,
): ((span: Span) => SnapshotBucket) | null {
  if (!snapshots.ok || snapshots.rows.length === 0) return null;
  const coverage = coverageOf(snapshots.rows, window, every);
  const taken = slotRows(snapshots.rows, coverage);
  const start = ms(window.from);
  return ({ from, to }) => {
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
