import { describe, expect, test } from '@jest/globals';
import { checkOf, contextOf, findingsOf, valueOf } from './support.ts';
import { entity, run } from './monitoring-coverage-support.ts';

describe('data quality', () => {
  test('DQ-01 and DQ-02 name column and value', () => {
    const entities = [
      entity('order', {
        unknownSpellings: [{ column: 'status', value: 'ON_HOLD', rows: 3 }],
        unusable: [{ column: 'price', rows: 2 }],
      }),
    ];
    const result = run({}, { context: { entities } });
    expect(findingsOf(result, 'DQ-01')[0]).toMatchObject({
      severity: 'MEDIUM',
      frequency: 3,
      occurrences: [{ subject: 'order.status: ON_HOLD' }],
    });
    expect(findingsOf(result, 'DQ-02')[0]).toMatchObject({
      severity: 'MEDIUM',
      frequency: 2,
      occurrences: [{ subject: 'order.price' }],
    });
  });

  test.each([
    [
      'a mapped entity that fails, required',
      entity('order', { status: 'error', error: 'permission denied' }),
      'HIGH',
    ],
    [
      'a wrong type, required',
      entity('order', { wrongTypes: [{ column: 'price', type: 'text', expected: 'numeric' }] }),
      'HIGH',
    ],
    ['an entity that the mapping does not have', entity('order', { status: 'missing' }), null],
  ])('DQ-03: %s', (_name, state, severity) => {
    expect(findingsOf(run({}, { context: { entities: [state] } }), 'DQ-03')[0]?.severity ?? null).toBe(
      severity,
    );
  });

  test('DQ-03: an optional source that failed is MEDIUM', () => {
    const { sources } = contextOf({});
    const failed = {
      ...sources,
      snapshots: {
        ...sources.snapshots,
        declared: 'optional' as const,
        status: 'failed' as const,
        error: 'down',
      },
    };
    expect(findingsOf(run({}, { context: { sources: failed } }), 'DQ-03')[0]).toMatchObject({
      severity: 'MEDIUM',
      cause: { confidence: 'CONFIRMED' },
    });
  });
});

test('a bot with snapshots only still gets its numbers and charts', () => {
  const { sources } = contextOf({});
  const none = { ...sources.database, declared: 'none' as const, status: 'none' as const };
  const declared = {
    database: 'none',
    snapshots: 'required',
    logs: 'none',
    exchange: 'none',
    configuration: 'none',
    code: 'none',
  } as const;
  const missing = { value: null, reason: 'not_applicable' } as const;
  const result = run(
    { 'heartbeat-gaps': missing, 'heartbeat-minutes': missing, 'event-minutes': missing, positions: missing },
    { bot: { sources: declared }, context: { sources: { ...sources, database: none } } },
  );
  expect(checkOf(result, 'NA1')).toBe('not_applicable');
  const charts = result.parts.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.type === 'chart' ? [block.title] : [])),
  );
  expect(charts).toContain('Open positions by minute');
  expect(result.series.find(({ id }) => id === 'monitoring-coverage.open.binance')?.points).toHaveLength(480);
});

test('snapshots that failed are unknown, not missing minutes', () => {
  const result = run({ snapshots: { value: null, reason: 'source_failed', detail: 'store down' } });
  expect(valueOf(result, 'snapshots_missing')).toBe('<source_failed>');
  expect(checkOf(result, 'DI11')).toBe('unknown');
  expect(findingsOf(result, 'MC-01')).toEqual([]);
});
