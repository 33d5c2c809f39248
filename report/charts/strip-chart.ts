import type { Block, Chart } from '../../audit/block.ts';
import { figureCell, type Lookup } from '../lookup.ts';
import { PLOT } from './line-chart.ts';
import { CHART_TYPE, drawing, fitted, label, tag, type Svg } from './svg.ts';
import { clipped, hatching, timeAxis, timeScale } from './time-axis.ts';

const TOP = 3;
const HEIGHT = 13;
/** Half a minute of an eight-hour window would be thinner than ink; every interval is at least this wide. */
const MIN_WIDTH = 1.2;

/** A band over the window in which intervals are filled; its total stands at the right end. */
export function stripChart(
  block: Extract<Block, { type: 'chart' }>,
  chart: Extract<Chart, { kind: 'strip' }>,
  lookup: Lookup,
  id: string,
): Svg {
  const x = timeScale(block.window, PLOT.left, PLOT.right);
  const fills = chart.intervals.flatMap((interval) => {
    const part = clipped(interval, block.window);
    if (!part) return [];
    const left = x(part.from);
    const width = Math.max(MIN_WIDTH, x(part.to) - left);
    return [
      tag('rect', {
        x: Math.min(left, PLOT.right - width),
        y: TOP,
        width,
        height: HEIGHT,
        class: `fill-${chart.tone}`,
      }),
    ];
  });
  const total = fitted(
    figureCell(lookup.figure(chart.total), lookup),
    PLOT.width - PLOT.right - 8,
    CHART_TYPE,
  );
  return drawing(
    { id, title: block.title, alt: block.alt, width: PLOT.width, height: TOP + HEIGHT + 20 },
    tag('rect', { x: PLOT.left, y: TOP, width: PLOT.right - PLOT.left, height: HEIGHT, class: 'band' }),
    hatching(block.gaps, block.window, x, TOP, HEIGHT),
    ...fills,
    label(PLOT.right + 6, TOP + HEIGHT - 2.5, total, { class: `end fill-${chart.tone}` }),
    timeAxis(block.window, x, TOP + HEIGHT + 14, PLOT.width),
  );
}
