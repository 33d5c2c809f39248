import { describe, expect, test } from '@jest/globals';
import type { Block } from '../../audit/block.ts';
import type { Figure } from '../../audit/figure.ts';
import { createLookup } from '../../report/lookup.ts';
import { metricsView, paperView, referenceView } from '../../report/metrics-view.ts';
import { sample } from './sample-report.ts';

type Metrics = Extract<Block, { type: 'metrics' }>;
const [model] = sample.figures;

function figure(key: string, value: Figure['value'], more: Partial<Figure> = {}): Figure {
  if (!model) throw new Error('the sample has figures');
  const { reason: _reason, detail: _detail, currency: _currency, ...plain } = model;
  return { ...plain, key, value, unit: 'count', ...more };
}

const lookup = createLookup({
  ...sample,
  figures: [
    figure('one', 1),
    figure('two', 2),
    ...['z1', 'z2', 'z3', 'z4'].map((key) => figure(key, 0)),
    ...['m1', 'm2', 'm3'].map((key) => figure(key, null, { reason: 'no_data' })),
    figure('money', '12.5', { unit: 'money', currency: 'USDT' }),
  ],
});

const rows = (...keys: readonly string[]): Metrics['rows'] =>
  keys.map((key) => ({ title: `Row ${key}`, figures: [key, null], basis: [`of ${key}`] }));
const block = (all: Metrics['rows']): Metrics => ({
  type: 'metrics',
  columns: ['Total', 'Empty'],
  rows: all,
});

describe('a metrics table', () => {
  test('has no column without a figure', () => {
    expect(metricsView(block(rows('one')), lookup).columns).toEqual(['Total']);
  });

  test('names three rows without a number once over it, with their reason; two stay', () => {
    const view = metricsView(block(rows('one', 'm1', 'm2', 'm3')), lookup);
    expect(view.missing.map(({ titles }) => titles)).toEqual(['Row m1, Row m2, Row m3']);
    expect(view.rows).toHaveLength(1);
    expect(metricsView(block(rows('one', 'm1', 'm2')), lookup).rows).toHaveLength(3);
  });

  test('says a basis of most rows once, and of the others beside them', () => {
    const shared = rows('one', 'two', 'z1', 'money').map((row, index) =>
      index === 3 ? row : { ...row, basis: ['fills'] },
    );
    const view = metricsView(block(shared), lookup);
    expect(view.sharedBasis).toEqual(['Basis, where a row names no other: ', 'fills', '.']);
    expect(view.rows.map(({ basis }) => basis)).toEqual([[], [], [], ['of money']]);
    expect(metricsView(block(shared.slice(0, 3)), lookup)).toMatchObject({
      hasBasis: false,
      sharedBasis: ['Basis: ', 'fills', '.'],
    });
  });

  test('on paper names four rows of zeros in a sentence', () => {
    const view = paperView(block(rows('one', 'z1', 'z2', 'z3', 'z4')), lookup);
    expect(view.zeros).toBe('These are 0: Row z1, Row z2, Row z3, Row z4.');
    expect(view.rows).toHaveLength(1);
    expect(paperView(block(rows('z1', 'z2', 'z3')), lookup)).toMatchObject({ zeros: '' });
  });

  test('that is looked things up in has units with its titles and no basis', () => {
    const [row] = referenceView(block(rows('money')), lookup).rows;
    expect(row).toMatchObject({ title: 'Row money (USDT)', basis: [] });
    expect(row?.cells.map(({ text }) => text)).toEqual(['12.50']);
  });
});
