import type { Rows } from '../../audit/section.ts';
import { isKnown, known, missing, type Missing } from '../../audit/value.ts';
import { eventsIn } from '../shared/facts/errors.ts';
import { counted, lines, WHOLE_BOT, type Lines } from '../shared/vocabulary/lines.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';

export function statistics(facts: Facts, { rows, settings, bot }: Input): Lines {
  const { alerts, errors, earlier, history, blockers } = facts;
  const { alertDedupS, acknowledgeS, historyWindows } = settings;
  const dedup = alertDedupS === 600 ? 'ten minutes' : `${String(alertDedupS)} s`;
  const raised = alerts.reduce((total, { count }) => total + count, 0);
  const critical = counted({ id: 'CE1', unseen: reasonOf(rows.critical), queries: asked('critical') });
  const alertLog = { basis: 'alert log', queries: asked('alerts', 'alertHabits') };
  const alert = counted({ ...alertLog, id: 'EX8', unseen: reasonOf(rows.alerts) });
  const unseenErrors = isKnown(errors) ? null : errors;
  const error = counted({ id: 'EX9', unseen: unseenErrors, queries: asked('counts') });
  const earlierErrors = counted({ id: 'EX9', basis: 'earlier reports', queries: asked('counts') });
  const unseenStates = reasonOf(rows.states);
  const state = counted({ id: 'HC4', basis: 'states', unseen: unseenStates, queries: asked('states') });
  const unanswered = countOf(facts.unacknowledged);
  const few = `${String(earlier.length)} of ${String(historyWindows)} earlier windows that know their errors`;
  const usual = history && { value: known(history.median), n: earlier.length };
  const mad = history?.mad ?? missing('insufficient_n');
  const blocking =
    blockers?.active.length === 0 && blockers.doubts.length > 0
      ? missing('inadequate_basis', blockers.doubts.join('; '))
      : (blockers?.active.length ?? 0);
  return lines({
    columns: WHOLE_BOT,
    basis: 'events',
    queries: [],
    currency: bot.quoteCurrency,
    lines: [
      critical('critical_incidents', 'Critical incidents', facts.events.length, {
        formula: 'critical events, repeats within ten minutes collapsed',
        row: true,
        note: 'events, repeats collapsed',
      }),
      critical('critical_events', 'Critical events', eventsIn(facts.events.map(({ event }) => event)), {
        formula: 'events of severity CRITICAL or of a kind of catalogue CE1',
        row: 'Critical events, raw',
      }),
      critical('critical_types_unknown', 'Types of CRITICAL events not read', facts.unreadEvents.length, {
        formula:
          'distinct types of events of severity CRITICAL that neither the mapping nor a spelling reads',
        row: 'Types not read',
        note: 'events of severity CRITICAL',
      }),
      alert('critical_alerts', 'Critical alerts', alerts.length, {
        formula: `alerts of level CRITICAL, one key (text, symbol) within ${String(alertDedupS)} s counted once`,
        row: true,
        note: `alert log, one key in ${dedup} once`,
      }),
      alert('critical_alerts_raw', 'Critical alerts, raw', raised, 'alerts of level CRITICAL'),
      alert('critical_alerts_unacknowledged', 'Critical alerts not acknowledged in time', unanswered, {
        formula: `not acknowledged within ${String(acknowledgeS)} s, seen from the window’s end`,
        row: 'Not acknowledged in time',
        note: `after ${String(acknowledgeS)} s`,
      }),
      alert('critical_alerts_undelivered', 'Critical alerts not delivered', countOf(facts.undelivered), {
        formula:
          'delivered is false, or empty where the bot only ever writes true, or a reason for blocking is recorded',
        row: 'Not delivered',
      }),
      error('errors_logged', 'Errors logged', errors, {
        formula: 'events of severity ERROR or CRITICAL',
        row: true,
        note: 'events of severity ERROR or CRITICAL',
      }),
      error('errors_per_hour', 'Errors an hour', facts.errorsPerHour, {
        unit: 'ratio',
        formula: 'errors / hours of the window',
        row: true,
      }),
      error('error_signatures', 'Error signatures', facts.signatures.length, {
        unseen: unseenErrors ?? reasonOf(rows.signatures),
        queries: asked('signatures'),
        formula: 'distinct (exchange, type, message without digits and identifiers)',
        row: true,
      }),
      earlierErrors(
        'errors_history_median',
        'Errors in earlier windows, median',
        usual ?? missing('insufficient_n', few),
        'median of errors_logged of the earlier reports',
      ),
      earlierErrors('errors_history_mad', 'Errors in earlier windows, MAD', mad, {
        formula: 'median of the distances from the median',
      }),
      state('global_blockers', 'Global blockers at the end', blocking, {
        id: 'NA2',
        basis: rows.states.ok ? 'states' : 'events',
        unseen: blockers === null ? unseenStates : null,
        queries: asked('states', 'critical'),
        formula:
          'kill switch or global blocker on, trading not allowed, or stopped by an event without an end',
        row: true,
        note: 'states, else events',
      }),
      state('holds', 'Switches that hold entries at the end', facts.holds.length, {
        formula: 'circuit breakers and cool-downs that are on, entries that are not allowed',
        row: true,
      }),
      state('states_not_judged', 'States not read', facts.unreadStates.length, {
        formula: 'states whose name or value neither the mapping nor a spelling reads',
        row: true,
      }),
    ],
  });
}

const countOf = (rows: Rows<unknown>): number | Missing => (rows.ok ? rows.rows.length : rows);
