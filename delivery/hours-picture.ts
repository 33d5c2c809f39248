import { barSpan } from '../audit/bar-span.ts';
import type { Block, Interval, Series, Tone } from '../audit/block.ts';
import type { Report } from '../audit/report.ts';
import { formatValue } from '../audit/format.ts';
import { pngOf, type Bitmap, type Rgba } from './png.ts';

/** The hours of the window as rows of bars. Its words stand beside it, so that they are read, searched and read aloud. */
export interface HoursPicture {
  readonly png: Buffer;
  readonly title: string;
  readonly alt: string;
  /** One a row of the picture, each `ROW_PX` high. */
  readonly rows: readonly { readonly title: string; readonly total: string }[];
  /** Start, middle and end of its axis. */
  readonly axis: readonly string[];
}

type ChartBlock = Extract<Block, { type: 'chart' }>;

/** Height of a row in the mail, in CSS pixels; the picture has twice as many for sharp screens. */
export const ROW_PX = 24;
const SCALE = 2;
const WIDTH = 640;
const ROW = ROW_PX * SCALE;
const BAR = 34;
const MOST_ROWS = 8;
/** Readable on white and on black: a mail cannot know its ground. */
const PALETTE = {
  ground: [0, 0, 0, 0],
  grid: [138, 146, 156, 70],
  hatch: [138, 146, 156, 255],
  first: [63, 131, 209, 255],
  second: [217, 130, 43, 255],
  neutral: [138, 146, 156, 255],
  warning: [197, 154, 27, 255],
  bad: [216, 86, 76, 255],
} as const satisfies Readonly<Record<Tone | 'ground' | 'grid' | 'hatch', Rgba>>;
type Ink = keyof typeof PALETTE;
const INKS = Object.keys(PALETTE) as readonly Ink[];

/** Null when the report has no such chart. */
export function hoursPicture(report: Report): HoursPicture | null {
  const block = report.front.hours;
  if (block?.chart.kind !== 'multiples') return null;
  const { rows, seen } = block.chart;
  const series = new Map(report.series.map((one) => [one.id, one]));
  const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
  const drawn = rows.slice(0, MOST_ROWS).flatMap((row) => {
    const one = series.get(row.series);
    const total = figures.get(row.total);
    if (one === undefined || total === undefined) return [];
    return [
      {
        one,
        tone: row.tone,
        total: formatValue(total.value, total.unit, { currency: total.currency }),
      },
    ];
  });
  if (drawn.length === 0) return null;
  const canvas = createCanvas(WIDTH, ROW * (drawn.length + (seen === undefined ? 0 : 1)));
  const all = drawn.map(({ one }) => one);
  drawn.forEach(({ one, tone }, index) => {
    drawBars(canvas, { ...one, tone, span: barSpan(one, all) }, index * ROW, block);
  });
  if (seen !== undefined) drawSeen(canvas, drawn.length * ROW, block);
  return {
    png: pngOf(canvas.bitmap),
    title: block.title,
    alt: block.alt,
    rows: [
      ...drawn.map(({ one, total }) => ({ title: one.title, total })),
      ...(seen === undefined ? [] : [{ title: seen, total: block.gaps.length === 0 ? 'all' : 'in part' }]),
    ],
    axis: axisOf(block.window),
  };
}

type Box = readonly [left: number, top: number, right: number, bottom: number];

interface Canvas {
  readonly bitmap: Bitmap;
  fill(ink: Ink, ...box: Box): void;
  /** Slanting lines, as wide as what is between them. */
  hatch(...box: Box): void;
}

function createCanvas(width: number, height: number): Canvas {
  const pixels = new Uint8Array(width * height);
  const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, Math.round(value)));
  const paint = (
    ink: Ink,
    [left, top, right, bottom]: Box,
    isOn: (x: number, y: number) => boolean = () => true,
  ): void => {
    const colour = INKS.indexOf(ink);
    const [first, last] = [clamp(left, width), clamp(right, width)];
    for (let y = clamp(top, height); y < clamp(bottom, height); y += 1)
      for (let x = first; x < last; x += 1) if (isOn(x, y)) pixels[y * width + x] = colour;
  };
  return {
    bitmap: { width, height, pixels, palette: INKS.map((ink) => PALETTE[ink]) },
    fill(ink, ...box) {
      paint(ink, box);
    },
    hatch(...box) {
      paint('hatch', box, (x, y) => (x + y) % 8 < 4);
    },
  };
}

/** Pixels from the left for a time of the window. */
function placeIn({ from, to }: Interval): (at: string) => number {
  const start = Date.parse(from);
  const length = Date.parse(to) - start || 1;
  return (at) => ((Date.parse(at) - start) / length) * WIDTH;
}

interface Bars extends Series {
  readonly tone: Tone;
  readonly span: readonly [low: number, high: number];
}

/** A row with its zero line; what is not known is hatched, not low. */
function drawBars(
  canvas: Canvas,
  { points, tone, span: [low, high] }: Bars,
  top: number,
  block: ChartBlock,
): void {
  const x = placeIn(block.window);
  const scale = BAR / (high - low || 1);
  const base = top + ROW - 6;
  const zero = base + low * scale;
  canvas.fill('grid', 0, zero, WIDTH, zero + 1);
  points.forEach(({ at, value }, index) => {
    const left = x(at);
    const right = Math.min(WIDTH, x(points[index + 1]?.at ?? block.window.to));
    const gap = right - left > 10 ? 2 : 0;
    if (value === null) canvas.hatch(left + gap, base - 8, right - gap, base);
    else if (value !== 0) {
      const end = zero - value * scale;
      // The smallest of them is seen, too.
      const far = value > 0 ? Math.min(end, zero - 2) : Math.max(end, zero + 2);
      canvas.fill(tone, left + gap, Math.min(far, zero), right - gap, Math.max(far, zero));
    }
  });
}

function drawSeen(canvas: Canvas, top: number, { gaps, window }: ChartBlock): void {
  const x = placeIn(window);
  const [upper, lower] = [top + ROW / 2 - 7, top + ROW / 2 + 7];
  canvas.fill('grid', 0, upper, WIDTH, lower);
  for (const { from, to } of gaps) {
    const [left, right] = [x(from), Math.max(x(to), x(from) + 3)];
    canvas.fill('ground', left, upper, right, lower);
    canvas.hatch(left, upper, right, lower);
  }
}

/** Hours within a day, else days. */
function axisOf({ from, to }: Interval): readonly string[] {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const middle = start + (end - start) / 2;
  const isShort = end - start <= 86_400_000;
  const text = (atMs: number): string => {
    const iso = new Date(atMs).toISOString();
    return isShort ? iso.slice(11, 16) : iso.slice(5, 10);
  };
  const last = isShort && text(end) === '00:00' ? '24:00' : text(end);
  return [text(start), text(middle), isShort ? `${last} UTC` : last];
}
