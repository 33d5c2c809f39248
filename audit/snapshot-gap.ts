import type { Window } from './evidence.ts';

/** Why the monitor has no snapshot of a minute: the word that is stored, and how it is said of one or many minutes. */
export const GAP_REASONS = {
  startedLate: 'the monitor started too late for it',
  monitorAway: 'the monitor was not run: no worker was there, or Temporal was away',
  monitorStopped: 'the monitor was stopped before it',
  workerAway: 'no worker took it in its minute',
  workerLost: 'the worker, or its way to Temporal, was lost while it was taken',
  databaseLost: "the bot's database could not be reached, or the connection broke",
  databaseRefused: "the bot's database or its mapping does not allow it",
  tableLocked: "a table of the bot's database was locked",
  statementCancelled: "its statement was cancelled on the bot's database",
  statementTimeout: "its statement took longer than the bot's database may be kept busy",
  storeUnavailable: "the audit's own store could not be used",
  misconfigured: "the worker's configuration does not allow it",
  unknown: 'its reason was not noted',
} as const;

export type GapReason = keyof typeof GAP_REASONS;

/** Why one minute was missed. */
export interface Missed {
  readonly reason: GapReason;
  /** What the failure said; null where nobody said anything. */
  readonly detail: string | null;
}

/** Minutes in a row that were missed for one reason. */
export interface MonitorGap extends Window, Missed {}

/** The reason in words; a word of a newer program is said as it is. */
export function gapWords(reason: string): string {
  return reason in GAP_REASONS ? GAP_REASONS[reason as GapReason] : reason;
}
