import type { Missing } from '../../audit/value.ts';
import { missing } from '../../audit/value.ts';
import { venuesOf } from '../shared/facts/symbols.ts';
import { REFUSALS } from '../shared/queries/api-calls.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import { burstsOf } from './bursts.ts';
import { limitsOf } from './rate-limits.ts';
import type { Input, OperationKind } from './input.ts';
import { unclearOf } from './unclear-orders.ts';

export type Facts = ReturnType<typeof factsOf>;
/** Calls of one exchange, operation and outcome, with their durations in whole ms and how many took each. */
export type CallGroup = ReturnType<typeof groupsOf>[number];
/** Failed calls of one exchange, class, operation, outcome and status of HTTP. */
export type ErrorGroup = ReturnType<typeof errorsOf>[number];

/** Where no exchange is recorded. */
const NO_VENUE = 'unknown';
const REFUSED: ReadonlySet<string> = new Set(REFUSALS);
const FAILED: ReadonlySet<string> = new Set(['error', 'timeout', 'aborted', 'unclear']);

export function factsOf(input: Input) {
  const { rows, bot } = input;
  const groups = groupsOf(input);
  const errors = errorsOf(input);
  return {
    /** Why nothing can be said about calls; null where they were read. */
    unseen: unseenOf(input),
    venues: venuesOf(
      bot.exchanges,
      groups.map(({ venue }) => venue),
    ),
    groups,
    errors,
    /** Calls whose outcome is a word that nothing reads: neither answered nor failed. */
    unread: callsOf(groups.filter(({ outcome }) => !FAILED.has(outcome) && outcome !== 'ok')),
    /** Calls whose operation nothing reads. */
    unknownKind: callsOf(groups.filter(({ kind }) => kind === 'unknown')),
    steps: rowsOf(rows.steps).map((step) => ({ ...step, venue: step.exchange ?? NO_VENUE })),
    bursts: burstsOf(input),
    limits: limitsOf(input),
    unclear: unclearOf(input),
  };
}

function unseenOf({ rows }: Input): Missing | null {
  const reason = reasonOf(rows.durations);
  if (reason !== null) return reason;
  return rowsOf(rows.durations).length === 0 ? missing('no_data', 'no call was logged in the window') : null;
}

function groupsOf({ rows }: Input) {
  return rowsOf(rows.durations).map(({ exchange, operation, operation_kind: kind, ...row }) => ({
    venue: exchange ?? NO_VENUE,
    operation: operation ?? 'not named',
    kind: (kind ?? 'unknown') satisfies OperationKind,
    outcome: row.outcome ?? 'unknown',
    calls: row.calls,
    attempts: row.attempts,
    firsts: row.firsts,
    totalMs: row.total_ms,
    ms: row.ms,
    counts: row.counts,
  }));
}

function errorsOf({ rows }: Input) {
  return rowsOf(rows.errors).map((row) => ({
    ...row,
    venue: row.exchange ?? NO_VENUE,
    kind: (row.operation_kind ?? 'unknown') satisfies OperationKind,
    /** The exchange works and did not take the order as it was. */
    isRefusal: REFUSED.has(row.class),
  }));
}

export function callsOf(groups: readonly { readonly calls: number }[]): number {
  return groups.reduce((total, { calls }) => total + calls, 0);
}

/** Those of one exchange; of all with null. */
export function at<T extends { readonly venue: string }>(
  list: readonly T[],
  venue: string | null,
): readonly T[] {
  return venue === null ? list : list.filter((one) => one.venue === venue);
}

/** Failures that are none of the order itself. */
export function faults(errors: readonly ErrorGroup[]): readonly ErrorGroup[] {
  return errors.filter(({ isRefusal }) => !isRefusal);
}
