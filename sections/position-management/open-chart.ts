import type { Block, Interval, Tone } from '../../audit/block.ts';
import type { Output } from '../../audit/section.ts';
import { text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { known } from '../../audit/value.ts';
import { fig } from '../../audit/text.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import type { SnapshotRow } from '../shared/queries/trading-rows.ts';
import { capitalised, venueSlug } from '../shared/vocabulary/venue-figures.ts';
import { concurrencyOf, countsByStep } from './concurrency.ts';
import type { Facts, Input } from './facts.ts';

type ChartBlock = Extract<Block, { type: 'chart' }>;
type Point = { readonly at: string; readonly value: number | null };

const MINUTE_MS = 60_000;
/** Two snapshots further apart than this have unseen time between them. */
const GAP_MS = 1.5 * MINUTE_MS;
const MOST_POINTS = 1_440;

/** Open positions over the window as opened and closed positions give them. */
export function reconstructedChart(
  { source, positions, venues, limits }: Facts,
  input: Input,
  out: Output,
): readonly ChartBlock[] {
  if (!source.ok) return [];
  const { window } = input;
  const lines = limits.positions === null ? venues : [...venues, null];
  const series = lines.map((venue, index) => {
    const own = positions.filter((fact) => venue === null || fact.venue === venue);
    const points = countsByStep(concurrencyOf(own, window), window);
    return {
      id: out.series({
        id: `positions.open.${venueSlug(venue ?? 'total')}`,
        title: venue === null ? 'Total' : capitalised(venue),
        unit: 'count',
        queries: source.queries,
        points: points.map(({ at, count }) => ({ at: iso(at), value: count })),
      }),
      tone: venue === null ? ('neutral' as const) : toneOf(index),
      step: true,
    };
  });
  return [
    {
      type: 'chart',
      title: 'Open positions',
      subtitle: text`by minute, reconstructed from ${source.basis}`,
      window,
      gaps: [],
      chart: {
        kind: 'line',
        series,
        ...(limits.positions !== null && { limit: { figure: 'limit_positions', title: 'limit' } }),
      },
      alt: 'Number of open positions over the window, one line for each exchange, reconstructed from when positions were opened and closed.',
    },
  ];
}

/** The same as the monitoring saw it minute by minute; unseen time is a gap. */
export function snapshotChart({ venues }: Facts, input: Input, out: Output): readonly ChartBlock[] {
  const { window, rows } = input;
  if (!rows.snapshots.ok || rows.snapshots.rows.length === 0) return [];
  const snapshots = rows.snapshots.rows;
  const gaps = gapsOf(snapshots, window);
  const seen = venues.filter((venue) => snapshots.some(({ by_exchange: counts }) => counts?.[venue] != null));
  const lines = seen.length > 0 ? seen : [null];
  const taken = out.figure({
    name: 'positions_snapshots',
    value: known(snapshots.length),
    unit: 'count',
    title: 'Snapshots behind the chart of open positions',
    basis: 'snapshots',
    queries: [snapshotsQuery.id],
    formula: 'snapshots in the window',
  });
  const series = lines.map((venue, index) => ({
    id: out.series({
      id: `positions.snapshot.${venueSlug(venue ?? 'total')}`,
      title: venue === null ? 'Total' : capitalised(venue),
      unit: 'count',
      queries: [snapshotsQuery.id],
      points: pointsOf(snapshots, gaps, window, (row) =>
        venue === null ? row.total : (row.by_exchange?.[venue] ?? null),
      ),
    }),
    tone: toneOf(index),
    step: true,
  }));
  return [
    {
      type: 'chart',
      title: 'Open positions as monitored',
      subtitle: text`by minute, from ${fig(taken)} snapshots`,
      window,
      gaps,
      chart: { kind: 'line', series },
      alt: 'Number of open positions over the window as the monitoring snapshots saw it, one line for each exchange; time without snapshots is a gap.',
    },
  ];
}

function toneOf(index: number): Tone {
  return index === 0 ? 'first' : index === 1 ? 'second' : 'neutral';
}

/** Unseen time: a snapshot speaks for the minute that follows it. */
export function gapsOf(snapshots: readonly Pick<SnapshotRow, 'at'>[], window: Interval): readonly Interval[] {
  const gaps: Interval[] = [];
  let seenUntil = ms(window.from);
  for (const at of snapshots.map((row) => ms(row.at)).sort((a, b) => a - b)) {
    if (at - seenUntil > GAP_MS - MINUTE_MS) gaps.push({ from: iso(seenUntil), to: iso(at) });
    seenUntil = Math.max(seenUntil, at + MINUTE_MS);
  }
  if (ms(window.to) - seenUntil > GAP_MS - MINUTE_MS) gaps.push({ from: iso(seenUntil), to: window.to });
  return gaps;
}

function pointsOf(
  snapshots: readonly SnapshotRow[],
  gaps: readonly Interval[],
  window: Interval,
  valueOf: (row: SnapshotRow) => number | null,
): readonly Point[] {
  const stepMs = Math.max(MINUTE_MS, Math.ceil((ms(window.to) - ms(window.from)) / MOST_POINTS));
  const last = new Map<number, Point>();
  for (const row of snapshots) last.set(Math.floor(ms(row.at) / stepMs), { at: row.at, value: valueOf(row) });
  const breaks = gaps.map(({ from }): Point => ({ at: from, value: null }));
  return [...last.values(), ...breaks].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
