import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { ArtifactStore } from '../../audit/artifact.ts';
import type { Evidence } from '../../audit/evidence.ts';
import { loadEvidence, openBundle, rowsFor, storeEvidence } from '../../sources/bundle.ts';
import { ranQuery, unusableQuery, type Ran } from '../../sources/query-run.ts';
import { createArtifactStore } from '../../store/artifacts.ts';
import { evidenceOf } from '../support/evidence.ts';
import { queryOf, WINDOW } from './support.ts';
import { scratchDirectory } from '../support/scratch.ts';

const query = queryOf('select id, n from @position order by id', {
  entities: ['position'],
  row: z.object({ id: z.string(), n: z.number().nullable() }),
});
const text = { sql: query.sql, parameters: { to: WINDOW.to } };

let folder: string;
let artifacts: ArtifactStore;

beforeEach(() => {
  folder = scratchDirectory('bundle');
  artifacts = createArtifactStore(folder);
});

function bundleOf(...ran: readonly Ran[]): { evidence: Evidence; blobs: Map<string, string> } {
  const evidence = evidenceOf({ queries: ran.map(({ run }) => run) });
  return {
    evidence,
    blobs: new Map(
      ran.flatMap(({ run, blob }) => (run.rows !== null && blob !== null ? [[run.rows, blob]] : [])),
    ),
  };
}

test('what was stored comes back, under a hash that follows from the content alone', async () => {
  const bundle = bundleOf(
    ranQuery(query, text, [
      { id: 'a\u2028"', n: 1 },
      { n: null, id: 'b' },
    ]),
  );
  const hash = await storeEvidence(artifacts, bundle);
  const shuffled = JSON.parse(
    JSON.stringify(bundle.evidence, Object.keys(bundle.evidence).reverse().concat(everyKey(bundle.evidence))),
  ) as Evidence;
  expect(await storeEvidence(artifacts, { ...bundle, evidence: shuffled })).toBe(hash);
  const loaded = await loadEvidence(artifacts, hash);
  expect(loaded.evidence).toEqual(bundle.evidence);
  expect(rowsFor(loaded, query)).toEqual({
    ok: true,
    rows: [
      { id: 'a\u2028"', n: 1 },
      { id: 'b', n: null },
    ],
  });
});

test('a row that the schema refuses makes the query unusable and says which', async () => {
  const hash = await storeEvidence(
    artifacts,
    bundleOf(
      ranQuery(query, text, [
        { id: 'a', n: 1 },
        { id: 'b', n: 'NaN' },
      ]),
    ),
  );
  expect(rowsFor(await loadEvidence(artifacts, hash), query)).toMatchObject({
    ok: false,
    value: null,
    reason: 'source_failed',
    detail: expect.stringContaining('row 2 of probe'),
  });
});

test('a query without rows to reason on keeps its reason', async () => {
  const skipped = unusableQuery(query, text, {
    status: 'skipped',
    reason: 'missing_entity',
    error: 'no fill in mapping x',
  });
  const loaded = await loadEvidence(artifacts, await storeEvidence(artifacts, bundleOf(skipped)));
  expect(rowsFor(loaded, query)).toEqual({
    ok: false,
    value: null,
    reason: 'missing_entity',
    detail: 'no fill in mapping x',
  });
  expect(rowsFor(loaded, queryOf('select 1', { id: 'other', entities: [] }))).toMatchObject({
    ok: false,
    reason: 'not_in_report',
  });
});

test('rows of a statement without an order are stored in one order, those with an order in theirs', () => {
  const unordered = { ...query, sql: 'select id from @position' };
  const one = ranQuery(unordered, text, [{ id: 'b' }, { id: 'a' }]);
  expect(one.run.rows).toBe(ranQuery(unordered, text, [{ id: 'a' }, { id: 'b' }]).run.rows);
  expect(ranQuery(query, text, [{ id: 'b' }, { id: 'a' }]).blob).toBe('{"id":"b"}\n{"id":"a"}\n');
});

test('changed rows are refused', async () => {
  const bundle = bundleOf(ranQuery(query, text, [{ id: 'a', n: 1 }]));
  const hash = await storeEvidence(artifacts, bundle);
  const rows = bundle.evidence.queries[0]?.rows ?? '';
  await writeFile(join(folder, rows.slice(0, 2), rows), '{"id":"a","n":2}\n');
  await expect(loadEvidence(artifacts, hash)).rejects.toThrow('was changed');
  expect((await readdir(folder)).length).toBeGreaterThan(0);
});

function everyKey(value: unknown, keys: string[] = []): string[] {
  if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) everyKey(inner, (keys.push(key), keys));
  }
  return keys;
}

test('opened, a bundle validates the rows of a query once and lends them to all, unchangeable', async () => {
  const parts = bundleOf(ranQuery(query, text, [{ id: 'a', n: 1 }]));
  const loaded = await loadEvidence(artifacts, await storeEvidence(artifacts, parts));
  const stored =
    Buffer.byteLength(JSON.stringify(parts.evidence)) + [...parts.blobs.values()].join('').length;
  expect(loaded.bytes).toBe(stored);
  const open = openBundle(loaded, 3600);
  const rows = open.rowsOf(query);
  expect(open.rowsOf(query)).toBe(rows);
  const [row] = rows.ok ? (rows.rows as { id: string }[]) : [];
  expect(() => Object.assign(row ?? {}, { id: 'b' })).toThrow(TypeError);
});
