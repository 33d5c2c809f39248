import type { Rows } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import { eventsIn } from '../shared/facts/errors.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import type { AlertRow, CriticalEventRow } from '../shared/queries/monitoring.ts';
import { unreadWords, type UnreadWord } from '../shared/vocabulary/unread-words.ts';
import type { Input, Settings } from './input.ts';

export type EventWord = Pick<UnreadWord, 'word' | 'rows'>;

export type AnsweredEvent = ReturnType<typeof answerEvents>[number];

/** Pairs each event with an alert in its time whose symbol, where both name one, is the same. */
export function answerEvents(
  events: readonly CriticalEventRow[],
  alerts: Rows<AlertRow>,
  settings: Settings,
) {
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
      /** Null: none, or alerts cannot be read. */
      alert: alert ?? null,
      /** From the event to its alert; 0 without one. */
      delayMs: alert ? ms(alert.at) - at : 0,
      /** Whether an alert was due: good news and a person's own act need none, and alerts may not be readable. */
      due: readable && event.kind !== 'unblocked' && event.kind !== 'manual_intervention',
    };
  });
}

/** Types of CRITICAL events that neither the mapping nor a spelling reads; without severities any unread type may be one. */
export function unreadEvents(
  events: readonly CriticalEventRow[],
  input: Pick<Input, 'has' | 'entities'>,
): readonly EventWord[] {
  if (!input.has('event', 'severity')) return unreadWords(input, (entity) => entity === 'event');
  const unread = groupBy(
    events.filter(({ kind }) => kind === null || kind === 'unknown'),
    ({ type }) => type,
  );
  const lost = unreadWords(input, (entity) => entity === 'event').filter(
    ({ column, word }) => column === 'severity' && !unread.has(word),
  );
  return [...lost, ...[...unread].map(([word, rows]) => ({ word, rows: eventsIn(rows) }))]
    .map(({ word, rows }) => ({ word, rows }))
    .sort((a, b) => b.rows - a.rows || (a.word < b.word ? -1 : 1));
}

/** At most four types, for a sentence. */
export function typesOf(found: readonly AnsweredEvent[]): string {
  return [...new Set(found.map(({ event }) => event.type))].sort().slice(0, 4).join(', ');
}
