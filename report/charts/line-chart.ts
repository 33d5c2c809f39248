import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { curveLinear, curveStepAfter, line } from 'd3-shape';
import type { Block, Chart, Interval, Series } from '../../audit/block.ts';
import { duration, formatValue } from '../../audit/format.ts';
import type { Lookup } from '../lookup.ts';
import { spreadLabels, type EndLabel } from './end-labels.ts';
import { CHART_TYPE, drawing, fitted, label, px, tag, textWidth, type Frame, type Svg } from './svg.ts';
import { clipped, hatching, timeAxis, timeScale, type TimeScale } from './time-axis.ts';

/** Lines and strips share their left and right, so that the hours stand under each other. */
export const PLOT = { width: 680, left: 50, right: 574 } as const;
const TOP = 8;
const LABEL_ROOM = PLOT.width - PLOT.right - 8;
/** A limit further away than this many times the largest value would flatten the lines: it is only named. */
const LIMIT_REACH = 2.5;

type ChartBlock = Extract<Block, { type: 'chart' }>;
type LineKind = Extract<Chart, { kind: 'line' }>;

interface Point {
  readonly at: number;
  readonly value: number | null;
}

export function lineChart(block: ChartBlock, chart: LineKind, lookup: Lookup, id: string): Svg {
  const all = chart.series.map((spec) => ({ ...spec, data: lookup.series(spec.id) }));
  // Of one line its shape is enough.
  const isLow = all.length === 1 && chart.limit === undefined;
  const bottom = TOP + (all.length > 6 ? 180 : isLow ? 52 : 118);
  const frame: Frame = { id, title: block.title, alt: block.alt, width: PLOT.width, height: bottom + 23 };
  const x = timeScale(block.window, PLOT.left, PLOT.right);
  const values = all.flatMap(({ data }) =>
    data.points.flatMap(({ value }) => (value === null ? [] : [value])),
  );
  const limit = limitOf(chart, lookup, values);
  const [low = 0, high = 1] = extent([0, ...values, ...(limit?.drawn === true ? [limit.value] : [])]);
  const y = scaleLinear([low, high === low ? low + 1 : high], [bottom, TOP + 4]).nice(isLow ? 2 : 4);
  const first = all[0]?.data;
  const used = new Map<string, number>();
  const lines = all.map(({ data, tone, step }) => {
    const nth = used.get(tone) ?? 0;
    used.set(tone, nth + 1);
    return {
      data,
      tone,
      svg: path(step ? corners(points(data, block)) : points(data, block), { tone, step, nth }, x, y),
    };
  });
  const ends = lines.flatMap(({ data, tone }): EndLabel[] => {
    const last = data.points.findLast(({ value }) => value !== null);
    if (last?.value == null) return [{ text: `${data.title}: no data`, tone: 'neutral', y: bottom }];
    return [{ text: endText(data, last.value), tone, y: y(last.value) }];
  });
  return drawing(
    frame,
    valueAxis(y, first, PLOT, isLow ? 2 : 4),
    hatching(block.gaps, block.window, x, TOP, bottom - TOP),
    ...(limit
      ? [
          limitLine(
            limit,
            y,
            all.flatMap(({ data }) => endsOf(data)),
          ),
        ]
      : []),
    ...lines.map(({ svg }) => svg),
    gapLabels(block.gaps, block.window, x, bottom),
    tag('path', { d: `M${px(PLOT.left)} ${px(y(0))}H${px(PLOT.right)}`, class: 'zero' }),
    ...spreadLabels(ends, 14, TOP + 6, bottom).map(endLabel),
    timeAxis(block.window, x, bottom + 16, PLOT.width),
  );
}

/** The points in order, with a break wherever a gap lies between two of them. */
function points(data: Series, block: ChartBlock): readonly Point[] {
  const gaps = block.gaps.map((gap) => ({ from: Date.parse(gap.from), to: Date.parse(gap.to) }));
  const sorted = data.points
    .map(({ at, value }) => ({ at: Date.parse(at), value }))
    .sort((a, b) => a.at - b.at);
  return sorted.flatMap((point, index): Point[] => {
    const next = sorted[index + 1];
    const gap = next && gaps.find(({ from, to }) => from > point.at && to <= next.at);
    // Until the gap began the last value is known: a step is drawn up to there.
    return gap ? [point, { at: gap.from, value: point.value }, { at: gap.from, value: null }] : [point];
  });
}

/** Points of a step line at which it turns; those between say nothing more. */
function corners(all: readonly Point[]): readonly Point[] {
  return all.filter(({ value }, index) => value !== all[index - 1]?.value || value !== all[index + 1]?.value);
}

