import { describe, expect, test } from '@jest/globals';
import type { Block, Chart, Series } from '../../audit/block.ts';
import { toFigure } from '../../audit/figure.ts';
import { known, missing } from '../../audit/value.ts';
import { chartSvg } from '../../report/charts/chart.ts';
import { chartTitle } from '../../report/charts/chart-words.ts';
import { spreadLabels } from '../../report/charts/end-labels.ts';
import { tickLabel, timeTicks } from '../../report/charts/time-axis.ts';
import { createLookup } from '../../report/lookup.ts';
import { FROM, GAP, TO, minute } from './sample-figures.ts';
import { sample } from './sample-report.ts';

const window = { from: FROM, to: TO };

function draw(chart: Chart, series: readonly Series[], gaps = [GAP], figures = sample.figures): string {
  const block: Extract<Block, { type: 'chart' }> = {
    type: 'chart',
    title: 'T',
    subtitle: [],
    window,
    gaps,
    alt: 'A',
    chart,
  };
  return chartSvg(block, createLookup({ ...sample, series, figures }), 'c1');
}

function line(id: string, points: readonly (readonly [number, number | null])[]): Series {
  return {
    id,
    title: id,
    unit: 'count',
    queries: [],
    points: points.map(([at, value]) => ({ at: minute(at), value })),
  };
}

const one = { kind: 'line', series: [{ id: 'a', tone: 'first', step: false }] } as const;

/** Pieces of the only line: each begins with a move. */
function pieces(svg: string): number {
  const path = /d="([^"]*)" class="line/.exec(svg)?.[1] ?? '';
  return path.split('M').length - 1;
}

