import type { Block, Series } from '../../audit/block.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { known } from '../../audit/value.ts';
import { snapshotPoints } from '../shared/facts/snapshot-points.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import { capitalised, venueSlug } from '../shared/vocabulary/words.ts';
import { countsByStep } from './concurrency.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

type Chart = Extract<Block, { type: 'chart' }>;

/** Of the exchanges in their order; further ones are neutral. */
const TONES = ['first', 'second'] as const;

/** Open positions over the window as opened and closed positions give them. */
export function reconstructedChart(facts: Facts, { window }: Input, out: Output): readonly Chart[] {
  const { source, venues, limits, of } = facts;
  if (!source.ok) return [];
  const isLimited = limits.positions !== null;
  const lines = isLimited ? [...venues, null] : venues;
  const series = seriesOf('open', lines, source.queries, out, (venue) =>
    countsByStep(of(venue).concurrency, window).map(({ at, count }) => ({ at: iso(at), value: count })),
  );
  const limit = { figure: 'limit_positions', title: 'limit' };
  return [
    {
      type: 'chart',
      title: 'Open positions',
      subtitle: text`by minute, reconstructed from ${source.basis}`,
      window,
      gaps: [],
      chart: { kind: 'line', series, ...(isLimited && { limit }) },
      alt: 'Number of open positions over the window, one line for each exchange, reconstructed from when positions were opened and closed.',
    },
  ];
}

/** The same as the monitoring saw it minute by minute; unseen time is a gap. */
export function snapshotChart(
  { venues }: Facts,
  { window, rows, shared }: Input,
  out: Output,
): readonly Chart[] {
  if (!rows.snapshots.ok || rows.snapshots.rows.length === 0) return [];
  const snapshots = rows.snapshots.rows;
  const points = snapshotPoints(snapshots, window, shared.thresholds);
  const seen = venues.filter((venue) => snapshots.some(({ by_exchange: counts }) => counts?.[venue] != null));
  const taken = out.figure({
    name: 'positions_snapshots',
    value: known(snapshots.length),
    unit: 'count',
    title: 'Snapshots behind the chart of open positions',
    basis: 'snapshots',
    queries: [snapshotsQuery.id],
    formula: 'snapshots in the window',
  });
  const lines = seen.length > 0 ? seen : [null];
  const series = seriesOf('snapshot', lines, [snapshotsQuery.id], out, (venue) =>
    points.of((row) => (venue === null ? row.total : (row.by_exchange?.[venue] ?? null))),
  );
  return [
    {
      type: 'chart',
      title: 'Open positions as monitored',
      subtitle: text`by minute, from ${fig(taken)} snapshots`,
      window,
      gaps: points.gaps,
      chart: { kind: 'line', series },
      alt: 'Number of open positions over the window as the monitoring snapshots saw it, one line for each exchange; time without snapshots is a gap.',
    },
  ];
}

/** A stepped line for each exchange, and one for the total with null. */
function seriesOf(
  name: string,
  lines: readonly (string | null)[],
  queries: readonly string[],
  out: Output,
  pointsOf: (venue: string | null) => Series['points'],
) {
  return lines.map((venue, index) => ({
    id: out.series({
      id: `positions.${name}.${venueSlug(venue ?? 'total')}`,
      title: venue === null ? 'Total' : capitalised(venue),
      unit: 'count',
      queries,
      points: pointsOf(venue),
    }),
    tone: venue === null ? ('neutral' as const) : (TONES[index] ?? 'neutral'),
    step: true,
  }));
}
