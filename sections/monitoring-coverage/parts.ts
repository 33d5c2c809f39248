import type { Block, Interval, Part } from '../../audit/block.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso, mergeIntervals, ms } from '../../audit/time.ts';
import type { AlertRule, SlotRow } from '../shared/facts/snapshot-gauges.ts';
import { col, table, tableBlock, tablesOf } from '../shared/vocabulary/table.ts';
import { unseenPart } from '../shared/vocabulary/unseen.ts';
import { names } from '../shared/vocabulary/words.ts';
import type { BrokenPair, Facts, SeenGap, SnapshotFacts } from './facts.ts';
import type { HeartbeatFacts, Service } from './heartbeat-facts.ts';
import { asked, SECTION, type Input } from './input.ts';
import { silences } from './silences.ts';
import { heartbeatStatistics, UNSTARTED } from './heartbeat-statistics.ts';
import { COUNTERS, GAUGES, snapshotStatistics } from './statistics.ts';

export function partsOf(facts: Facts, input: Input, out: Output): readonly Part[] {
  const said = facts.snapshots?.rows.length ? gaugeBlocks(facts, facts.snapshots, input, out) : [];
  return [
    { title: 'Snapshots', blocks: snapshotBlocks(facts, input, out) },
    ...(said.length > 0 ? [{ title: 'What the snapshots say', blocks: said }] : []),
    { title: 'Heartbeats', blocks: heartbeatBlocks(facts, input, out) },
  ];
}

function snapshotBlocks(facts: Facts, input: Input, out: Output): readonly Block[] {
  if (input.bot.sources.snapshots === 'none') {
    const text = 'The source snapshots is declared none: nothing watched this window minute by minute.';
    return [{ type: 'note', tone: 'neutral', text: [text] }];
  }
  const metrics = snapshotStatistics(facts, input).coverage.block(out);
  if (!facts.snapshots) return [metrics, ...unwatchedNote(facts)];
  const gaps = isoOf(facts.snapshots.gaps);
  const intervals = between(gaps, input.window);
  return [
    metrics,
    {
      type: 'chart',
      title: 'Minutes with a snapshot',
      subtitle: text`${fig('snapshots_observed')} of ${fig('snapshots_expected')} snapshots`,
      window: input.window,
      gaps,
      chart: { kind: 'strip', intervals, tone: 'neutral', total: 'snapshot_coverage' },
      alt: 'Strip of the window: minutes with a monitoring snapshot are filled, gaps are hatched.',
    },
    tableBlock('monitoring-coverage.gaps', 12, 'No snapshot is missing.', 'Gaps'),
  ];
}

/** Without any snapshot there is no table of gaps to say it in. */
function unwatchedNote({ unwatched }: Facts): readonly Block[] {
  if (unwatched === null) return [];
  return [{ type: 'note', tone: 'neutral', text: [`The monitor noted why: ${unwatched}.`] }];
}

const isoOf = (times: readonly { readonly from: number; readonly to: number }[]): readonly Interval[] =>
  times.map(({ from, to }) => ({ from: iso(from), to: iso(to) }));

function between(gaps: readonly Interval[], window: Interval): readonly Interval[] {
  const starts = [window.from, ...gaps.map(({ to }) => to)];
  const ends = [...gaps.map(({ from }) => from), window.to];
  return starts
    .map((from, index) => ({ from, to: ends[index] ?? window.to }))
    .filter(({ from, to }) => from < to);
}

function gaugeBlocks(facts: Facts, snapshots: SnapshotFacts, input: Input, out: Output): readonly Block[] {
  const { gauges, counters, alerts } = snapshotStatistics(facts, input);
  const blocks = [
    gauges.block(out, { title: 'Gauges' }),
    counters.block(out, { title: 'Counters' }),
    alerts.block(out, { title: 'Alert rules, evaluated on each snapshot' }),
  ];
  return input.sources.database.status === 'ok' ? blocks : [unprotectedStrip(snapshots, input), ...blocks];
}

/** With a database it is drawn by the section on stops, from better evidence; open positions are drawn by theirs. */
function unprotectedStrip({ rows, gaps }: SnapshotFacts, { window, shared }: Input): Block {
  const everyMs = shared.thresholds.snapshotIntervalS * 1000;
  const startOf = (slot: number): number => ms(window.from) + slot * everyMs;
  const unprotected = rows
    .filter(({ row }) => (row.unprotected ?? 0) > 0)
    .map(({ slot }) => ({ from: startOf(slot), to: startOf(slot + 1) }));
  return {
    type: 'chart',
    title: 'Minutes with an unprotected position',
    subtitle: text`from ${fig('snapshots_observed')} snapshots`,
    window,
    gaps: isoOf(gaps),
    chart: {
      kind: 'strip',
      intervals: isoOf(mergeIntervals(unprotected)),
      tone: 'bad',
      total: 'snapshot_unprotected_minutes',
    },
    alt: 'Strip of the window: minutes with an unprotected position are filled.',
  };
}

const silentFor = ({ shared: { thresholds } }: Input): string =>
  thresholds.silentIntervals === 2 ? 'two' : String(thresholds.silentIntervals);

