import { ms } from '../../audit/time.ts';
import { groupBy, largestFirst } from '../shared/facts/row-values.ts';
import { ORDER_PATH } from '../shared/queries/api-calls.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import { type Input, type OperationKind } from './input.ts';

const HOUR_MS = 3_600_000;

/** Failures of one step, exchange, class and kind of operation. */
type Failure = ReturnType<typeof failuresOf>[number];

/** More failures than allowed within an hour: one stretch, with the hour before it was noticed. */
export interface Burst {
  /** Null: no exchange has so many alone, or several broke at the same time. */
  readonly venue: string | null;
  readonly venues: readonly string[];
  /** Milliseconds: first and last failure of it. */
  readonly from: number;
  readonly until: number;
  readonly calls: number;
  /** Most failures within an hour. */
  readonly most: number;
  /** Calls by class, most first. */
  readonly classes: readonly (readonly [name: string, calls: number])[];
  /** Failures of calls on which a position waits. */
  readonly onOrders: number;
  /** Where the share of an operation's calls was too large, not their number in an hour: which. */
  readonly rate: string | null;
}

/** Bursts by exchange; those of several exchanges at one time are one, and so are failures that only together are too many. */
export function burstsOf(input: Input) {
  const failures = failuresOf(input);
  const { errorsPerHour } = input.settings;
  const byVenue = groupBy(failures, ({ venue }) => venue);
  const own = [...byVenue].flatMap(([venue, list]) =>
    stretches(list, ({ within }) => within > errorsPerHour).map((span) => burst(list, span, venue)),
  );
  const together = stretches(failures, ({ within_all: within }) => within > errorsPerHour);
  const bursts = together.flatMap((span) => {
    const alone = own.filter((one) => overlap(one, span));
    const isOne =
      alone.length === 0 || alone.some((a) => alone.some((b) => a.venue !== b.venue && overlap(a, b)));
    return isOne ? [burst(failures, span, null)] : alone;
  });
  return {
    bursts,
    worst: worstOf(failures, null),
    worstOf: (venue: string) => worstOf(byVenue.get(venue) ?? [], venue),
  };
}

interface Span {
  readonly from: number;
  readonly until: number;
}

const overlap = (a: Span, b: Span): boolean => a.from <= b.until && b.from <= a.until;

/** The hour with the most failures: how many, and when it ended; null without a failure. */
function worstOf(failures: readonly Failure[], venue: string | null): { most: number; at: number } | null {
  let worst: { most: number; at: number } | null = null;
  for (const { within, within_all: all, last } of failures) {
    const most = venue === null ? all : within;
    if (worst === null || most > worst.most) worst = { most, at: last };
  }
  return worst;
}

function failuresOf({ rows }: Input) {
  return rowsOf(rows.failures)
    .map((row) => ({
      venue: venueOf(row.exchange),
      class: row.class,
      kind: (row.operation_kind ?? 'unknown') satisfies OperationKind,
      calls: row.calls,
      within: row.within,
      within_all: row.within_all,
      first: ms(row.first_at),
      last: ms(row.last_at),
    }))
    .sort((a, b) => a.last - b.last || a.first - b.first);
}

/** From the first failure of the hour in which it is too many to the last that is; failures are in order of time. */
function stretches(failures: readonly Failure[], isTooMany: (one: Failure) => boolean): readonly Span[] {
  const spans: { from: number; until: number }[] = [];
  let start = 0;
  for (const one of failures) {
    if (!isTooMany(one)) continue;
    while ((failures[start]?.last ?? one.last) <= one.last - HOUR_MS) start += 1;
    const from = Math.min(failures[start]?.first ?? one.first, one.first);
    const open = spans.at(-1);
    if (open && from <= open.until) open.until = Math.max(open.until, one.last);
    else spans.push({ from, until: one.last });
  }
  return spans;
}

function burst(failures: readonly Failure[], { from, until }: Span, venue: string | null): Burst {
  const inside = failures.filter(({ first, last }) => last >= from && first <= until);
  const total = (list: readonly Failure[]): number => list.reduce((all, { calls }) => all + calls, 0);
  const classes = largestFirst(groupBy(inside, (one) => one.class)).map(
    ([name, list]) => [name, total(list)] as const,
  );
  return {
    venue,
    venues: [...new Set(inside.map((one) => one.venue))],
    from,
    until,
    calls: total(inside),
    most: worstOf(inside, venue)?.most ?? 0,
    classes: classes.toSorted((a, b) => b[1] - a[1]),
    onOrders: total(inside.filter(({ kind }) => ORDER_PATH.has(kind))),
    rate: null,
  };
}
