import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import type { Evidence, QueryRun } from '../../audit/evidence.ts';
import type { Query } from '../../audit/query.ts';
import { collectEvidence, evidenceWithoutDatabase, type CollectRequest } from '../../sources/collect.ts';
import {
  asking,
  requestOf,
  botDatabase,
  botOf,
  freshStore,
  mappingFolderOf,
  queryOf,
  type BotDatabase,
} from './support.ts';

const HOSTILE = `'<script>{{x}}</script>=1+1|[a](b)' || chr(8238) || '\\u0000'`;

let bot: BotDatabase;
let folder: string;
let store: { pool: pg.Pool; url: string; drop(): Promise<void> };

beforeAll(async () => {
  [bot, store] = await Promise.all([
    botDatabase(`
      create type bot.side as enum ('Buy', 'SELL', 'sideways');
      create table bot.positions (id bigint primary key, symbol text, side bot.side, quantity numeric, entry_price float8,
        is_open boolean, opened_at timestamptz, closed_at timestamptz, leverage money, updated date);
      insert into bot.positions values
        (1, 'BTCUSDT', 'Buy', 1.50, 0.1, true, '2026-11-20 01:00:00.123456Z', null, 10, '2026-11-20'),
        (2, ${HOSTILE}, 'SELL', 'NaN', 'Infinity', false, '2026-11-20 02:00Z', '2026-11-20 03:00Z', 10, null),
        (3, repeat('x', 1000000), 'sideways', 'Infinity', 'NaN', null, '2026-11-20 03:00Z', 'infinity', 10, null);
      create table bot.beats (at timestamptz, service text);
      insert into bot.beats values ('2026-11-20 07:55Z', 'main');
      create table bot.never (at timestamptz, type text);
      create table bot.forbidden (at timestamptz, name text, value numeric);
      create table bot.orders (id int, symbol text, side text, type text, status text, quantity text, created_at timestamp)`),
    freshStore(),
  ]);
  folder = await mappingFolderOf(MAPPING);
  await bot.run(`revoke select on bot.forbidden from ${bot.reader}`);
});

afterAll(async () => {
  await Promise.all([bot.drop(), store.drop()]);
});

const MAPPING = {
  position: `select id, symbol, side, quantity, entry_price, is_open as status, opened_at, closed_at, leverage,
    updated as updated_at from bot.positions -- no semicolon needed;`,
  heartbeat: 'select at, service from bot.beats;',
  event: 'select at, type from bot.never',
  total: 'select at, name, value from bot.forbidden',
  order: 'select * from bot.orders',
  price: 'select at, symbol, price from bot.gone',
  state: 'select at, name, renamed as value from (select now() as at, 1 as name) s',
};

function request(queries: readonly Query[], more: Partial<CollectRequest> = {}): CollectRequest {
  return requestOf(botOf({ mapping: folder, databaseUrl: bot.readerUrl }), queries, store.pool, {
    entryIds: ['probe'],
    ...more,
  });
}

async function collect(
  ...queries: readonly Query[]
): Promise<{ evidence: Evidence; run(id: string): QueryRun; rows(id: string): unknown[] }> {
  const { evidence, blobs } = await collectEvidence(request(queries));
  const run = (id: string): QueryRun => {
    const found = evidence.queries.find((query) => query.id === id);
    if (!found) throw new Error(`no ${id}`);
    return found;
  };
  return {
    evidence,
    run,
    rows: (id) =>
      (blobs.get(run(id).rows ?? '') ?? '')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as unknown),
  };
}

const positions = queryOf(
  'select p.id, p.symbol, p.side, p.quantity, p.entry_price, p.status, p.opened_at, p.closed_at, p.leverage, p.updated_at from @position p where p.opened_at < :to order by p.id',
  { id: 'positions', entities: ['position'] },
);