function heartbeatBlocks(facts: Facts, input: Input, out: Output): readonly Block[] {
  const { heartbeatGaps } = input.rows;
  if (!heartbeatGaps.ok) return unseenPart('', 'heartbeats and uptime', heartbeatGaps, input.bot).blocks;
  if (facts.heartbeats?.unstarted === true) return unseenPart('', 'uptime', UNSTARTED, input.bot).blocks;
  const noSilence = `No silence is longer than ${silentFor(input)} heartbeat intervals.`;
  return [
    heartbeatStatistics(facts, input).block(out),
    ...(facts.heartbeats ? othersNote(facts.heartbeats, input) : []),
    tableBlock('monitoring-coverage.services', 12, 'No heartbeat was seen.', 'Services'),
    tableBlock('monitoring-coverage.silences', 8, noSilence, 'Silences'),
  ];
}

const GAP_COLUMNS = {
  from: col.time<SeenGap>('From', ({ from }) => from),
  to: col.time<SeenGap>('To', ({ to }) => to),
  length: col.s<SeenGap>('Length (s)', ({ from, to }) => (to - from) / 1000),
  slots: col.count<SeenGap>('Snapshots missing', ({ slots }) => slots),
  heartbeats: col.count<SeenGap>('Minutes with a heartbeat', ({ heartbeatMinutes }) => heartbeatMinutes),
  events: col.count<SeenGap>('Minutes with an event', ({ eventMinutes }) => eventMinutes),
};
const gaps = table<SeenGap>(GAP_COLUMNS);
const reasonedGaps = table<SeenGap>({
  ...GAP_COLUMNS,
  reason: col.text('Why, as the monitor noted it', ({ reason }) => reason ?? 'not noted'),
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

const services = table<Service & { readonly isExpected: boolean }>({
  service: col.text('Service', ({ name }) => name),
  beats: col.count('Heartbeats', ({ beats }) => beats),
  longest: col.s('Longest silence (s)', ({ longestGapS, isExpected }) => (isExpected ? longestGapS : null)),
  before: col.count('Hours heard in the seven days before', ({ hoursBefore }) => hoursBefore),
  last: col.time('Last heartbeat in the seven days before', ({ lastBefore }) => lastBefore),
  counts: col.text('Counts in uptime', ({ isExpected }) => (isExpected ? 'yes' : 'no')),
});

/** Names the services that uptime leaves out, and by what. */
function othersNote({ others }: HeartbeatFacts, { shared }: Input): readonly Block[] {
  if (others.length === 0) return [];
  const { heardHours, heardBeats } = shared.thresholds;
  const left = names(others.map(({ name }) => name).sort());
  const why = `not heard in the window, in fewer than ${String(heardHours)} hours of the seven days before it, and fewer than ${String(heardBeats)} times in the window before it`;
  return [{ type: 'note', tone: 'neutral', text: [`Not counted in uptime: ${left} (${why}).`] }];
}

const brokenPairs = table<BrokenPair>({
  at: col.time('Snapshot', ({ current }) => current.at),
  before: col.count('Open before', ({ previous }) => previous.row.total),
  opened: col.count('Counted as opened', ({ current }) => current.row.new_opened),
  closed: col.count('Counted as closed', ({ current }) => current.row.closed),
  total: col.count('Open', ({ current }) => current.row.total),
  off: col.count('Not explained', ({ off }) => off),
});

export function defineTables({ snapshots, heartbeats }: Facts, input: Input, out: Output): void {
  const { rows = [], rules = [], venues = [] } = snapshots ?? {};
  const fired = rules
    .filter(({ rule }) => rule.class !== 'INFO')
    .flatMap(({ rule, firing }) => (firing?.rows ?? []).map((row) => ({ ...row, rule })));
  const seen = heartbeats?.unstarted === true ? null : heartbeats;
  const define = tablesOf(out, SECTION, input.bot.quoteCurrency, asked);
  const missed = 'Gaps in the monitoring snapshots';
  const missing = snapshots?.gaps ?? [];
  if (missing.some(({ reason }) => reason !== null))
    define(
      reasonedGaps,
      'gaps',
      missed,
      missing,
      'snapshots',
      'heartbeatMinutes',
      'eventMinutes',
      'snapshotGaps',
    );
  else define(gaps, 'gaps', missed, missing, 'snapshots', 'heartbeatMinutes', 'eventMinutes');
  define(alerts, 'alerts', 'Snapshots in which an alert rule fired', fired, 'snapshots');
  define(gauges(venues), 'gauges', 'Gauges and counters of the snapshots', rows, 'snapshots');
  const broken = 'Snapshots that their own counters do not explain';
  define(brokenPairs, 'identity', broken, snapshots?.identity?.broken ?? [], 'snapshots');
  const silent = `Silences between heartbeats longer than ${silentFor(input)} intervals`;
  define(silences, 'silences', silent, seen?.silences ?? [], 'heartbeatGaps');
  const own = (seen?.services ?? []).map((service) => ({ ...service, isExpected: true }));
  const others = (seen?.others ?? []).map((service) => ({ ...service, isExpected: false }));
  define(services, 'services', 'Heartbeats by service', [...own, ...others], 'heartbeatGaps');
}