function path(
  data: readonly Point[],
  style: { tone: string; step: boolean; nth: number },
  x: TimeScale,
  y: (value: number) => number,
): Svg {
  const draw = line<Point>()
    .defined(({ value }) => value !== null)
    .x(({ at }) => x(new Date(at)))
    .y(({ value }) => y(value ?? 0))
    .curve(style.step ? curveStepAfter : curveLinear)
    .digits(1);
  const dash = ['', ' dash-1', ' dash-2', ' dash-3'][style.nth % 4] ?? '';
  return tag('path', { d: draw(data) ?? '', class: `line tone-${style.tone}${dash}` });
}

/** Grid lines with their values; the unit is said by the title. */
function valueAxis(
  y: ReturnType<typeof scaleLinear<number, number>>,
  series: Series | undefined,
  { left, right }: Pick<typeof PLOT, 'left' | 'right'>,
  most: number,
): Svg {
  const ticks = y.ticks(most);
  const places = Math.max(0, ...ticks.map((tick) => (String(tick).split('.')[1] ?? '').length));
  const grid = tag('path', {
    d: ticks.map((tick) => `M${px(left)} ${px(y(tick))}H${px(right)}`).join(''),
    class: 'grid',
  });
  const text = (tick: number): string =>
    series?.unit === 'bytes'
      ? formatValue(tick, 'bytes')
      : formatValue(tick.toFixed(places), 'quantity', { places });
  return tag(
    'g',
    {},
    grid,
    ...ticks.map((tick) => label(left - 7, y(tick) + 3, text(tick), { class: 'tick', 'text-anchor': 'end' })),
  );
}

/** Name and last value; the chart's title has the unit. */
function endText({ unit, currency, title }: Series, value: number): string {
  return `${title} ${formatValue(value, unit, { currency, bare: true })}`;
}

function endLabel({ text, tone, at }: EndLabel & { readonly at: number }): Svg {
  return label(PLOT.right + 6, at + 3.5, fitted(text, LABEL_ROOM, CHART_TYPE), {
    class: `end fill-${tone}`,
  });
}

interface Limit {
  readonly value: number;
  readonly drawn: boolean;
  readonly text: string;
}

function limitOf(chart: LineKind, lookup: Lookup, values: readonly number[]): Limit | null {
  if (!chart.limit) return null;
  const figure = lookup.figure(chart.limit.figure);
  if (figure.value === null) return null;
  const value = Number(figure.value);
  const written = formatValue(figure.value, figure.unit, { currency: figure.currency });
  const drawn = Math.abs(value) <= LIMIT_REACH * Math.max(0, ...values.map(Math.abs));
  return { value, drawn, text: `${chart.limit.title} ${written}` };
}

/** Its name stands over the end at which the lines are further away. */
function limitLine(
  { value, drawn, text }: Limit,
  y: (value: number) => number,
  ends: readonly (readonly [number, number])[],
): Svg {
  if (!drawn) {
    return label(PLOT.right, TOP + 9, `${text}, above the scale`, {
      class: 'limit-text',
      'text-anchor': 'end',
    });
  }
  const place = y(value);
  const distance = (side: 0 | 1): number => Math.min(...ends.map((pair) => Math.abs(y(pair[side]) - place)));
  const left = distance(0) >= distance(1);
  return tag(
    'g',
    {},
    tag('path', { d: `M${px(PLOT.left)} ${px(place)}H${px(PLOT.right)}`, class: 'limit' }),
    label(left ? PLOT.left + 4 : PLOT.right, place - 4, text, {
      class: 'limit-text',
      'text-anchor': left ? 'start' : 'end',
    }),
  );
}

/** First and last value of a series. */
function endsOf({ points: all }: Series): readonly (readonly [number, number])[] {
  const values = all.flatMap(({ value }) => (value === null ? [] : [value]));
  const [first, last] = [values[0], values.at(-1)];
  return first === undefined || last === undefined ? [] : [[first, last]];
}

/** "18 min unseen" under each gap, as far as there is room; a row of short gaps is only hatched. */
function gapLabels(gaps: readonly Interval[], window: Interval, x: TimeScale, bottom: number): Svg {
  let free = PLOT.left;
  const labels = gaps.flatMap((gap) => {
    const part = clipped(gap, window);
    if (!part) return [];
    const text = `${spanWords(part.to.getTime() - part.from.getTime())} unseen`;
    const half = textWidth(text, CHART_TYPE) / 2;
    const middle = Math.min(Math.max((x(part.from) + x(part.to)) / 2, PLOT.left + half), PLOT.right - half);
    if (middle - half < free) return [];
    free = middle + half + 4;
    return [label(middle, bottom - 5, text, { class: 'unseen-text', 'text-anchor': 'middle' })];
  });
  return tag('g', {}, ...labels);
}

export function spanWords(spanMs: number): string {
  const minutes = spanMs / 60_000;
  return minutes < 60 && Number.isInteger(minutes) ? `${String(minutes)} min` : duration(spanMs / 1000);
}
