import type { Rows } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import { eventsIn } from '../shared/facts/errors.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import type { AlertRow, CriticalEventRow } from '../shared/queries/monitoring.ts';
import { isKnownType, NEEDS_NO_ALERT } from '../shared/words/critical-types.ts';
import type { Settings } from './settings.ts';

/** A critical event with the first alert that may belong to it. */
export interface AnsweredEvent {
  readonly event: CriticalEventRow;
  /** Null: none, or alerts cannot be read. */
  readonly alert: AlertRow | null;
  /** From the event to its alert; 0 without one. */
  readonly delayMs: number;
  /** Whether an alert was due: false for types that need none and when alerts cannot be read. */
  readonly due: boolean;
}

/** Pairs each event with an alert in its time whose symbol, where both name one, is the same. */
export function answerEvents(
  events: readonly CriticalEventRow[],
  alerts: Rows<AlertRow>,
  settings: Settings,
): readonly AnsweredEvent[] {
  // An alert table that never had a row is an alert path that never worked: then no event was answered.
  const readable = alerts.ok || alerts.reason === 'no_data';
  return events.map((event) => {
    const at = ms(event.first_at);
    // A CRITICAL alert that was not delivered is a finding of its own; any other told nobody of this event.
    const alert = (alerts.ok ? alerts.rows : []).find(
      (row) =>
        (row.severity === 'CRITICAL' || row.delivered !== false) &&
        ms(row.at) >= at - settings.alertBeforeS * 1000 &&
        ms(row.at) <= at + settings.alertAfterS * 1000 &&
        (row.symbol === null || event.symbol === null || row.symbol === event.symbol),
    );
    return {
      event,
      alert: alert ?? null,
      delayMs: alert ? ms(alert.at) - at : 0,
      due: readable && !NEEDS_NO_ALERT.includes(event.type),
    };
  });
}

/** Types of events of severity CRITICAL that no list of the audit knows, with how many there were; most first. */
export function unknownTypes(
  events: readonly CriticalEventRow[],
): readonly (readonly [type: string, events: number])[] {
  const unknown = groupBy(
    events.filter(({ type }) => !isKnownType(type)),
    ({ type }) => type,
  );
  return [...unknown]
    .map(([type, rows]) => [type, eventsIn(rows)] as const)
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
}
