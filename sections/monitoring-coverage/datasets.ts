import type { Column } from '../../audit/block.ts';
import type { Output } from '../../audit/section.ts';
import { iso } from '../../audit/time.ts';
import type { Scalar } from '../../audit/value.ts';
import {
  eventMinutesQuery,
  heartbeatGapsQuery,
  heartbeatMinutesQuery,
} from '../shared/queries/monitoring.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import type { Facts } from './facts.ts';
import { COUNTERS, GAUGES } from './figures.ts';

const column = (key: string, title: string, unit: Column['unit']): Column => ({ key, title, unit });

/** Tables of the section; the CSVs hold all rows. */
export function defineDatasets(facts: Facts, out: Output): void {
  const { snapshots } = facts;
  const heartbeats = facts.heartbeats?.unstarted === true ? null : facts.heartbeats;
  out.dataset({
    id: 'monitoring-coverage.gaps',
    title: 'Gaps in the monitoring snapshots',
    columns: [
      column('from', 'From', 'time'),
      column('to', 'To', 'time'),
      column('length', 'Length (s)', 's'),
      column('slots', 'Snapshots missing', 'count'),
      column('heartbeats', 'Minutes with a heartbeat', 'count'),
      column('events', 'Minutes with an event', 'count'),
    ],
    rows: (snapshots?.gaps ?? []).map((gap) => [
      iso(gap.from),
      iso(gap.to),
      (gap.to - gap.from) / 1000,
      gap.slots,
      gap.heartbeatMinutes,
      gap.eventMinutes,
    ]),
    queries: [snapshotsQuery.id, heartbeatMinutesQuery.id, eventMinutesQuery.id],
  });
  out.dataset({
    id: 'monitoring-coverage.alerts',
    title: 'Snapshots in which an alert rule fired',
    columns: [
      column('at', 'Snapshot', 'time'),
      column('rule', 'Rule', 'text'),
      column('class', 'Class', 'text'),
      column('condition', 'Condition', 'text'),
      column('value', 'Value', 'count'),
      column('total', 'Open positions', 'count'),
    ],
    rows: (snapshots?.rules ?? [])
      .filter(({ rule }) => rule.class !== 'INFO')
      .flatMap(({ rule, firing }) =>
        (firing?.rows ?? []).map(({ at, row }): readonly Scalar[] => [
          iso(at),
          rule.id,
          rule.class,
          rule.condition,
          rule.value(row),
          row.total,
        ]),
      ),
    queries: [snapshotsQuery.id],
  });
  out.dataset({
    id: 'monitoring-coverage.gauges',
    title: 'Gauges and counters of the snapshots',
    columns: [
      column('at', 'Snapshot', 'time'),
      ...GAUGES.map(([key, title]) => column(key, title, 'count')),
      ...(snapshots?.venues ?? []).map((venue) => column(`open_${venue}`, `Open on ${venue}`, 'count')),
      ...COUNTERS.map(([key, title]) => column(key, title, 'count')),
    ],
    rows: (snapshots?.rows ?? []).map(({ at, row }) => [
      iso(at),
      ...GAUGES.map(([key]) => row[key]),
      ...(snapshots?.venues ?? []).map((venue) => row.by_exchange?.[venue] ?? null),
      ...COUNTERS.map(([key]) => row[key]),
    ]),
    queries: [snapshotsQuery.id],
  });
  out.dataset({
    id: 'monitoring-coverage.silences',
    title: 'Silences between heartbeats longer than two intervals',
    columns: [
      column('service', 'Service', 'text'),
      column('from', 'Last heartbeat', 'time'),
      column('to', 'Next heartbeat', 'time'),
      column('length', 'Silence (s)', 's'),
    ],
    rows: (heartbeats?.silences ?? []).map(({ service, from, to }) => [
      service,
      iso(from),
      iso(to),
      (to - from) / 1000,
    ]),
    queries: [heartbeatGapsQuery.id],
  });
  out.dataset({
    id: 'monitoring-coverage.services',
    title: 'Heartbeats by service',
    columns: [
      column('service', 'Service', 'text'),
      column('beats', 'Heartbeats', 'count'),
      column('longest', 'Longest silence (s)', 's'),
    ],
    rows: (heartbeats?.services ?? []).map(({ name, beats, longestGapS }) => [name, beats, longestGapS]),
    queries: [heartbeatGapsQuery.id],
  });
}
