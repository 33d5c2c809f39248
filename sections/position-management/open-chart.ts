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

/** Open positions over the window as their rows give them, and beside them what the monitoring saw; unseen time is a gap. */
export function openPositionsChart(facts: Facts, input: Input, out: Output): readonly Chart[] {
  const { source } = facts;
  const seen = monitored(facts, input, out);
  if (!source.ok) return seen === null ? [] : [{ ...seen.chart, ...chartOf(seen.byExchange(), null) }];
  const { window } = input;
  const isLimited = facts.limits.positions !== null;
  const lines = isLimited || seen !== null ? [...facts.venues, null] : facts.venues;
  const series = seriesOf('open', lines, source.queries, out, (venue) =>
    countsByStep(facts.of(venue).concurrency, window).map(({ at, count }) => ({ at: iso(at), value: count })),
  );
  const limit = isLimited ? { figure: 'limit_positions', title: 'limit' } : null;
  if (seen !== null)
    return [
      {
        ...seen.chart,
        subtitle: text`by minute, reconstructed from ${source.basis}; dashed: ${seen.by}`,
        ...chartOf([...series, ...seen.total()], limit),
        alt: `${ALT}, reconstructed from when positions were opened and closed; a dashed line for the total that the monitoring snapshots saw, where time without snapshots is a gap.`,
      },
    ];
  return [
    {
      type: 'chart',
      title: TITLE,
      subtitle: text`by minute, reconstructed from ${source.basis}`,
      window,
      gaps: [],
      ...chartOf(series, limit),
      alt: `${ALT}, reconstructed from when positions were opened and closed.`,
    },
  ];
}

const TITLE = 'Open positions';
const ALT = 'Number of open positions over the window, one line for each exchange';

type Line = Extract<Chart['chart'], { kind: 'line' }>;

function chartOf(series: Line['series'], limit: Line['limit'] | null): { readonly chart: Line } {
  return { chart: { kind: 'line', series, ...(limit && { limit }) } };
}

/** What the snapshots say of open positions, as a chart without lines yet and the lines to choose from; null without any. */
function monitored({ venues }: Facts, { window, rows, shared }: Input, out: Output) {
  if (!rows.snapshots.ok || rows.snapshots.rows.length === 0) return null;
  const snapshots = rows.snapshots.rows;
  const points = snapshotPoints(snapshots, window, shared.thresholds);
  const taken = out.figure({
    name: 'positions_snapshots',
    value: known(snapshots.length),
    unit: 'count',
    title: 'Snapshots behind the chart of open positions',
    basis: 'snapshots',
    queries: [snapshotsQuery.id],
    formula: 'snapshots in the window',
  });
  const by = text`as ${fig(taken)} snapshots saw them`;
  const lines = (of: readonly (string | null)[]) =>
    seriesOf('snapshot', of, [snapshotsQuery.id], out, (venue) =>
      points.of((row) => (venue === null ? row.total : (row.by_exchange?.[venue] ?? null))),
    );
  return {
    by,
    chart: {
      type: 'chart',
      title: TITLE,
      subtitle: text`by minute, ${by}`,
      window,
      gaps: points.gaps,
      alt: `${ALT}, as the monitoring snapshots saw it; time without snapshots is a gap.`,
    } as const,
    byExchange: () => {
      const seen = venues.filter((venue) =>
        snapshots.some(({ by_exchange: counts }) => counts?.[venue] != null),
      );
      return lines(seen.length > 0 ? seen : [null]);
    },
    total: () => lines([null]),
  };
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
      title: venue === null ? (name === 'snapshot' ? 'Monitored' : 'Total') : capitalised(venue),
      unit: 'count',
      queries,
      points: pointsOf(venue),
    }),
    tone: venue === null ? ('neutral' as const) : (TONES[index] ?? 'neutral'),
    step: true,
  }));
}
