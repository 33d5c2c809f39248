import type { Block, Interval, MetricRow, Part, Tone } from '../../audit/block.ts';
import { figureKey } from '../../audit/figure.ts';
import type { Finding } from '../../audit/finding.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import { capitalised } from '../shared/vocabulary/venue-figures.ts';
import type { Facts, Input } from './facts.ts';
import { COUNTERS, EDGES, GAUGES } from './figures.ts';
import { findingsPart } from '../shared/vocabulary/findings-part.ts';
import { heartbeatBlocks, metric } from './heartbeat-parts.ts';

const TONES: readonly Tone[] = ['first', 'second', 'neutral', 'warning'];

export function partsOf(
  facts: Facts,
  input: Input,
  out: Output,
  findings: readonly Finding[],
  rules: number,
): readonly Part[] {
  return [
    { title: 'Snapshots', blocks: snapshotBlocks(facts, input) },
    ...(facts.snapshots && facts.snapshots.rows.length > 0
      ? [{ title: 'What the snapshots say', blocks: gaugeBlocks(facts, input, out) }]
      : []),
    { title: 'Heartbeats', blocks: heartbeatBlocks(facts, input) },
    findingsPart(findings, rules),
  ];
}

function snapshotBlocks(facts: Facts, input: Input): readonly Block[] {
  if (input.bot.sources.snapshots === 'none') {
    return [
      {
        type: 'note',
        tone: 'neutral',
        text: ['The source snapshots is declared none: nothing watched this window minute by minute.'],
      },
    ];
  }
  const one = (title: string, key: string): MetricRow => metric(title, [key], 'snapshots', 'DI11');
  const metrics: Block = {
    type: 'metrics',
    columns: ['Value'],
    rows: [
      one('Snapshots expected', 'snapshots_expected'),
      one('Snapshots observed', 'snapshots_observed'),
      one('Snapshots missing', 'snapshots_missing'),
      one('Coverage', 'snapshot_coverage'),
      one('Longest gap', 'snapshot_longest_gap'),
      one('Duplicates, left out', 'snapshots_duplicate'),
      one('Late', 'snapshots_late'),
    ],
  };
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
  const keys = (name: string, exchange?: string): string[] =>
    EDGES.map((stat) => figureKey(name, exchange === undefined ? { stat } : { exchange, stat }));
  const [total, ...rest] = GAUGES;
  const { venues = [], rules = [], identity = null } = facts.snapshots ?? {};
  const blocks: Block[] = [
    {
      type: 'metrics',
      title: 'Gauges',
      columns: ['At start', 'At end', 'Lowest', 'Highest'],
      rows: [
        metric(total[1], keys('snapshot_total'), 'snapshots'),
        ...venues.map((venue) =>
          metric(`Open on ${capitalised(venue)}`, keys('snapshot_total', venue), 'snapshots'),
        ),
        ...rest.map(([gauge, title]) => metric(title, keys(`snapshot_${gauge}`), 'snapshots')),
      ],
    },
    {
      type: 'metrics',
      title: 'Counters',
      columns: ['Sum'],
      rows: [
        ...COUNTERS.map(([counter, title]) =>
          metric(title, [`snapshot_${counter}`], 'snapshots, missing minutes not counted'),
        ),
        metric('Minutes with an unprotected position', ['snapshot_unprotected_minutes'], 'snapshots', 'SL4'),
        ...(identity
          ? [
              metric(
                'Identity: end - start - opened + closed',
                ['snapshot_residual'],
                'adjacent snapshots only',
                'MC-03',
              ),
            ]
          : []),
      ],
    },
    {
      type: 'metrics',
      title: 'Alert rules, evaluated on each snapshot',
      columns: ['Snapshots', 'Longest run', 'Highest value'],
      rows: rules.map(({ rule }) =>
        metric(
          rule.title,
          ['snapshot_alert_snapshots', 'snapshot_alert_streak', 'snapshot_alert_worst'].map((name) =>
            figureKey(name, { alert: rule.id }),
          ),
          `${rule.class}: ${rule.condition}`,
        ),
      ),
    },
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
  const everyMs = input.settings.snapshotIntervalS * 1000;
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
  const everyMs = input.settings.snapshotIntervalS * 1000;
  const from = ms(input.window.from);
  return Array.from({ length: coverage?.expected ?? 0 }, (_, slot) => {
    const taken = bySlot.get(slot)?.row;
    const value = venue === 'total' ? taken?.total : taken?.by_exchange?.[venue];
    return { at: iso(from + slot * everyMs), value: value ?? null };
  });
}
