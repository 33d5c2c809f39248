import type { Output } from '../../audit/section.ts';
import type { AlertRule, SlotRow } from '../shared/facts/snapshot-gauges.ts';
import { col, table, tablesOf } from '../shared/vocabulary/table.ts';
import type { Facts, SeenGap } from './facts.ts';
import type { Silence } from './heartbeats.ts';
import { asked, SECTION, type Input } from './input.ts';
import { COUNTERS, GAUGES } from './statistics.ts';

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

const gauges = (venues: readonly string[]) => {
  const counts = [...GAUGES, ...COUNTERS].map(
    ([key, title]) => [key, col.count<SlotRow>(title, ({ row }) => row[key])] as const,
  );
  const open = venues.map((venue) => {
    const column = col.count<SlotRow>(`Open on ${venue}`, ({ row }) => row.by_exchange?.[venue] ?? null);
    return [`open_${venue}`, column] as const;
  });
  const at = col.time<SlotRow>('Snapshot', ({ at: time }) => time);
  const columns = [...counts.slice(0, GAUGES.length), ...open, ...counts.slice(GAUGES.length)];
  return table<SlotRow>({ at, ...Object.fromEntries(columns) });
};

const silences = table<Silence>({
  service: col.text('Service', ({ service }) => service),
  from: col.time('Last heartbeat', ({ from }) => from),
  to: col.time('Next heartbeat', ({ to }) => to),
  length: col.s('Silence (s)', ({ from, to }) => (to - from) / 1000),
});

const services = table<NonNullable<Facts['heartbeats']>['services'][number]>({
  service: col.text('Service', ({ name }) => name),
  beats: col.count('Heartbeats', ({ beats }) => beats),
  longest: col.s('Longest silence (s)', ({ longestGapS }) => longestGapS),
});

/** Tables of the section; the CSVs hold all rows. */
export function defineTables({ snapshots, heartbeats }: Facts, { bot }: Input, out: Output): void {
  const { rows = [], rules = [], venues = [] } = snapshots ?? {};
  const fired = rules
    .filter(({ rule }) => rule.class !== 'INFO')
    .flatMap(({ rule, firing }) => (firing?.rows ?? []).map((row) => ({ ...row, rule })));
  const seen = heartbeats?.unstarted === true ? null : heartbeats;
  const define = tablesOf(out, SECTION, bot.quoteCurrency, asked);
  const missed = 'Gaps in the monitoring snapshots';
  define(gaps, 'gaps', missed, snapshots?.gaps ?? [], 'snapshots', 'heartbeatMinutes', 'eventMinutes');
  define(alerts, 'alerts', 'Snapshots in which an alert rule fired', fired, 'snapshots');
  define(gauges(venues), 'gauges', 'Gauges and counters of the snapshots', rows, 'snapshots');
  const silent = 'Silences between heartbeats longer than two intervals';
  define(silences, 'silences', silent, seen?.silences ?? [], 'heartbeatGaps');
  define(services, 'services', 'Heartbeats by service', seen?.services ?? [], 'heartbeatGaps');
}
