import type { Block, Interval, Part, Tone } from '../../audit/block.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { tableBlock } from '../shared/vocabulary/table.ts';
import { unseenPart } from '../shared/vocabulary/unseen.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import type { Facts, SnapshotFacts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { heartbeatStatistics, snapshotStatistics, UNSTARTED } from './statistics.ts';

const TONES: readonly Tone[] = ['first', 'second', 'neutral', 'warning'];

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
    return [
      {
        type: 'note',
        tone: 'neutral',
        text: ['The source snapshots is declared none: nothing watched this window minute by minute.'],
      },
    ];
  }
  const metrics = snapshotStatistics(facts, input).coverage.block(out);
  if (!facts.snapshots) return [metrics];
  const gaps = gapsOf(facts.snapshots);
  return [
    metrics,
    {
      type: 'chart',
      title: 'Minutes with a snapshot',
      subtitle: text`${fig('snapshots_observed')} of ${fig('snapshots_expected')} snapshots`,
      window: input.window,
      gaps,
      chart: {
        kind: 'strip',
        intervals: between(gaps, input.window),
        tone: 'neutral',
        total: 'snapshot_coverage',
      },
      alt: 'Strip of the window: minutes with a monitoring snapshot are filled, gaps are hatched.',
    },
    tableBlock('monitoring-coverage.gaps', 12, 'No snapshot is missing.', 'Gaps'),
  ];
}

/** Unseen time of the snapshots, for charts. */
function gapsOf({ gaps }: SnapshotFacts): readonly Interval[] {
  return gaps.map(({ from, to }) => ({ from: iso(from), to: iso(to) }));
}

/** What of the window lies between the gaps. */
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
  return input.sources.database.status === 'ok'
    ? blocks
    : [...snapshotCharts(snapshots, input, out), ...blocks];
}

/** With a database these are drawn by the sections on positions and stops, from better evidence. */
function snapshotCharts(snapshots: SnapshotFacts, { window, shared }: Input, out: Output): readonly Block[] {
  const { rows, venues } = snapshots;
  const startOf = (slot: number) => iso(ms(window.from) + slot * shared.thresholds.snapshotIntervalS * 1000);
  const bySlot = new Map(rows.map((row) => [row.slot, row.row]));
  // One point a slot; a missing slot is a null, so that the line breaks there.
  const pointsOf = (venue: string) =>
    Array.from({ length: snapshots.coverage.expected }, (_, slot) => {
      const taken = bySlot.get(slot);
      const value = venue === 'total' ? taken?.total : taken?.by_exchange?.[venue];
      return { at: startOf(slot), value: value ?? null };
    });
  const series = (venues.length > 0 ? venues : ['total']).map((venue, index) => ({
    id: out.series({
      id: `monitoring-coverage.open.${venue}`,
      title: venue === 'total' ? 'Open positions' : capitalised(venue),
      unit: 'count',
      queries: asked('snapshots'),
      points: pointsOf(venue),
    }),
    tone: TONES[index] ?? 'neutral',
    step: true,
  }));
  const gaps = gapsOf(snapshots);
  const unprotected = rows
    .filter(({ row }) => (row.unprotected ?? 0) > 0)
    .map(({ slot }) => ({ from: startOf(slot), to: startOf(slot + 1) }));
  return [
    {
      type: 'chart',
      title: 'Open positions by minute',
      subtitle: text`from ${fig('snapshots_observed')} of ${fig('snapshots_expected')} snapshots`,
      window,
      gaps,
      chart: { kind: 'line', series },
      alt: `Open positions by exchange over the window, ${String(gaps.length)} gaps hatched.`,
    },
    {
      type: 'chart',
      title: 'Minutes with an unprotected position',
      subtitle: text`from ${fig('snapshots_observed')} snapshots`,
      window,
      gaps,
      chart: { kind: 'strip', intervals: unprotected, tone: 'bad', total: 'snapshot_unprotected_minutes' },
      alt: 'Strip of the window: minutes with an unprotected position are filled.',
    },
  ];
}

function heartbeatBlocks(facts: Facts, input: Input, out: Output): readonly Block[] {
  const { heartbeatGaps } = input.rows;
  if (!heartbeatGaps.ok) return unseenPart('', 'heartbeats and uptime', heartbeatGaps, input.bot).blocks;
  if (facts.heartbeats?.unstarted === true) return unseenPart('', 'uptime', UNSTARTED, input.bot).blocks;
  const noSilence = 'No silence is longer than two heartbeat intervals.';
  return [
    heartbeatStatistics(facts, input).block(out),
    tableBlock('monitoring-coverage.services', 12, 'No heartbeat was seen.', 'Services'),
    tableBlock('monitoring-coverage.silences', 8, noSilence, 'Silences'),
  ];
}
