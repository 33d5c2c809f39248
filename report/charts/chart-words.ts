import type { Block, Chart, Interval, Series } from '../../audit/block.ts';
import { formatValue, unitOf } from '../../audit/format.ts';
import { figureCell, type Lookup } from '../lookup.ts';
import { tickLabel } from './time-axis.ts';

type ChartBlock = Extract<Block, { type: 'chart' }>;

/** A chart's name with the unit of its lines, as a column has it: `Cumulative net PnL (USDT)`. */
export function chartTitle({ title, chart }: ChartBlock, lookup: Lookup): string {
  if (chart.kind !== 'line') return title;
  const units = new Set(
    chart.series.map(({ id }) => {
      const { unit, currency } = lookup.series(id);
      return unitOf(unit, currency);
    }),
  );
  const [unit = ''] = units;
  return units.size !== 1 || unit === '' ? title : `${title} (${unit})`;
}

/** What the drawing shows, in words and numbers, for readers who cannot see it. */
export function chartWords(block: ChartBlock, lookup: Lookup): string {
  const { alt, chart, window } = block;
  return [alt, ...numbers(chart, window, lookup)].join(' ');
}

function numbers(chart: Chart, window: Interval, lookup: Lookup): readonly string[] {
  switch (chart.kind) {
    case 'line':
      return chart.series.map(({ id }) => lineWords(lookup.series(id), window));
    case 'multiples':
      return chart.rows.map(({ series, total }) => {
        const { title, most } = extremes(lookup.series(series), window);
        return `${title}: ${figureCell(lookup.figure(total), lookup)} in the window${most === null ? '' : `, most ${most}`}.`;
      });
    case 'strip':
      return [`In all: ${figureCell(lookup.figure(chart.total), lookup)}.`];
  }
}

function lineWords(series: Series, window: Interval): string {
  const { title, first, last, least, most } = extremes(series, window);
  if (first === null || last === null) return `${title}: no data.`;
  return `${title}: ${first} first, ${last} last, lowest ${least ?? last}, highest ${most ?? last}.`;
}

/** The values that a reader would look for, with the times of the outer ones. */
function extremes(
  series: Series,
  window: Interval,
): Readonly<Record<'first' | 'last' | 'least' | 'most', string | null>> & {
  readonly title: string;
} {
  const { title, unit, currency } = series;
  const known = series.points.flatMap(({ at, value }) => (value === null ? [] : [{ at, value }]));
  const said = (value: number): string => formatValue(value, unit, { currency });
  const when = (point: { at: string; value: number }): string =>
    `${said(point.value)} at ${tickLabel(Date.parse(point.at), window)}`;
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined)
    return { title, first: null, last: null, least: null, most: null };
  const least = known.reduce((a, b) => (b.value < a.value ? b : a));
  const most = known.reduce((a, b) => (b.value > a.value ? b : a));
  return { title, first: said(first.value), last: said(last.value), least: when(least), most: when(most) };
}
