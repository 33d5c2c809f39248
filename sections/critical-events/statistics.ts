import type { Rows } from '../../audit/section.ts';
import { isKnown, known, missing, type Missing } from '../../audit/value.ts';
import { eventsIn } from '../shared/facts/errors.ts';
import { lines, WHOLE_BOT, type Lines } from '../shared/vocabulary/lines.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import type { Facts } from './facts.ts';
import { queries, type Input } from './input.ts';

/** Figures CE1, EX8, EX9, NA2 and HC4 of the whole bot. */
export function statistics(facts: Facts, { rows, settings, bot }: Input): Lines {
  const { alerts, errors, earlier, history, blockers } = facts;
  const dedup = settings.alertDedupS === 600 ? 'ten minutes' : `${String(settings.alertDedupS)} s`;
  const from = (
    id: string,
    basis: string,
    unseen: Missing | null,
    asked: readonly (keyof typeof queries)[],
  ) => ({ id, basis, unseen, unit: 'count', queries: asked.map((query) => queries[query].id) }) as const;
  const critical = from('CE1', 'events', reasonOf(rows.critical), ['critical']);
  const alert = from('EX8', 'alert log', reasonOf(rows.alerts), ['alerts', 'alertHabits']);
  const error = from('EX9', 'events', isKnown(errors) ? null : errors, ['counts']);
  const earlierErrors = { ...error, unseen: null, basis: 'earlier reports' };
  const state = from('HC4', 'states', reasonOf(rows.states), ['states']);
  return lines({
    columns: WHOLE_BOT,
    basis: 'events',
    queries: [],
    currency: bot.quoteCurrency,
    lines: [
      {
        ...critical,
        name: 'critical_incidents',
        title: 'Critical incidents',
        formula: 'critical events, repeats within ten minutes collapsed',
        of: () => facts.events.length,
        row: true,
        note: 'events, repeats collapsed',
      },
      {
        ...critical,
        name: 'critical_events',
        title: 'Critical events',
        formula: 'events of severity CRITICAL or of a kind of catalogue CE1',
        of: () => eventsIn(facts.events.map(({ event }) => event)),
        row: 'Critical events, raw',
      },
      {
        ...critical,
        name: 'critical_types_unknown',
        title: 'Types of CRITICAL events not read',
        formula:
          'distinct types of events of severity CRITICAL that neither the mapping nor a spelling reads',
        of: () => facts.unreadEvents.length,
        row: 'Types not read',
        note: 'events of severity CRITICAL',
      },
      {
        ...alert,
        name: 'critical_alerts',
        title: 'Critical alerts',
        formula: `alerts of level CRITICAL, one key (text, symbol) within ${String(settings.alertDedupS)} s counted once`,
        of: () => alerts.length,
        row: true,
        note: `alert log, one key in ${dedup} once`,
      },
      {
        ...alert,
        name: 'critical_alerts_raw',
        title: 'Critical alerts, raw',
        formula: 'alerts of level CRITICAL',
        of: () => alerts.reduce((total, { count: times }) => total + times, 0),
        row: true,
      },
      {
        ...alert,
        name: 'critical_alerts_unacknowledged',
        title: 'Critical alerts not acknowledged in time',
        formula: `not acknowledged within ${String(settings.acknowledgeS)} s, seen from the window’s end`,
        of: () => countOf(facts.unacknowledged),
        row: 'Not acknowledged in time',
        note: `after ${String(settings.acknowledgeS)} s`,
      },
      {
        ...alert,
        name: 'critical_alerts_undelivered',
        title: 'Critical alerts not delivered',
        formula:
          'delivered is false, or empty where the bot only ever writes true, or a reason for blocking is recorded',
        of: () => countOf(facts.undelivered),
        row: 'Not delivered',
      },
      {
        ...error,
        name: 'errors_logged',
        title: 'Errors logged',
        formula: 'events of severity ERROR or CRITICAL',
        of: () => errors,
        row: true,
        note: 'events of severity ERROR or CRITICAL',
      },
      {
        ...error,
        name: 'errors_per_hour',
        unit: 'ratio',
        title: 'Errors an hour',
        formula: 'errors / hours of the window',
        of: () => facts.errorsPerHour,
        row: true,
      },
      {
        ...from('EX9', 'events', error.unseen ?? reasonOf(rows.signatures), ['signatures']),
        name: 'error_signatures',
        title: 'Error signatures',
        formula: 'distinct (exchange, type, message without digits and identifiers)',
        of: () => facts.signatures.length,
        row: true,
      },
      {
        ...earlierErrors,
        name: 'errors_history_median',
        title: 'Errors in earlier windows, median',
        formula: 'median of errors_logged of the earlier reports',
        of: () =>
          history
            ? { value: known(history.median), n: earlier.length }
            : missing(
                'insufficient_n',
                `${String(earlier.length)} of ${String(settings.historyWindows)} earlier windows that know their errors`,
              ),
        row: true,
      },
      {
        ...earlierErrors,
        name: 'errors_history_mad',
        title: 'Errors in earlier windows, MAD',
        formula: 'median of the distances from the median',
        of: () => history?.mad ?? missing('insufficient_n'),
      },
      {
        ...from(
          'NA2',
          rows.states.ok ? 'states' : 'events',
          blockers === null ? reasonOf(rows.states) : null,
          ['states', 'critical'],
        ),
        name: 'global_blockers',
        title: 'Global blockers at the end',
        formula:
          'kill switch or global blocker on, trading not allowed, or stopped by an event without an end',
        of: () =>
          blockers?.active.length === 0 && blockers.doubts.length > 0
            ? missing('inadequate_basis', blockers.doubts.join('; '))
            : (blockers?.active.length ?? 0),
        row: true,
        note: 'states, else events',
      },
      {
        ...state,
        name: 'holds',
        title: 'Switches that hold entries at the end',
        formula: 'circuit breakers and cool-downs that are on, entries that are not allowed',
        of: () => facts.holds.length,
        row: true,
      },
      {
        ...state,
        name: 'states_not_judged',
        title: 'States not read',
        formula: 'states whose name or value neither the mapping nor a spelling reads',
        of: () => facts.unreadStates.length,
        row: true,
      },
    ],
  });
}

function countOf(rows: Rows<unknown>): number | Missing {
  return rows.ok ? rows.rows.length : rows;
}
