import type { Output } from '../../audit/section.ts';
import { spanMs } from '../../audit/time.ts';
import { isKnown, known, missing } from '../../audit/value.ts';
import { figureGroup, fromRows, why } from '../shared/vocabulary/rows.ts';
import {
  alertHabitsQuery,
  alertsQuery,
  criticalEventsQuery,
  errorSignaturesQuery,
  eventCountsQuery,
  statesQuery,
} from '../shared/queries/monitoring.ts';
import { countOf } from './alert-fate.ts';
import { earlierErrors, type Facts, type Input } from './facts.ts';

export function defineFigures(facts: Facts, input: Input, out: Output): void {
  const { alerts, errors, history } = facts;
  const { settings, rows } = input;
  const alert = figureGroup(out, { basis: 'alert log', queries: [alertsQuery.id, alertHabitsQuery.id] });
  const dedup = `${String(settings.alertDedupS)} s`;
  alert({
    name: 'critical_alerts',
    value: fromRows(rows.alerts, () => alerts?.length ?? 0),
    unit: 'count',
    id: 'EX8',
    title: 'Critical alerts',
    formula: `alerts of level CRITICAL, one key (text, symbol) within ${dedup} counted once`,
  });
  alert({
    name: 'critical_alerts_raw',
    value: fromRows(rows.alerts, () => alerts?.reduce((total, { count }) => total + count, 0) ?? 0),
    unit: 'count',
    id: 'EX8',
    title: 'Critical alerts, raw',
    formula: 'alerts of level CRITICAL',
  });
  alert({
    name: 'critical_alerts_unacknowledged',
    value: countOf(facts.fate.unacknowledged),
    unit: 'count',
    id: 'EX8',
    title: 'Critical alerts not acknowledged in time',
    formula: `not acknowledged within ${String(settings.acknowledgeS)} s, seen from the window’s end`,
  });
  alert({
    name: 'critical_alerts_undelivered',
    value: countOf(facts.fate.undelivered),
    unit: 'count',
    id: 'EX8',
    title: 'Critical alerts not delivered',
    formula:
      'delivered is false, or empty where the bot only ever writes true, or a reason for blocking is recorded',
  });
  const event = figureGroup(out, { basis: 'events', queries: [eventCountsQuery.id] });
  event({
    name: 'errors_logged',
    value: errors,
    unit: 'count',
    id: 'EX9',
    title: 'Errors logged',
    formula: 'events of severity ERROR or CRITICAL',
  });
  event({
    name: 'errors_per_hour',
    value: isKnown(errors) ? known(errors.value / (spanMs(input.window) / 3_600_000)) : errors,
    unit: 'ratio',
    id: 'EX9',
    title: 'Errors an hour',
    formula: 'errors / hours of the window',
  });
  event({
    name: 'errors_history_median',
    value: history
      ? known(history.median)
      : missing(
          'insufficient_n',
          `${String(earlierErrors(input).length)} of ${String(settings.historyWindows)} earlier windows that know their errors`,
        ),
    unit: 'count',
    id: 'EX9',
    title: 'Errors in earlier windows, median',
    basis: 'earlier reports',
    formula: 'median of errors_logged of the earlier reports',
    ...(history && { n: history.n }),
  });
  event({
    name: 'errors_history_mad',
    value: history ? known(history.mad) : missing('insufficient_n'),
    unit: 'count',
    id: 'EX9',
    title: 'Errors in earlier windows, MAD',
    basis: 'earlier reports',
    formula: 'median of the distances from the median',
  });
  out.figure({
    name: 'error_signatures',
    value: isKnown(errors) ? fromRows(rows.signatures, () => facts.signatures.length) : errors,
    unit: 'count',
    id: 'EX9',
    title: 'Error signatures',
    basis: 'events',
    queries: [errorSignaturesQuery.id],
    formula: 'distinct (exchange, type, message without digits and identifiers)',
  });
  const critical = figureGroup(out, { basis: 'events', queries: [criticalEventsQuery.id] });
  critical({
    name: 'critical_events',
    value: fromRows(rows.critical, (list) => list.reduce((total, { events }) => total + events, 0)),
    unit: 'count',
    id: 'CE1',
    title: 'Critical events',
    formula: 'events of severity CRITICAL or of a type of catalogue CE1',
  });
  critical({
    name: 'critical_types_unknown',
    value: fromRows(rows.critical, () => facts.unknownTypes.length),
    unit: 'count',
    id: 'CE1',
    title: 'Types of critical events not known to the audit',
    formula: 'distinct types of events of severity CRITICAL that are none of catalogue CE1',
  });
  critical({
    name: 'critical_incidents',
    value: fromRows(rows.critical, (list) => list.length),
    unit: 'count',
    id: 'CE1',
    title: 'Critical incidents',
    formula: 'critical events, repeats within ten minutes collapsed',
  });
  out.figure({
    name: 'global_blockers',
    value: facts.blockers
      ? facts.blockers.length === 0 && facts.unknownSwitches.length > 0
        ? missing('inadequate_basis', facts.unknownSwitches.join(', '))
        : known(facts.blockers.length)
      : why(rows.states.ok ? missing('no_data') : rows.states),
    unit: 'count',
    id: 'NA2',
    title: 'Global blockers at the end',
    basis: rows.states.ok ? 'states' : 'events',
    queries: [statesQuery.id, criticalEventsQuery.id],
    formula:
      'kill switch or emergency stop on, trading disabled, halted or paused, scheduler stopped or global blocker raised and not cleared',
  });
  const state = figureGroup(out, { basis: 'states', queries: [statesQuery.id] });
  state({
    name: 'holds',
    value: fromRows(rows.states, () => facts.holds.length),
    unit: 'count',
    id: 'HC4',
    title: 'Switches that hold entries at the end',
    formula: 'circuit breakers, pauses of a part, maintenance and cool-downs that are on',
  });
  state({
    name: 'states_not_judged',
    value: fromRows(rows.states, () => facts.otherStates.length),
    unit: 'count',
    id: 'HC4',
    title: 'States not judged',
    formula: 'states whose name or value is no switch known to the audit',
  });
}
