import { beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { defineSection } from '../../audit/define-section.ts';
import { evaluateSection, openEvidence } from '../../audit/evaluate.ts';
import type { Rows } from '../../audit/input.ts';
import { defineQuery, type Query } from '../../audit/query.ts';
import { PRODUCTION } from '../../audit/kinds.ts';
import { createRegistry } from '../../audit/registry.ts';
import type { Section } from '../../audit/section.ts';
import { defineFact, type FactsOf, type Uses } from '../../audit/shared-fact.ts';
import { known } from '../../audit/value.ts';
import { contextOf, evaluate, valueOf } from '../sections/support.ts';
import { evidenceOf } from '../support/evidence.ts';

const numbers = queryOf('numbers');
const factors = queryOf('factors');
const own = queryOf('own');

let computed: string[];
beforeEach(() => {
  computed = [];
});

const total = defineFact({
  id: 'total',
  queries: { numbers },
  compute({ rows }) {
    computed.push('total');
    return rows.numbers.ok ? rows.numbers.rows.reduce((sum, { n }) => sum + n, 0) : 0;
  },
});
const product = defineFact({
  id: 'product',
  queries: { factors, numbers },
  uses: { total },
  compute({ rows, shared }) {
    computed.push('product');
    if (!rows.factors.ok) throw new Error(`no factors: ${rows.factors.reason}`);
    return rows.factors.rows.reduce((value, { n }) => value * n, shared.total);
  },
});
const one = sectionOf('one', { product }, ({ product: value }) => value);
const other = sectionOf('other', { product, total }, (shared) => shared.product + shared.total);
const ROWS = { numbers: [{ n: 2 }, { n: 3 }], factors: [{ n: 10 }] };

test('is computed once for all sections that use it, from its own rows and from what it stands on', () => {
  const open = opened(({ id }) => ({ ok: true, rows: ROWS[id as keyof typeof ROWS] }));
  expect(valueOf(evaluateSection(one, open), 'value')).toBe(50);
  expect(valueOf(evaluateSection(other, open), 'value')).toBe(55);
  expect(computed).toEqual(['total', 'product']);
  expect(valueOf(evaluateSection(one, opened(open.rowsOf)), 'value')).toBe(50);
  expect(computed).toEqual(['total', 'product', 'total', 'product']);
});

test('that throws fails each section that uses it with its error, and no other', () => {
  const lost = (): never => {
    throw new Error('rows are lost');
  };
  const open = opened(({ id }) => (id === 'factors' ? lost() : { ok: true, rows: [] }));
  for (const section of [one, other, one])
    expect(evaluateSection(section, open)).toMatchObject({ status: 'failed', error: 'rows are lost' });
  const plain = sectionOf('plain', { total }, (shared) => shared.total);
  expect(valueOf(evaluateSection(plain, open), 'value')).toBe(0);
});

test('that threw is computed anew when its rows can be read again', () => {
  let reads = 0;
  const open = opened(({ id }) => {
    reads += 1;
    if (reads === 2) throw new Error('once');
    return { ok: true, rows: ROWS[id as keyof typeof ROWS] };
  });
  expect(evaluateSection(one, open)).toMatchObject({ status: 'failed', error: 'once' });
  expect(valueOf(evaluateSection(one, open), 'value')).toBe(50);
});

test('brings its queries into those of the section, each once, the section’s own first', () => {
  expect(other.queries).toEqual([own, factors, numbers]);
  expect(createRegistry([{ section: one }, { section: other }], [PRODUCTION]).queries).toEqual([
    own,
    factors,
    numbers,
  ]);
});

test('must have an id of its own', () => {
  const namesake = defineFact({ id: 'total', queries: {}, compute: () => 1 });
  const third = sectionOf('third', { namesake }, (shared) => shared.namesake);
  expect(() => createRegistry([{ section: other }, { section: third }], [PRODUCTION])).toThrow(
    'shared fact total is registered twice',
  );
});

test('follows from literal rows in the tests of a section', () => {
  expect(valueOf(evaluate(one, { rows: ROWS }), 'value')).toBe(50);
  expect(contextOf({ rows: ROWS }).factOf(product)).toBe(50);
});

function queryOf(id: string) {
  return defineQuery({
    id,
    title: id,
    source: 'database',
    kind: 'rows',
    entities: [],
    sql: 'select 1 as n',
    row: z.object({ n: z.number() }),
  });
}

function sectionOf<const U extends Uses>(
  id: string,
  uses: U,
  valueFrom: (shared: FactsOf<U>) => number,
): Section {
  return defineSection({
    id,
    number: null,
    title: id,
    settings: z.strictObject({}),
    queries: { own },
    uses,
    facts: ({ shared }) => valueFrom(shared),
    figures(value, _input, out) {
      out.figure({
        name: 'value',
        value: known(value),
        unit: 'count',
        title: 'Value',
        basis: 'literal rows',
        queries: [own.id],
        formula: 'as the test says',
      });
    },
    checks: [],
    rules: [],
    parts: () => [],
  });
}

function opened(rowsFor: (query: Query) => Rows<unknown>) {
  return openEvidence({ evidence: evidenceOf(), rowsFor, bucketS: 3600 });
}
