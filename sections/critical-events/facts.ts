import type { SectionInput } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import { known, missing, type Value } from '../../audit/value.ts';
import { why } from '../shared/vocabulary/rows.ts';
import { positionsQuery } from '../shared/queries/trading.ts';
import {
  alertHabitsQuery,
  alertsQuery,
  criticalEventsQuery,
  errorSignaturesQuery,
  eventCountsQuery,
  statesQuery,
  type AlertRow,
  type StateRow,
} from '../shared/queries/monitoring.ts';
import { answerEvents, criticalAlerts, inWindow, type AlertGroup, type AnsweredEvent } from './alerts.ts';
import { alertFate, type AlertFate } from './alert-fate.ts';
import {
  activeBlockers,
  activeHolds,
  otherStates,
  unknownSwitches,
  type Blocker,
  type Hold,
} from './blockers.ts';
import type { Settings } from './settings.ts';
import { forcedCloses, type ForcedClose } from './forced.ts';
import { isKnownType } from '../shared/words/critical-types.ts';

export const queries = {
  critical: criticalEventsQuery,
  alerts: alertsQuery,
  alertHabits: alertHabitsQuery,
  counts: eventCountsQuery,
  signatures: errorSignaturesQuery,
  states: statesQuery,
  positions: positionsQuery,
};
export type Input = SectionInput<typeof queries, Settings>;

export interface ErrorSignature {
  readonly exchange: string | null;
  readonly type: string;
  readonly signature: string;
  readonly events: number;
  readonly first: string;
  readonly last: string;
}

export interface Facts {
  readonly events: readonly AnsweredEvent[] | null;
  readonly alerts: readonly AlertGroup[] | null;
  readonly alertRows: readonly AlertRow[];
  readonly fate: AlertFate;
  readonly errors: Value<number>;
  readonly signatures: readonly ErrorSignature[];
  readonly forced: readonly ForcedClose[];
  /** Types of events of severity CRITICAL that no list of the audit knows, with how many there were; most first. */
  readonly unknownTypes: readonly (readonly [type: string, events: number])[];
  readonly blockers: readonly Blocker[] | null;
  /** Switches whose word nobody knows: while there is one, no blocker seen does not mean that none is there. */
  readonly unknownSwitches: readonly string[];
  readonly holds: readonly Hold[];
  readonly otherStates: readonly StateRow[];
  /** Errors of earlier windows: median and median absolute deviation; null with too few of them. */
  readonly history: { readonly median: number; readonly mad: number; readonly n: number } | null;
}

export function factsOf(input: Input): Facts {
  const { rows, window, settings } = input;
  const states = rows.states.ok ? rows.states.rows : null;
  const alertRows = rows.alerts.ok ? rows.alerts.rows : [];
  // An alert table that never had a row is an alert path that never worked: then no event was answered.
  const readable = rows.alerts.ok || rows.alerts.reason === 'no_data';
  const alerts = rows.alerts.ok ? criticalAlerts(alertRows, window, settings.alertDedupS) : null;
  return {
    events: rows.critical.ok ? answerEvents(rows.critical.rows, readable ? alertRows : null, settings) : null,
    alerts,
    alertRows: inWindow(alertRows, window),
    fate: alertFate(alerts, input),
    errors: errorsOf(input),
    signatures: signaturesOf(input),
    forced: forcedCloses(
      rows.critical.ok ? rows.critical.rows : [],
      rows.positions.ok ? rows.positions.rows : [],
      window,
    ),
    unknownTypes: unknownTypes(input),
    unknownSwitches: unknownSwitches(states),
    holds: activeHolds(states),
    otherStates: otherStates(states),
    blockers: activeBlockers(
      states,
      rows.critical.ok ? rows.critical.rows : null,
      window,
      settings.blockerRecentS,
    ),
    history: historyOf(input),
  };
}

function errorsOf(input: Input): Value<number> {
  const { counts } = input.rows;
  if (!counts.ok) return why(counts);
  if (!input.has('event', 'severity')) return missing('missing_column', 'event.severity');
  return known(
    counts.rows
      .filter(({ severity }) => severity === 'ERROR' || severity === 'CRITICAL')
      .reduce((total, { events }) => total + events, 0),
  );
}

function unknownTypes({ rows: { critical } }: Input): Facts['unknownTypes'] {
  const counts = new Map<string, number>();
  for (const { type, events } of critical.ok ? critical.rows : []) {
    if (!isKnownType(type)) counts.set(type, (counts.get(type) ?? 0) + events);
  }
  return [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
}

/** The buckets of one signature joined; the most frequent first. */
function signaturesOf(input: Input): readonly ErrorSignature[] {
  if (!input.rows.signatures.ok) return [];
  const joined = new Map<string, ErrorSignature>();
  for (const row of input.rows.signatures.rows) {
    const key = JSON.stringify([row.exchange, row.type, row.signature]);
    const before = joined.get(key);
    joined.set(key, {
      exchange: row.exchange,
      type: row.type,
      signature: row.signature,
      events: (before?.events ?? 0) + row.events,
      first: before && ms(before.first) <= ms(row.first_at) ? before.first : row.first_at,
      last: before && ms(before.last) >= ms(row.last_at) ? before.last : row.last_at,
    });
  }
  return [...joined.values()].sort((a, b) => b.events - a.events || (a.signature < b.signature ? -1 : 1));
}

/** Errors of the earlier windows whose reports know them. */
export function earlierErrors({ history }: Pick<Input, 'history'>): readonly number[] {
  return history.map(({ figures }) => figures['errors_logged']).filter((value) => typeof value === 'number');
}

function historyOf(input: Input): Facts['history'] {
  const earlier = earlierErrors(input);
  if (earlier.length < input.settings.historyWindows) return null;
  const median = medianOf(earlier);
  return { median, mad: medianOf(earlier.map((value) => Math.abs(value - median))), n: earlier.length };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? 0, sorted[Math.floor(middle)] ?? 0];
  return (low + high) / 2;
}
