import type { Column } from '../../audit/block.ts';
import { columnsOf } from '../../audit/contract.ts';
import type { Output } from '../../audit/section.ts';
import { iso } from '../../audit/time.ts';
import type { Scalar } from '../../audit/value.ts';
import {
  eventMinutesQuery,
  heartbeatGapsQuery,
  heartbeatMinutesQuery,
} from '../shared/queries/monitoring.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import type { Facts, Input } from './facts.ts';
import { COUNTERS, GAUGES } from './figures.ts';

const column = (key: string, title: string, unit: Column['unit']): Column => ({ key, title, unit });

/** Tables of the section; the CSVs hold all rows. */
export function defineDatasets(facts: Facts, input: Input, out: Output): void {
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
  preflightDatasets(input, out);
}

function preflightDatasets({ sources, entities }: Input, out: Output): void {
  out.dataset({
    id: 'monitoring-coverage.sources',
    title: 'Sources',
    columns: [
      column('source', 'Source', 'text'),
      column('declared', 'Declared', 'text'),
      column('status', 'Status', 'text'),
      column('as_of', 'Data as of', 'time'),
      column('provisional', 'Provisional', 'text'),
      column('stale', 'Stale', 'text'),
      column('error', 'Error', 'text'),
    ],
    rows: Object.entries(sources).map(([name, state]) => [
      name,
      state.declared,
      state.status,
      state.dataAsOf,
      state.provisional,
      state.stale,
      state.error ?? '',
    ]),
    queries: [],
  });
  out.dataset({
    id: 'monitoring-coverage.entities',
    title: 'Entities of the mapping',
    columns: [
      column('entity', 'Entity', 'text'),
      column('status', 'Status', 'text'),
      column('rows', 'Ever had rows', 'text'),
      column('missing', 'Columns not provided', 'text'),
      column('wrong', 'Wrong types', 'text'),
      column('error', 'Error', 'text'),
    ],
    // Those with something to tell come first: the table in the report shows these.
    rows: [...entities.filter(isUnusual), ...entities.filter((state) => !isUnusual(state))].map((state) => [
      state.entity,
      state.status,
      state.everHadRows,
      missingColumns(state),
      state.wrongTypes
        .map(({ column: name, type, expected }) => `${name}: ${type}, not ${expected}`)
        .join('; '),
      state.error ?? '',
    ]),
    queries: [],
  });
  out.dataset({
    id: 'monitoring-coverage.unusable',
    title: 'Values that could not be used',
    columns: [
      column('entity', 'Entity', 'text'),
      column('column', 'Column', 'text'),
      column('what', 'What', 'text'),
      column('value', 'Value', 'text'),
      column('rows', 'Rows', 'count'),
    ],
    rows: entities.flatMap(({ entity, unknownSpellings, unusable, repeatedIds = 0 }) => [
      ...unknownSpellings.map(({ column: name, value, rows }) => [
        entity,
        name,
        'unknown spelling',
        value,
        rows,
      ]),
      ...unusable.map(({ column: name, rows }) => [entity, name, 'NaN, infinite or out of range', '', rows]),
      ...(repeatedIds > 0 ? [[entity, 'id', 'an id that another row has', '', repeatedIds]] : []),
    ]),
    queries: [],
  });
}

/** Whether the preflight found something amiss with an entity of the mapping. */
export function isUnusual(state: Input['entities'][number]): boolean {
  return (
    state.status !== 'ok' || !state.everHadRows || missingColumns(state) !== '' || state.wrongTypes.length > 0
  );
}

function missingColumns(state: Input['entities'][number]): string {
  if (state.status !== 'ok') return '';
  return columnsOf(state.entity)
    .filter(({ name }) => !state.columns.includes(name))
    .map(({ name }) => name)
    .join(', ');
}
