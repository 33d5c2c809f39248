import type { MonitorPlan } from '../activities/upkeep-types.ts';
import type { Window } from '../audit/evidence.ts';
import type { SnapshotNumbers } from '../audit/snapshot.ts';
import type { MonitorGap, Missed } from '../audit/snapshot-gap.ts';
import { MINUTE_MS, withGap, withoutSlots } from './monitor-gaps.ts';

/** What one hour hands to the next through continue-as-new. */
export interface MonitorState {
  readonly plan: MonitorPlan;
  /** The next nominal minute, milliseconds. */
  readonly nextMs: number;
  readonly taken: number;
  readonly gaps: readonly MonitorGap[];
  /** Those of the gaps that are not in the store yet. */
  readonly unnoted: readonly MonitorGap[];
  /** Numbers of the newest snapshot. */
  readonly newest: SnapshotNumbers | null;
}

/** What the query answers, and the result begins with. */
export interface MonitorProgress {
  readonly bot: string;
  readonly window: Window;
  readonly expected: number;
  readonly taken: number;
  /** Minutes without a snapshot, joined to intervals of one reason each. */
  readonly gaps: readonly MonitorGap[];
  readonly newest: SnapshotNumbers | null;
  /** When the audit of the window starts, ISO 8601 UTC. */
  readonly auditAt: string;
}

export interface MonitorResult extends MonitorProgress {
  /** Id of the audit that was started. */
  readonly audit: string;
}

export function begun(plan: MonitorPlan): MonitorState {
  return { plan, nextMs: Date.parse(plan.window.from), taken: 0, gaps: [], unnoted: [], newest: null };
}

/** A state of an earlier program knew no reasons. */
export function completed(state: MonitorState): MonitorState {
  const earlier: Partial<MonitorState> = state;
  const reasoned = (gaps: readonly MonitorGap[]): readonly MonitorGap[] =>
    gaps.map((gap) => ({ ...NO_REASON, ...gap }));
  return {
    ...state,
    gaps: reasoned(state.gaps),
    unnoted: reasoned(earlier.unnoted ?? []),
    newest: earlier.newest ?? null,
  };
}

const NO_REASON: Missed = { reason: 'unknown', detail: null };

/** What became of a minute: the numbers of its snapshot, if the worker tells them, or why there is none. */
export type Seen = { readonly numbers: SnapshotNumbers | null } | { readonly missed: Missed };

/** The state after its next minute. */
export function after(state: MonitorState, seen: Seen): MonitorState {
  const next = { ...state, nextMs: state.nextMs + MINUTE_MS };
  if ('numbers' in seen) return { ...next, taken: state.taken + 1, newest: seen.numbers ?? state.newest };
  return {
    ...next,
    gaps: withGap(state.gaps, state.nextMs, seen.missed),
    unnoted: withGap(state.unnoted, state.nextMs, seen.missed),
  };
}

/** The state after its gaps were noted; minutes of which there is a snapshot after all were taken. */
export function noted(state: MonitorState, present: readonly string[]): MonitorState {
  return {
    ...state,
    taken: state.taken + present.length,
    gaps: withoutSlots(state.gaps, present),
    unnoted: [],
  };
}

export function progressOf({ plan, taken, gaps, newest }: MonitorState): MonitorProgress {
  const endMs = Date.parse(plan.window.to);
  return {
    bot: plan.bot,
    window: plan.window,
    expected: (endMs - Date.parse(plan.window.from)) / MINUTE_MS,
    taken,
    gaps,
    newest,
    auditAt: new Date(endMs + plan.settleDelayS * 1000).toISOString(),
  };
}
