import { describe, expect, test } from '@jest/globals';
import { run } from './data-integrity-support.ts';
import { at, contextOf, entity, findingsOf } from './support.ts';

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

  test('DQ-02 names what every row must have and some have not, where no other check judges it', () => {
    const entities = [
      entity('alert', { unset: [{ column: 'at', rows: 3 }] }),
      entity('order', { unset: [{ column: 'quantity', rows: 2 }] }),
      entity('limit', { unset: [{ column: 'value', rows: 2 }] }),
      entity('state', {
        unset: [
          { column: 'name', rows: 1 },
          { column: 'value', rows: 9 },
        ],
      }),
    ];
    expect(findingsOf(run({}, { context: { entities } }), 'DQ-02')[0]).toMatchObject({
      severity: 'MEDIUM',
      frequency: 4,
      occurrences: [{ subject: 'alert.at empty' }, { subject: 'state.name empty' }],
    });
  });

  test.each([
    ['an early end', 'signal', { pause: { newest: at('05:00'), currentS: 10_800, longestS: 60 } }, 'signal'],
    ['a hole', 'api_call', { hole: { from: at('03:00'), to: at('04:00'), longestS: 60 } }, 'api_call'],
    // A gate rests on it: it is a reason of the verdict.
    ['an early end', 'event', { pause: { newest: at('05:00'), currentS: 10_800, longestS: 60 } }, null],
  ] as const)('DQ-03: %s of %s', (_name, name, silence, subject) => {
    const result = run({}, { context: { entities: [entity(name, silence)] } });
    const [found] = findingsOf(result, 'DQ-03');
    expect(found?.occurrences.map((one) => one.subject) ?? []).toEqual(subject === null ? [] : [subject]);
    expect(found?.severity).toBe(subject === null ? undefined : 'MEDIUM');
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

  test.each([
    ['snapshots', 'audit', 'select count(*) as snapshots'],
    ['exchange', undefined, 'production-audit doctor'],
  ] as const)(
    'DQ-03: what shows a source %s that is not there, is where it would be',
    (name, database, say) => {
      const lost = {
        declared: 'required',
        status: 'absent',
        dataAsOf: null,
        provisional: false,
        stale: false,
      } as const;
      const result = run({}, { context: { sources: { ...contextOf({}).sources, [name]: lost } } });
      const [found] = findingsOf(result, 'DQ-03');
      expect(found?.see.database).toBe(database);
      expect(found?.see.text).toContain(say);
    },
  );

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

describe('DQ-05 rows that share an id', () => {
  const repeated = (name: 'fill' | 'event', rows: number) => {
    const entities = [entity(name, { repeatedIds: rows })];
    return findingsOf(run({}, { context: { entities } }), 'DQ-05');
  };
  test.each([
    ['fill', 'HIGH'],
    ['event', 'MEDIUM'],
  ] as const)('in %s are %s', (entity, severity) => {
    expect(repeated(entity, 3)[0]).toMatchObject({
      severity,
      frequency: 3,
      occurrences: [{ subject: `${entity}.id` }],
    });
  });
  test('none is no finding', () => {
    expect(repeated('fill', 0)).toEqual([]);
  });
});
