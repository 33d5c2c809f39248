import { barSpan } from '../../audit/bar-span.ts';
import type { Block, Chart, Series } from '../../audit/block.ts';
import { formatValue } from '../../audit/format.ts';
import { figureCell, type Lookup } from '../lookup.ts';
import { CHART_TYPE, drawing, fitted, label, px, tag, textWidth, type Svg } from './svg.ts';
import { hatching, timeAxis, timeGrid, timeScale, type TimeScale } from './time-axis.ts';

const WIDTH = 680;
const LEFT = 146;
const RIGHT = 672;
const ROW = 29;
const BAR = 14;
const TOP = 14;

type Row = Extract<Chart, { kind: 'multiples' }>['rows'][number];

/** A row of bars for each series, one bar a bucket, rows of one unit on one scale; the last row shows when somebody watched. */
export function multiplesChart(
  block: Extract<Block, { type: 'chart' }>,
  chart: Extract<Chart, { kind: 'multiples' }>,
  lookup: Lookup,
  id: string,
): Svg {
  const x = timeScale(block.window, LEFT, RIGHT);
  const series = chart.rows.map((row) => lookup.series(row.series));
  const bottom = TOP + chart.rows.length * ROW;
  const strip = bottom - 6;
  const seen = chart.seen === undefined ? [] : seenStrip(chart.seen, block, x, strip);
  const foot = seen.length === 0 ? strip - 10 : strip;
  return drawing(
    { id, title: block.title, alt: block.alt, width: WIDTH, height: foot + 32 },
    timeGrid(block.window, x, TOP - 6, foot + 14),
    ...chart.rows.map((row, index) =>
      bars(
        { row, index, span: barSpan(lookup.series(row.series), series) },
        TOP + index * ROW,
        block,
        lookup,
        x,
      ),
    ),
    ...seen,
    timeAxis(block.window, x, foot + 25, WIDTH),
  );
}

/** Drawn only where something watched the window: a full band would say that all was seen. */
function seenStrip(
  title: string,
  { gaps, window }: Extract<Block, { type: 'chart' }>,
  x: TimeScale,
  top: number,
): readonly Svg[] {
  return [
    label(0, top + 8, fitted(title, LEFT - 8, CHART_TYPE), { class: 'row-title' }),
    tag('rect', { x: LEFT, y: top, width: RIGHT - LEFT, height: 9, class: 'seen' }),
    hatching(gaps, window, x, top, 9),
  ];
}

function bars(
  { row, index, span: [low, high] }: { row: Row; index: number; span: readonly [number, number] },
  top: number,
  block: Extract<Block, { type: 'chart' }>,
  lookup: Lookup,
  x: TimeScale,
): Svg {
  const series = lookup.series(row.series);
  const total = figureCell(lookup.figure(row.total), lookup);
  const scale = BAR / (high - low || 1);
  const zero = top + BAR - (high - low === 0 ? 0 : -low * scale);
  const ends = bucketEnds(series, block.window.to);
  const drawn = series.points.map(({ at, value }, nth) => {
    const [left, right] = [x(new Date(at)), x(new Date(ends[nth] ?? block.window.to))];
    if (left < LEFT - 0.5 || left >= RIGHT) return '';
    const width = Math.max(0.8, Math.min(right, RIGHT) - left - (right - left > 6 ? 2 : 0.5));
    if (value === null) return numberAbove('–', left, width, top + BAR);
    const height = Math.abs(value) * scale;
    const y = value >= 0 ? zero - height : zero;
    return [
      height > 0
        ? tag('rect', {
            x: left + 1,
            y,
            width,
            height: Math.max(0.8, height),
            class: `fill-${row.tone}${index % 2 === 1 && row.tone === 'first' ? ' soft' : ''}`,
          })
        : '',
      numberAbove(formatValue(value, series.unit, { bare: true }), left, width, Math.min(y, zero)),
    ].join('');
  });
  const room = LEFT - 14 - textWidth(total, CHART_TYPE);
  return tag(
    'g',
    {},
    label(0, top + 11, fitted(series.title, room, CHART_TYPE), { class: 'row-title' }),
    label(LEFT - 8, top + 11, total, { class: 'row-total', 'text-anchor': 'end' }),
    tag('path', { d: `M${px(LEFT)} ${px(zero)}H${px(RIGHT)}`, class: 'zero' }),
    ...drawn,
  );
}

/** A number that would not fit over its bar is left out; the table below the chart has it. */
function numberAbove(text: string, left: number, width: number, y: number): Svg {
  if (textWidth(text, CHART_TYPE) > width + 1) return '';
  return label(left + 1 + width / 2, y - 2.5, text, { class: 'bar-text', 'text-anchor': 'middle' });
}

/** Buckets end where the next begins. */
function bucketEnds(series: Series, end: string): readonly string[] {
  return series.points.map((_, index) => series.points[index + 1]?.at ?? end);
}
