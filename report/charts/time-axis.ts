import { scaleUtc, type ScaleTime } from 'd3-scale';
import type { Interval } from '../../audit/block.ts';
import { label, px, tag, type Svg } from './svg.ts';

export type TimeScale = ScaleTime<number, number>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STEPS_MS = [0.25, 0.5, 1, 2, 3, 4, 6, 12, 24, 48, 96, 168, 336, 720, 2160].map(
  (hours) => hours * HOUR_MS,
);
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function timeScale(window: Interval, left: number, right: number): TimeScale {
  return scaleUtc([new Date(window.from), new Date(window.to)], [left, right]);
}

/** Round UTC times across the window, at most ten. */
export function timeTicks(window: Interval): readonly number[] {
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  const step = STEPS_MS.find((candidate) => (to - from) / candidate <= 9) ?? (to - from) / 6;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at);
  return ticks;
}

/** `05:00` within a day, `20 Nov` for steps of days. */
export function tickLabel(at: number, window: Interval): string {
  const time = new Date(at);
  const span = Date.parse(window.to) - Date.parse(window.from);
  const clock = time.toISOString().slice(11, 16);
  return span > 2 * DAY_MS ? `${String(time.getUTCDate())} ${MONTHS[time.getUTCMonth()] ?? ''}` : clock;
}

/** Labels under the axis; the outer ones are drawn inwards when they would leave the drawing. */
export function timeAxis(window: Interval, x: TimeScale, y: number, width: number): Svg {
  const labels = timeTicks(window).map((at) => {
    const place = x(new Date(at));
    const anchor = place < 16 ? 'start' : place > width - 16 ? 'end' : 'middle';
    return label(place, y, tickLabel(at, window), { class: 'tick', 'text-anchor': anchor });
  });
  return tag('g', {}, ...labels);
}

export function timeGrid(window: Interval, x: TimeScale, top: number, bottom: number): Svg {
  const lines = timeTicks(window).map((at) => `M${px(x(new Date(at)))} ${px(top)}V${px(bottom)}`);
  return tag('path', { d: lines.join(''), class: 'grid' });
}

/** The part of an interval within the window; null when there is none. */
export function clipped(
  interval: Interval,
  window: Interval,
): { readonly from: Date; readonly to: Date } | null {
  const from = Math.max(Date.parse(interval.from), Date.parse(window.from));
  const to = Math.min(Date.parse(interval.to), Date.parse(window.to));
  return to > from ? { from: new Date(from), to: new Date(to) } : null;
}

const HATCH_STEP = 5;

/** Hatching over unseen time: drawn as lines, since a pattern would be printed as a picture. */
export function hatching(
  gaps: readonly Interval[],
  window: Interval,
  x: TimeScale,
  top: number,
  height: number,
): Svg {
  const shapes = gaps.flatMap((gap) => {
    const part = clipped(gap, window);
    if (!part) return [];
    const left = x(part.from);
    const right = Math.max(left + 1, x(part.to));
    return [
      tag('rect', { x: left, y: top, width: right - left, height, class: 'hatch-ground' }),
      tag('path', { d: diagonals(left, right, top, height), class: 'hatch' }),
    ];
  });
  return tag('g', { class: 'unseen' }, ...shapes);
}

/** Lines from lower left to upper right, cut at the rectangle's sides. */
function diagonals(left: number, right: number, top: number, height: number): string {
  const lines: string[] = [];
  for (let start = left - height + HATCH_STEP; start < right; start += HATCH_STEP) {
    const [fromX, toX] = [Math.max(start, left), Math.min(start + height, right)];
    if (toX > fromX)
      lines.push(
        `M${px(fromX)} ${px(top + height - (fromX - start))}L${px(toX)} ${px(top + height - (toX - start))}`,
      );
  }
  return lines.join('');
}
