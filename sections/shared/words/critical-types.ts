import { forcedWord } from './forced-words.ts';

/**
 * Event types that stand in the critical timeline (catalogue CE1), in the normal form that the query writes; those of
 * liquidation, ADL and margin call are judged by their words.
 */
export const CRITICAL_TYPES = [
  'emergency_close',
  'sl_missing',
  'kill_switch_on',
  'kill_switch_off',
  'circuit_breaker_open',
  'phantom',
  'phantom_position',
  'untracked',
  'untracked_position',
  'duplicate_execution',
  'limit_breach',
  'global_blocker',
  'global_blocker_cleared',
  'manual_intervention',
] as const;

/** Good news or a person's own act: it belongs in the timeline and needs no alert. */
export const NEEDS_NO_ALERT: readonly string[] = [
  'kill_switch_off',
  'global_blocker_cleared',
  'manual_intervention',
];

/** The types as a SQL list; they are constants of ours, never data. */
export const CRITICAL_TYPES_SQL = CRITICAL_TYPES.map((type) => `'${type}'`).join(', ');

/** Whether the audit knows what this type means; one it does not know is in the timeline for its severity alone. */
export function isKnownType(type: string): boolean {
  return (CRITICAL_TYPES as readonly string[]).includes(type) || forcedWord(type) !== null;
}
