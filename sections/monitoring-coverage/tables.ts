import type { Output } from '../../audit/section.ts';
import {
  eventMinutesQuery,
  heartbeatGapsQuery,
  heartbeatMinutesQuery,
} from '../shared/queries/monitoring.ts';
import type { AlertRule, SlotRow } from '../shared/facts/snapshot-gauges.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import type { Facts, HeartbeatFacts, SeenGap } from './facts.ts';
import type { Silence } from './heartbeats.ts';
import type { Input } from './input.ts';
import { COUNTERS, GAUGES } from './statistics-snapshots.ts';

const gaps = table<SeenGap>({
  from: col.time('From', ({ from }) => from),
  to: col.time('To', ({ to }) => to),
  length: col.s('Length (s)', ({ from, to }) => (to - from) / 1000),
  slots: col.count('Snapshots missing', ({ slots }) => slots),
  heartbeats: col.count('Minutes with a heartbeat', ({ heartbeatMinutes }) => heartbeatMinutes),
  events: col.count('Minutes with an event', ({ eventMinutes }) => eventMinutes),
});

const alerts = table<SlotRow & { readonly rule: AlertRule }>({
  at: col.time('Snapshot', ({ at }) => at),
  rule: col.text('Rule', ({ rule }) => rule.id),
  class: col.text('Class', ({ rule }) => rule.class),
  condition: col.text('Condition', ({ rule }) => rule.condition),
  value: col.count('Value', ({ rule, row }) => rule.value(row)),
  total: col.count('Open positions', ({ row }) => row.total),
});

const gauges = (venues: readonly string[]) =>
  table<SlotRow>({
    at: col.time('Snapshot', ({ at }) => at),
    ...Object.fromEntries(
      GAUGES.map(([key, title]) => [key, col.count<SlotRow>(title, ({ row }) => row[key])]),
    ),
    ...Object.fromEntries(
      venues.map((venue) => [
        `open_${venue}`,
        col.count<SlotRow>(`Open on ${venue}`, ({ row }) => row.by_exchange?.[venue] ?? null),
      ]),
    ),
    ...Object.fromEntries(
      COUNTERS.map(([key, title]) => [key, col.count<SlotRow>(title, ({ row }) => row[key])]),
    ),
  });

const silences = table<Silence>({
  service: col.text('Service', ({ service }) => service),
  from: col.time('Last heartbeat', ({ from }) => from),
  to: col.time('Next heartbeat', ({ to }) => to),
  length: col.s('Silence (s)', ({ from, to }) => (to - from) / 1000),
});

const services = table<HeartbeatFacts['services'][number]>({
  service: col.text('Service', ({ name }) => name),
  beats: col.count('Heartbeats', ({ beats }) => beats),
  longest: col.s('Longest silence (s)', ({ longestGapS }) => longestGapS),
});

/** Tables of the section; the CSVs hold all rows. */
export function defineTables({ snapshots, ...facts }: Facts, input: Input, out: Output): void {
  const heartbeats = facts.heartbeats?.unstarted === true ? null : facts.heartbeats;
  const currency = input.bot.quoteCurrency;
  const fired = (snapshots?.rules ?? [])
    .filter(({ rule }) => rule.class !== 'INFO')
    .flatMap(({ rule, firing }) => (firing?.rows ?? []).map((row) => ({ ...row, rule })));
  const head = (id: string, title: string, ...queries: readonly { readonly id: string }[]) => ({
    id: `monitoring-coverage.${id}`,
    title,
    queries: queries.map((query) => query.id),
  });
  for (const dataset of [
    gaps.of(
      head(
        'gaps',
        'Gaps in the monitoring snapshots',
        snapshotsQuery,
        heartbeatMinutesQuery,
        eventMinutesQuery,
      ),
      snapshots?.gaps ?? [],
      currency,
    ),
    alerts.of(head('alerts', 'Snapshots in which an alert rule fired', snapshotsQuery), fired, currency),
    gauges(snapshots?.venues ?? []).of(
      head('gauges', 'Gauges and counters of the snapshots', snapshotsQuery),
      snapshots?.rows ?? [],
      currency,
    ),
    silences.of(
      head('silences', 'Silences between heartbeats longer than two intervals', heartbeatGapsQuery),
      heartbeats?.silences ?? [],
      currency,
    ),
    services.of(
      head('services', 'Heartbeats by service', heartbeatGapsQuery),
      heartbeats?.services ?? [],
      currency,
    ),
  ])
    out.dataset(dataset);
}
