import { describe, expect, test } from '@jest/globals';
import { at, checkOf, danglingReferences, valueOf } from './support.ts';
import { many } from './trading-rows.ts';
import { run, gate, OPEN, STOPPED } from './stop-loss-support.ts';

describe('a protected position', () => {
  const result = run({ rows: { positions: OPEN, orders: STOPPED } });

  test('passes every check that was looked at', () => {
    expect(valueOf(result, 'stops_set')).toBe(1);
    expect(valueOf(result, 'positions_without_stop')).toBe(0);
    // The 500 ms before the first stop: SL5 has no grace, SL4 has.
    expect(valueOf(result, 'unprotected_time')).toBeCloseTo(0.5 / 60, 10);
    expect(valueOf(result, 'stop_coverage')).toBe(100);
    expect(['SL4-5', 'SL8', 'SL9'].map((id) => checkOf(result, id))).toEqual([1, 1, 1]);
    expect(gate(result)).toBe(false);
    expect(result.findings).toEqual([]);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('has the slowest stop of each hour drawn, and a gap where none was placed', () => {
    const points = result.series.find(({ id }) => id === 'stop-loss.stop_set')?.points;
    expect(points).toHaveLength(8);
    expect(points?.filter(({ value }) => value !== null)).toEqual([{ at: at('01:00'), value: 500 }]);
    expect(result.series.map(({ id }) => id)).not.toContain('stop-loss.stop_update');
    expect(run({ lacks: ['order'], rows: { positions: OPEN } }).series).toEqual([]);
  });

  test('has no percentile of one sample, and says so', () => {
    expect(valueOf(result, 'stop_set', { stat: 'p95' })).toBe('<insufficient_n>');
    expect(valueOf(result, 'stop_set', { stat: 'max' })).toBe(500);
    expect(checkOf(result, 'AP4-SL')).toBe('unknown');
  });
});

describe('what was not seen is never 0', () => {
  test.each([
    ['no positions', { lacks: ['position'] }, '<missing_entity>'],
    ['no stop was ever recorded', { rows: { positions: OPEN } }, '<no_data>'],
    [
      'orders failed and nothing else tells',
      { rows: { positions: OPEN, orders: { value: null, reason: 'source_failed' } } },
      '<no_data>',
    ],
  ] as const)('%s', (_name, evidence, value) => {
    const result = run(evidence);
    expect(valueOf(result, 'positions_without_stop')).toBe(value);
    expect(['SL4-5', 'SL8', 'SL9', 'AP4-SL'].map((id) => checkOf(result, id))).toEqual(
      many(4, () => 'unknown'),
    );
    expect(gate(result)).toBeNull();
    expect(result.findings).toEqual([]);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('a living bot without positions has 0 and passes', () => {
    const result = run({});
    expect(valueOf(result, 'positions_without_stop')).toBe(0);
    expect(['SL4-5', 'SL8', 'SL9'].map((id) => checkOf(result, id))).toEqual([1, 1, 1]);
    expect(gate(result)).toBe(false);
  });
});
