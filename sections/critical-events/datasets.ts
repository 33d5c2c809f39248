import type { Column } from '../../audit/block.ts';
import type { Output } from '../../audit/section.ts';
import { iso, ms } from '../../audit/time.ts';
import { switchOf } from '../shared/words/switches.ts';
import {
  alertsQuery,
  criticalEventsQuery,
  errorSignaturesQuery,
  statesQuery,
} from '../shared/queries/monitoring.ts';
import { positionsQuery } from '../shared/queries/trading.ts';
import type { Facts, Input } from './facts.ts';

const READ_AS = {
  blocks: 'stops trading',
  holds: 'holds entries',
  cools: 'cools down',
  free: 'nothing stopped',
  unknown: 'word not known',
  other: 'not judged',
} as const;

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
    id: 'critical-events.states',
    title: 'States at the end of the window',
    columns: [
      column('name', 'State', 'text'),
      column('value', 'Value', 'text'),
      column('meaning', 'Read as', 'text'),
      column('since', 'Since', 'time'),
      column('at', 'Written', 'time'),
      column('reason', 'Reason', 'text'),
    ],
    rows: (input.rows.states.ok ? input.rows.states.rows : []).map((state) => [
      state.name,
      state.value,
      READ_AS[switchOf(state) ?? 'other'],
      state.since,
      state.at,
      state.reason ?? '',
    ]),
    queries: [statesQuery.id],
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