describe('a line', () => {
  test('breaks where a value is null', () => {
    expect(
      pieces(
        draw(
          one,
          [
            line('a', [
              [0, 1],
              [10, null],
              [20, 2],
              [30, 3],
            ]),
          ],
          [],
        ),
      ),
    ).toBe(2);
  });

  test('breaks at a gap even when the series simply has no points there', () => {
    expect(
      pieces(
        draw(one, [
          line('a', [
            [0, 1],
            [299, 2],
            [319, 3],
            [480, 3],
          ]),
        ]),
      ),
    ).toBe(2);
    expect(
      pieces(
        draw(
          one,
          [
            line('a', [
              [0, 1],
              [299, 2],
              [319, 3],
              [480, 3],
            ]),
          ],
          [],
        ),
      ),
    ).toBe(1);
  });

  test('says how long nothing was seen, and hatches it', () => {
    const svg = draw(one, [
      line('a', [
        [0, 1],
        [480, 2],
      ]),
    ]);
    expect(svg).toContain('18 min unseen');
    expect(svg).toMatch(/class="hatch"/);
  });

  test('without any value says so instead of drawing a zero', () => {
    const svg = draw(one, [line('a', [[0, null]])]);
    expect(svg).toContain('a: no data');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('names a limit that is far above instead of flattening the line', () => {
    const limited = { ...one, limit: { figure: 'max_positions', title: 'limit' } };
    expect(
      draw(limited, [
        line('a', [
          [0, 3],
          [480, 4],
        ]),
      ]),
    ).toContain('limit 80, above the scale');
    expect(
      draw(limited, [
        line('a', [
          [0, 60],
          [480, 70],
        ]),
      ]),
    ).toContain('>limit 80<');
  });

  test('with a negative value keeps its zero', () => {
    const svg = draw(one, [
      line('a', [
        [0, -40],
        [480, 20],
      ]),
    ]);
    expect(svg).toContain('\u221240');
    expect(svg).toContain('class="zero"');
  });
});

test('names of eight exchanges stand apart and inside the drawing', () => {
  const labels = Array.from({ length: 8 }, (_, index) => ({
    text: String(index),
    tone: 'first',
    y: 100 + (index % 3),
  }));
  const placed = spreadLabels(labels, 13, 10, 170).map(({ at }) => at);
  for (let index = 1; index < placed.length; index += 1)
    expect((placed[index] ?? 0) - (placed[index - 1] ?? 0)).toBeGreaterThanOrEqual(12.9);
  expect(Math.min(...placed)).toBeGreaterThanOrEqual(10);
  expect(Math.max(...placed)).toBeLessThanOrEqual(170);
});

test('bars: a bucket without a value is a dash, a negative one hangs below the line', () => {
  const figures = [
    toFigure({ name: 't', value: missing('no_data'), unit: 'count', title: 't', formula: '' }),
    toFigure({ name: 'u', value: known(1), unit: 'count', title: 'u', formula: '' }),
  ];
  const chart: Chart = { kind: 'multiples', rows: [{ series: 'a', total: 't', tone: 'first' }] };
  const svg = draw(
    chart,
    [
      line('a', [
        [0, 5],
        [60, null],
        [120, -5],
        [180, 0],
      ]),
    ],
    [],
    figures,
  );
  expect(svg).toContain('>–<');
  const rects = [...svg.matchAll(/y="([\d.]+)" width="[\d.]+" height="([\d.]+)" class="fill-first"/g)].map(
    ([, y, height]) => [Number(y), Number(height)],
  );
  expect(rects).toHaveLength(2);
  expect(rects[0]?.[0]).toBeLessThan(rects[1]?.[0] ?? 0);
  expect((rects[0]?.[0] ?? 0) + (rects[0]?.[1] ?? 0)).toBeCloseTo(rects[1]?.[0] ?? 0, 1);
});

test('a bar of 1 is not as tall as one of 20 in the row above it', () => {
  const total = toFigure({ name: 't', value: known(21), unit: 'count', title: 't', formula: '' });
  const row = (series: string) => ({ series, total: 't', tone: 'bad' }) as const;
  const chart: Chart = { kind: 'multiples', rows: [row('a'), row('b')] };
  const svg = draw(chart, [line('a', [[0, 20]]), line('b', [[0, 1]])], [], [total]);
  const heights = [...svg.matchAll(/height="([\d.]+)" class="fill-bad"/g)].map(([, height]) =>
    Number(height),
  );
  expect(heights).toEqual([14, 0.8]);
});

test('what a drawing shows stands beside it in words and numbers, and its unit in its title', () => {
  const money = {
    ...line('a', [
      [0, 3],
      [60, -5],
      [120, null],
      [180, 4],
    ]),
    unit: 'money',
    currency: 'USDT',
  } as const;
  const svg = draw(one, [money]);
  expect(svg).toContain(
    '>A a: 3.00 USDT first, 4.00 USDT last, lowest −5.00 USDT at 01:00, highest 4.00 USDT at 03:00.</desc>',
  );
  expect(svg).toContain('>a 4.00</text>');
  const block = { type: 'chart', title: 'T', subtitle: [], window, gaps: [], alt: '', chart: one } as const;
  expect(chartTitle(block, createLookup({ ...sample, series: [money] }))).toBe('T (USDT)');
  expect(chartTitle(block, createLookup({ ...sample, series: [line('a', [])] }))).toBe('T');
  expect(draw(one, [line('a', [[0, null]])])).toContain('>A a: no data.</desc>');
});

test('the hours of lines and strips stand under each other', () => {
  const strip: Chart = {
    kind: 'strip',
    intervals: [{ from: minute(60), to: minute(120) }],
    tone: 'bad',
    total: 'unprotected_minutes',
  };
  const ticks = (svg: string): (string | undefined)[] =>
    [...svg.matchAll(/x="([\d.]+)"[^>]*>(\d\d:00)</g)].map(([, x, hour]) => `${hour ?? ''}@${x ?? ''}`);
  const [above, below] = [ticks(draw(one, [line('a', [[0, 1]])])), ticks(draw(strip, []))];
  expect(above).toHaveLength(9);
  expect(below).toEqual(above);
});

test('a month has ticks of days, eight hours have ticks of hours', () => {
  const month = { from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' };
  expect(timeTicks(window)).toHaveLength(9);
  expect(timeTicks(month).length).toBeLessThanOrEqual(10);
  expect(tickLabel(Date.parse('2026-11-05T00:00:00Z'), month)).toBe('5 Nov');
});

test('the same block gives the same drawing; another id shares nothing with it', () => {
  const first = draw(one, [
    line('a', [
      [0, 1],
      [480, 2],
    ]),
  ]);
  expect(
    draw(one, [
      line('a', [
        [0, 1],
        [480, 2],
      ]),
    ]),
  ).toBe(first);
  expect([...first.matchAll(/\sid="([^"]+)"/g)].every(([, id]) => id?.startsWith('c1-'))).toBe(true);
});
