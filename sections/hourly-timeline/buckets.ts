import { amount, money, sum } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { isKnown, known, type Missing, type Value } from '../../audit/value.ts';
import { errorsOf, eventsIn } from '../shared/facts/errors.ts';
import type { Input } from './input.ts';
import type { SnapshotBucket, Span } from './snapshot-buckets.ts';

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
