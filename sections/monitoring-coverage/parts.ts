import type { Block, Interval, Part, Tone } from '../../audit/block.ts';
import type { Finding } from '../../audit/finding.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import { unseenPart } from '../shared/vocabulary/unseen.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { findingsPart } from '../shared/vocabulary/findings-part.ts';
import { heartbeatStatistics, UNSTARTED } from './statistics-heartbeats.ts';
import { snapshotStatistics } from './statistics-snapshots.ts';

const TONES: readonly Tone[] = ['first', 'second', 'neutral', 'warning'];

export function partsOf(
  facts: Facts,
  input: Input,
  out: Output,
  findings: readonly Finding[],
  rules: number,
): readonly Part[] {
  return [
    { title: 'Snapshots', blocks: snapshotBlocks(facts, input, out) },
    ...(facts.snapshots && facts.snapshots.rows.length > 0
      ? [{ title: 'What the snapshots say', blocks: gaugeBlocks(facts, input, out) }]
      : []),
    { title: 'Heartbeats', blocks: heartbeatBlocks(facts, input, out) },
    findingsPart(findings, rules),
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
  return [
    metrics,
    {
      type: 'chart',
      title: 'Minutes with a snapshot',
      subtitle: text`${fig('snapshots_observed')} of ${fig('snapshots_expected')} snapshots`,
      window: input.window,
      gaps: gapsOf(facts),
      chart: {
        kind: 'strip',
        intervals: seenIntervals(facts, input),
        tone: 'neutral',
        total: 'snapshot_coverage',
      },
      alt: 'Strip of the window: minutes with a monitoring snapshot are filled, gaps are hatched.',
    },
    {
      type: 'table',
      title: 'Gaps',
      dataset: 'monitoring-coverage.gaps',
      limit: 12,
      empty: ['No snapshot is missing.'],
    },
  ];
}

/** Unseen time of the snapshots, for charts. */
function gapsOf(facts: Facts): readonly Interval[] {
  return (facts.snapshots?.gaps ?? []).map(({ from, to }) => ({ from: iso(from), to: iso(to) }));
}

function seenIntervals(facts: Facts, input: Input): readonly Interval[] {
  const seen: Interval[] = [];
  let start = ms(input.window.from);
  const end = ms(input.window.to);
  for (const { from, to } of facts.snapshots?.gaps ?? []) {
    if (from > start) seen.push({ from: iso(start), to: iso(from) });
    start = to;
  }
  if (start < end) seen.push({ from: iso(start), to: iso(end) });
  return seen;
}

function gaugeBlocks(facts: Facts, input: Input, out: Output): readonly Block[] {
  const { gauges, counters, alerts } = snapshotStatistics(facts, input);
  const blocks = [
    gauges.block(out, { title: 'Gauges' }),
    counters.block(out, { title: 'Counters' }),
    alerts.block(out, { title: 'Alert rules, evaluated on each snapshot' }),
  ];
  return input.sources.database.status === 'ok' ? blocks : [...snapshotCharts(facts, input, out), ...blocks];
}

/** With a database these are drawn by the sections on positions and stops, from better evidence. */
function snapshotCharts(facts: Facts, input: Input, out: Output): readonly Block[] {
  const { rows = [], venues = [], coverage } = facts.snapshots ?? {};
  const series = (venues.length > 0 ? venues : ['total']).map((venue, index) => ({
    id: out.series({
      id: `monitoring-coverage.open.${venue}`,
      title: venue === 'total' ? 'Open positions' : capitalised(venue),
      unit: 'count',
      queries: [snapshotsQuery.id],
      points: pointsOf(facts, input, venue),
    }),
    tone: TONES[index] ?? 'neutral',
    step: true,
  }));
  const everyMs = input.shared.thresholds.snapshotIntervalS * 1000;
  const from = ms(input.window.from);
  return [
    {
      type: 'chart',
      title: 'Open positions by minute',
      subtitle: text`from ${fig('snapshots_observed')} of ${fig('snapshots_expected')} snapshots`,
      window: input.window,
      gaps: gapsOf(facts),
      chart: { kind: 'line', series },
      alt: `Open positions by exchange over the window, ${String(coverage?.gaps.length ?? 0)} gaps hatched.`,
    },
    {
      type: 'chart',
      title: 'Minutes with an unprotected position',
      subtitle: text`from ${fig('snapshots_observed')} snapshots`,
      window: input.window,
      gaps: gapsOf(facts),
      chart: {
        kind: 'strip',
        intervals: rows
          .filter(({ row }) => (row.unprotected ?? 0) > 0)
          .map(({ slot }) => ({ from: iso(from + slot * everyMs), to: iso(from + (slot + 1) * everyMs) })),
        tone: 'bad',
        total: 'snapshot_unprotected_minutes',
      },
      alt: 'Strip of the window: minutes with an unprotected position are filled.',
    },
  ];
}

/** One point a slot; a missing slot is a null, so that the line breaks there. */
function pointsOf(facts: Facts, input: Input, venue: string): { at: string; value: number | null }[] {
  const { rows = [], coverage } = facts.snapshots ?? {};
  const bySlot = new Map(rows.map((row) => [row.slot, row]));
  const everyMs = input.shared.thresholds.snapshotIntervalS * 1000;
  const from = ms(input.window.from);
  return Array.from({ length: coverage?.expected ?? 0 }, (_, slot) => {
    const taken = bySlot.get(slot)?.row;
    const value = venue === 'total' ? taken?.total : taken?.by_exchange?.[venue];
    return { at: iso(from + slot * everyMs), value: value ?? null };
  });
}

function heartbeatBlocks(facts: Facts, input: Input, out: Output): readonly Block[] {
  const { heartbeatGaps } = input.rows;
  if (!heartbeatGaps.ok) return unseenPart('', 'heartbeats and uptime', heartbeatGaps, input.bot).blocks;
  if (facts.heartbeats?.unstarted === true) return unseenPart('', 'uptime', UNSTARTED, input.bot).blocks;
  return [
    heartbeatStatistics(facts, input).block(out),
    {
      type: 'table',
      title: 'Services',
      dataset: 'monitoring-coverage.services',
      limit: 12,
      empty: ['No heartbeat was seen.'],
    },
    {
      type: 'table',
      title: 'Silences',
      dataset: 'monitoring-coverage.silences',
      limit: 8,
      empty: ['No silence is longer than two heartbeat intervals.'],
    },
  ];
}
