import type { Column } from '../../audit/block.ts';
import type { Output } from '../../audit/section.ts';
import { iso, ms, spanMs } from '../../audit/time.ts';
import { isKnown, known, missing } from '../../audit/value.ts';
import { figureGroup, fromRows, why } from '../common/rows.ts';
import {
  alertHabitsQuery,
  alertsQuery,
  criticalEventsQuery,
  errorSignaturesQuery,
  eventCountsQuery,
  statesQuery,
} from '../queries-monitoring.ts';
import { positionsQuery } from '../queries.ts';
import { countOf } from './alert-fate.ts';
import type { Facts, Input } from './facts.ts';

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
          `${String(input.history.length)} of ${String(settings.historyWindows)} earlier windows`,
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
    formula: 'kill switch on, trading disabled, scheduler stopped or global blocker raised and not cleared',
  });
}

const column = (key: string, title: string, unit: Column['unit']): Column => ({ key, title, unit });

export function defineDatasets(facts: Facts, input: Input, out: Output): void {
  out.dataset({
    id: 'critical-events.events',
    title: 'Critical events',
    columns: [
      column('at', 'First', 'time'),
      column('until', 'Last', 'time'),
      column('times', 'Times', 'count'),
      column('type', 'Event', 'text'),
      column('symbol', 'Symbol', 'text'),
      column('exchange', 'Exchange', 'text'),
      column('position', 'Position', 'text'),
      column('details', 'Details', 'text'),
      column('alert_after', 'Alert after (s)', 's'),
      column('event', 'Event id', 'text'),
    ],
    rows: (facts.events ?? []).map(({ event, alert }) => [
      event.first_at,
      event.last_at,
      event.events,
      event.type,
      event.symbol ?? '',
      event.exchange ?? '',
      event.position_id ?? '',
      event.message ?? '',
      alert ? (ms(alert.at) - ms(event.first_at)) / 1000 : null,
      event.id ?? '',
    ]),
    queries: [criticalEventsQuery.id, alertsQuery.id],
  });
  out.dataset({
    id: 'critical-events.alerts',
    title: 'Critical alerts',
    columns: [
      column('at', 'First', 'time'),
      column('until', 'Last', 'time'),
      column('times', 'Times', 'count'),
      column('text', 'Alert', 'text'),
      column('symbol', 'Symbol', 'text'),
      column('delivered', 'Delivered', 'text'),
      column('acknowledged', 'Acknowledged', 'time'),
    ],
    rows: (facts.alerts ?? []).map((alert) => [
      iso(alert.first),
      iso(alert.last),
      alert.count,
      alert.text,
      alert.symbol ?? '',
      alert.delivered,
      alert.acknowledgedAt === null ? null : iso(alert.acknowledgedAt),
    ]),
    queries: [alertsQuery.id],
  });
  out.dataset({
    id: 'critical-events.errors',
    title: 'Errors by signature',
    columns: [
      column('times', 'Times', 'count'),
      column('exchange', 'Exchange', 'text'),
      column('type', 'Event', 'text'),
      column('signature', 'Signature', 'text'),
      column('first', 'First', 'time'),
      column('last', 'Last', 'time'),
    ],
    rows: facts.signatures.map(({ events, exchange, type, signature, first, last }) => [
      events,
      exchange ?? '',
      type,
      signature,
      first,
      last,
    ]),
    queries: [errorSignaturesQuery.id],
  });
  out.dataset({
    id: 'critical-events.forced-closes',
    title: 'Liquidations and automatic deleveraging',
    columns: [
      column('at', 'At', 'time'),
      column('kind', 'Kind', 'text'),
      column('symbol', 'Symbol', 'text'),
      column('exchange', 'Exchange', 'text'),
      column('position', 'Position', 'text'),
      { key: 'notional', title: 'Notional', unit: 'money', currency: input.bot.quoteCurrency },
      column('stop', 'Stop', 'price'),
      column('liquidation', 'Liquidation price', 'price'),
    ],
    rows: facts.forced.map(({ at, kind, symbol, venue, position, notional }) => [
      iso(at),
      kind,
      symbol,
      venue ?? '',
      position?.id ?? '',
      notional?.toFixed() ?? null,
      position?.stop_loss_price ?? null,
      position?.liquidation_price ?? null,
    ]),
    queries: [criticalEventsQuery.id, positionsQuery.id],
  });
}
