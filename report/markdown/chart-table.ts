import type { Block, Chart, Interval, Series } from '../../audit/block.ts';
import { formatValue, isNumberUnit } from '../../audit/format.ts';
import { spanWords } from '../charts/line-chart.ts';
import { clipped, tickLabel, timeTicks } from '../charts/time-axis.ts';
import { figureCell, figureWords, type Lookup } from '../lookup.ts';
import type { TableView } from '../table-view.ts';

type ChartBlock = Extract<Block, { type: 'chart' }>;
const INTERVALS = 12;
const MINUTE_MS = 60_000;

/** A chart's numbers as a table: lines at the ends of the hours, bars by bucket, intervals as they are. */
export function chartTable(block: ChartBlock, lookup: Lookup): TableView {
  const { chart } = block;
  switch (chart.kind) {
    case 'line':
      return lineTable(
        block,
        chart.series.map(({ id }) => lookup.series(id)),
      );
    case 'strip':
      return stripTable(block, chart, lookup);
    case 'multiples':
      return barTable(block, chart, lookup);
  }
}

/** "Not seen: 05:00 to 05:18 (18 min)."; empty when everything was. */
export function gapWords(block: ChartBlock): string {
  const parts = block.gaps.flatMap((gap) => {
    const part = clipped(gap, block.window);
    return part
      ? [
          `${at(part.from.toISOString(), block.window)} to ${at(part.to.toISOString(), block.window)} (${spanWords(part.to.getTime() - part.from.getTime())})`,
        ]
      : [];
  });
  if (parts.length === 0) return '';
  const more = parts.length > INTERVALS ? ` and ${String(parts.length - INTERVALS)} more` : '';
  return `Not seen: ${parts.slice(0, INTERVALS).join(', ')}${more}.`;
}

function lineTable({ window }: ChartBlock, all: readonly Series[]): TableView {
  const ticks = timeTicks(window);
  const valueAt = (series: Series, time: number): string => {
    const reach = (ticks[1] ?? time) - (ticks[0] ?? 0);
    const before = series.points.findLast(({ at: moment }) => Date.parse(moment) <= time);
    const after = series.points.find(({ at: moment }) => Date.parse(moment) > time);
    const distance = (point: typeof before): number =>
      point === undefined ? Infinity : Math.abs(Date.parse(point.at) - time);
    // The snapshot of a full hour is taken a moment after it, and belongs to it; without one, the newest before.
    const point = distance(after) < Math.min(MINUTE_MS, distance(before)) ? after : before;
    const near = distance(point) < reach ? (point?.value ?? null) : null;
    return formatValue(near, series.unit, { currency: series.currency });
  };
  return {
    columns: [
      { title: 'At', number: false },
      ...all.map(({ title, unit }) => ({ title, number: isNumberUnit(unit) })),
    ],
    rows: ticks.map((time) => [tickLabel(time, window), ...all.map((series) => valueAt(series, time))]),
    note: null,
  };
}

function stripTable(block: ChartBlock, chart: Extract<Chart, { kind: 'strip' }>, lookup: Lookup): TableView {
  const parts = chart.intervals.flatMap((interval) => clipped(interval, block.window) ?? []);
  const rows = parts
    .slice(0, INTERVALS)
    .map(({ from, to }) => [
      at(from.toISOString(), block.window),
      at(to.toISOString(), block.window),
      spanWords(to.getTime() - from.getTime()),
    ]);
  const rest = parts.length - rows.length;
  return {
    columns: [
      { title: 'From', number: false },
      { title: 'To', number: false },
      { title: 'Length', number: true },
    ],
    rows: [
      ...rows,
      ...(rest > 0 ? [[`and ${String(rest)} more`, '', '']] : []),
      ['Total', '', figureWords(lookup.figure(chart.total), lookup)],
    ],
    note: null,
  };
}

function barTable(
  { window }: ChartBlock,
  chart: Extract<Chart, { kind: 'multiples' }>,
  lookup: Lookup,
): TableView {
  const all = chart.rows.map(({ series, total }) => ({
    series: lookup.series(series),
    total: lookup.figure(total),
  }));
  const starts = [
    ...new Set(all.flatMap(({ series }) => series.points.map(({ at: start }) => start))),
  ].sort();
  const cell = (series: Series, start: string): string => {
    const value = series.points.find(({ at: moment }) => moment === start)?.value ?? null;
    return formatValue(value, series.unit, { currency: series.currency });
  };
  return {
    columns: [
      { title: 'From', number: false },
      ...all.map(({ series }) => ({ title: series.title, number: true })),
    ],
    rows: [
      ...starts.map((start) => [
        tickLabel(Date.parse(start), window),
        ...all.map(({ series }) => cell(series, start)),
      ]),
      ['Total', ...all.map(({ total }) => figureCell(total, lookup))],
    ],
    note: null,
  };
}

/** A time of the window: the clock within a day, with its date otherwise. */
function at(time: string, window: Interval): string {
  const short = Date.parse(window.to) - Date.parse(window.from) <= 86_400_000;
  const clock = time.slice(17, 19) === '00' ? time.slice(11, 16) : time.slice(11, 19);
  return short ? clock : `${time.slice(0, 10)} ${clock}`;
}