test('values arrive in contract form: decimals as text, exact times, normal forms, unusable ones as null', async () => {
  const { rows } = await collect(positions);
  const [first, second, third] = rows('positions') as [
    Record<string, unknown>,
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  expect(first).toEqual({
    id: '1',
    symbol: 'BTCUSDT',
    side: 'long',
    quantity: '1.50',
    entry_price: '0.1',
    status: 'open',
    opened_at: '2026-11-20T01:00:00.123456Z',
    closed_at: null,
    leverage: null,
    updated_at: null,
  });
  expect(second).toMatchObject({
    side: 'short',
    status: 'closed',
    quantity: null,
    entry_price: null,
    closed_at: '2026-11-20T03:00:00.000Z',
  });
  expect(second['symbol']).toBe('<script>{{x}}</script>=1+1|[a](b)\u202e\\u0000');
  expect(third).toMatchObject({
    side: 'unknown',
    status: 'unknown',
    quantity: null,
    entry_price: null,
    closed_at: null,
  });
  expect((third['symbol'] as string).length).toBe(2_000);
});

test('the preflight names wrong types, unknown spellings and unusable values', async () => {
  const { evidence } = await collect(positions);
  const position = evidence.entities.find(({ entity }) => entity === 'position');
  expect(position).toMatchObject({ status: 'ok', everHadRows: true });
  expect(position?.wrongTypes).toEqual([
    { column: 'leverage', type: 'money', expected: 'a number' },
    { column: 'updated_at', type: 'date', expected: 'timestamp with or without time zone' },
  ]);
  expect(position?.columns).not.toContain('leverage');
  expect(position?.unknownSpellings).toEqual([
    { column: 'side', value: 'sideways', rows: 1 },
    { column: 'status', value: '(empty)', rows: 1 },
  ]);
  expect(position?.unusable).toEqual([
    { column: 'quantity', rows: 2, value: 'Infinity' },
    { column: 'entry_price', rows: 2, value: 'Infinity' },
    { column: 'closed_at', rows: 1, value: 'infinity' },
  ]);
});

describe('one failing query does not cost the others', () => {
  const good = queryOf('select count(*)::int as n from @position p', { id: 'good', entities: ['position'] });
  const cases: readonly [string, Query, object][] = [
    [
      'a division by zero',
      queryOf("select 1 / (p.quantity - p.quantity) as x from @position p where p.id = '1'", {
        id: 'bad',
        entities: ['position'],
      }),
      { status: 'error', reason: 'source_failed', error: expect.stringContaining('division by zero') },
    ],
    [
      'a syntax error',
      queryOf('select form @position p', { id: 'bad', entities: ['position'] }),
      { status: 'error', reason: 'source_failed' },
    ],
    [
      'an entity that is not mapped',
      queryOf('select 1 from @fill f', { id: 'bad', entities: ['fill'] }),
      { status: 'skipped', reason: 'missing_entity' },
    ],
    [
      'a table that is gone',
      queryOf('select 1 from @price p', { id: 'bad', entities: ['price'] }),
      { status: 'skipped', reason: 'source_failed' },
    ],
    [
      'a column that is gone',
      queryOf('select 1 from @state s', { id: 'bad', entities: ['state'] }),
      { status: 'skipped', reason: 'missing_column' },
    ],
    [
      'a required column of a wrong type',
      queryOf('select 1 from @order o', { id: 'bad', entities: ['order'] }),
      { status: 'skipped', reason: 'missing_column' },
    ],
    [
      'a table that the role may not read',
      queryOf('select 1 from @total t', { id: 'bad', entities: ['total'] }),
      { status: 'skipped', reason: 'source_failed' },
    ],
    [
      'more rows than the limit',
      queryOf('select p.id from @position p', { id: 'bad', entities: ['position'], limit: 2 }),
      { status: 'error', reason: 'truncated', rows: null },
    ],
    [
      'a table that never had a row while the bot lived',
      queryOf('select 1 from @event e', { id: 'bad', entities: ['event'] }),
      { status: 'skipped', reason: 'no_data' },
    ],
  ];

  test.each(cases)('%s', async (_what, bad, expected) => {
    const { run, rows } = await collect(bad, good);
    expect(run('bad')).toMatchObject(expected);
    expect(run('bad').error).toBeTruthy();
    expect(rows('good')).toEqual([{ n: 3 }]);
  });
});

test('rows that would take too much memory are not used', async () => {
  const { evidence } = await collectEvidence(request([positions], { maxBytes: 1_000 }));
  expect(evidence.queries[0]).toMatchObject({ status: 'error', reason: 'truncated', rows: null });
});

test('an answer of many batches is complete and in order', async () => {
  const many = queryOf(
    'select g.n from @position p cross join generate_series(1, 4000) as g (n) order by g.n',
    {
      id: 'many',
      entities: ['position'],
    },
  );
  const { rows } = await collect(many);
  const numbers = rows('many').map((row) => (row as { n: number }).n);
  expect(numbers).toHaveLength(12_000);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
});

test('no rows in the window of a table that has some is an answer of zero rows', async () => {
  const { run } = await collect(
    queryOf('select h.at from @heartbeat h where h.at < :from', { id: 'none', entities: ['heartbeat'] }),
  );
  expect(run('none')).toMatchObject({ status: 'ok', rowCount: 0 });
});

test('what was seen of the source: newest row, life, freshness', async () => {
  const { evidence } = await collect(positions);
  expect(evidence.alive).toBe(true);
  expect(evidence.databaseVersion).toMatch(/^PostgreSQL \d+/);
  expect(evidence.sources.database).toMatchObject({
    status: 'ok',
    dataAsOf: '2026-11-20T07:55:00.000Z',
    stale: false,
    provisional: false,
  });
  const early = await collectEvidence(request([positions], { now: '2026-11-20T08:01:59.000Z' }));
  expect(early.evidence.sources.database.provisional).toBe(true);
  const later = { from: '2026-11-20T08:00:00.000Z', to: '2026-11-20T16:00:00.000Z' };
  const silent = await collectEvidence(
    request([positions], { window: later, now: '2026-11-21T00:00:00.000Z' }),
  );
  expect(silent.evidence.sources.database.stale).toBe(true);
  expect(silent.evidence.alive).toBe(false);
});

test('a query that two sections share runs once, two queries under one id are refused', async () => {
  const shared = await collectEvidence(request([], { sections: [asking(positions), asking(positions)] }));
  expect(shared.evidence.queries.map(({ id }) => id)).toEqual(['positions']);
  const other = { ...positions };
  await expect(
    collectEvidence(request([], { sections: [asking(positions), asking(other)] })),
  ).rejects.toThrow('two queries');
});

test('the bundle is the same for the same data, whenever it was collected', async () => {
  const unordered = queryOf('select p.id from @position p', { id: 'unordered', entities: ['position'] });
  const { statements: times, ...one } = await collectEvidence(request([positions, unordered]));
  const later = request([positions, unordered], { now: '2026-12-01T00:00:00.000Z' });
  const { statements, ...two } = await collectEvidence(later);
  expect(two).toEqual(one);
  // Only what it took differs, and lies beside it.
  expect(statements.map(({ sql }) => sql)).toEqual(times.map(({ sql }) => sql));
});

test('without the database the evidence says so and keeps the rest', async () => {
  const { evidence } = await evidenceWithoutDatabase(request([positions]), new Error('the line was cut'));
  expect(evidence.sources.database).toMatchObject({
    status: 'failed',
    error: 'the line was cut',
    stale: false,
  });
  expect(evidence.queries).toEqual([
    expect.objectContaining({ id: 'positions', status: 'skipped', reason: 'source_failed', rows: null }),
  ]);
  expect(evidence.entities.find(({ entity }) => entity === 'position')?.status).toBe('error');
});

test('a bot without a database is asked nothing', async () => {
  const none = botOf({ mapping: 'native', databaseUrl: null, database: 'none' });
  const { evidence } = await collectEvidence(request([positions], { bot: none }));
  expect(evidence.sources.database.status).toBe('none');
  expect(evidence.queries[0]).toMatchObject({ status: 'skipped', reason: 'not_applicable' });
});
