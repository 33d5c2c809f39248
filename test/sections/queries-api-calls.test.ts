import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { columnsOf, nullOf, type EntityName } from '../../audit/contract.ts';
import type { Query } from '../../audit/query.ts';
import {
  apiBucketsQuery,
  apiDurationsQuery,
  apiErrorsQuery,
  apiFailuresQuery,
  apiStepsQuery,
  unclearOrdersQuery,
  unclearSubmitsQuery,
} from '../../sections/shared/queries/api-calls.ts';
import { refusedOrdersQuery } from '../../sections/code-quality/refused-query.ts';
import { createPool } from '../../sources/database/distribution.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { at, WINDOW } from './support.ts';

let database: FreshDatabase;
let client: pg.Client;
type Row = Readonly<Record<string, string | number | null>>;

beforeAll(async () => {
  database = await freshDatabase({ name: 'queries' });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query("set timezone to 'UTC'");
  for (const entity of ['api_call', 'order'] as const) {
    const columns = columnsOf(entity).map(({ name, type }) => `"${name}" ${nullOf(type).slice(6)}`);
    await client.query(`create table "${entity}" (${columns.join(', ')})`);
  }
});
beforeEach(async () => {
  await client.query('truncate api_call, "order"');
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function insert(entity: EntityName, rows: readonly Row[]): Promise<void> {
  await client.query(
    `insert into "${entity}" select * from json_populate_recordset(null::"${entity}", $1::json)`,
    [JSON.stringify(rows)],
  );
}

const call = (clock: string, over: Row = {}): Row => ({
  at: at(clock),
  operation: 'fetch_tickers',
  operation_kind: 'fetch_price',
  outcome: 'ok',
  exchange: 'binance',
  duration_ms: '50',
  ...over,
});
const bad = (clock: string, over: Row = {}): Row =>
  call(clock, { outcome: 'error', http_status: 502, ...over });

/** A section's query over tables in the contract's shape. */
async function ask<Result>(
  query: Query<Result>,
  window: typeof WINDOW | { from: string; to: string } = WINDOW,
) {
  const words = columnsOf('api_call')
    .filter(({ type }) => type !== 'numeric' && type !== 'time')
    .map(({ name }) => `"${name}"`)
    .join(', ');
  const counted = `(select ${words}, count(*) as n, array_agg(duration_ms)::text as duration_ms
    from api_call where at >= :from and at < :to group by ${words})`;
  const sql = query.sql
    .replaceAll(/@([a-z_]+)/g, query.distribution === undefined ? '"$1"' : counted)
    .replaceAll(':from', `'${window.from}'`)
    .replaceAll(':to', `'${window.to}'`)
    .replaceAll(':bucket_s', '3600');
  const result = await client.query<{ row: unknown }>(`select to_jsonb(q) as row from (${sql}) q`);
  const rows = result.rows.map(({ row }) => stringsOf(row as Record<string, unknown>));
  if (query.distribution === undefined) return rows.map((row) => query.row.parse(row));
  const pool = createPool(query.distribution);
  rows.forEach(pool.add);
  return pool.rows().map((row) => query.row.parse(row));
}

/** Numerics come as strings from the collector. */
const stringsOf = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' && ['total_ms', 'duration_ms', 'filled'].includes(name)
        ? value.toFixed()
        : value,
    ]),
  );

test('durations are counted exactly by whole ms; edges are half-open; what is no duration is none', async () => {
  await insert('api_call', [
    call('00:00', { duration_ms: '12.4', attempt: 1 }),
    call('01:00', { duration_ms: '11.6', attempt: 2 }),
    call('02:00', { duration_ms: '900', attempt: 1 }),
    call('03:00', { duration_ms: '-4' }),
    call('04:00', { duration_ms: null }),
    call('05:00', { duration_ms: '1e20', exchange: 'bybit' }),
    call('06:00', { http_status: 503, exchange: null }),
    call('08:00', {}),
  ]);
  const head = { operation: 'fetch_tickers', operation_kind: 'fetch_price' };
  expect(await ask(apiDurationsQuery)).toEqual([
    {
      ...head,
      exchange: 'binance',
      outcome: 'ok',
      calls: 5,
      attempts: 3,
      firsts: 2,
      total_ms: '924',
      ms: [12, 900],
      counts: [2, 1],
    },
    {
      ...head,
      exchange: 'bybit',
      outcome: 'ok',
      calls: 1,
      attempts: 0,
      firsts: 0,
      total_ms: '100000000000000000000',
      ms: [2_000_000_000],
      counts: [1],
    },
    {
      ...head,
      exchange: null,
      outcome: 'error',
      calls: 1,
      attempts: 0,
      firsts: 0,
      total_ms: '50',
      ms: [50],
      counts: [1],
    },
  ]);
});

describe('the class of a failure', () => {
  test.each<[string, Row, string]>([
    ['the word of the bot goes first', { error_kind: 'network', http_status: 429 }, 'network'],
    ['a word that nothing reads is none', { error_kind: 'unknown', http_status: 429 }, 'rate_limit'],
    ['429', { http_status: 429 }, 'rate_limit'],
    ['418', { http_status: 418 }, 'rate_limit'],
    ['401', { http_status: 401 }, 'auth'],
    ['5xx of a question', { http_status: 502 }, 'venue_down'],
    ['5xx of an order', { http_status: 502, operation_kind: 'close_position' }, 'unknown_outcome'],
    ['no answer', { outcome: 'timeout', http_status: null }, 'timeout'],
    ['an unclear end', { outcome: 'unclear', http_status: null }, 'unknown_outcome'],
    ['an answer that is called ok', { outcome: 'ok', http_status: 404 }, 'unclassified'],
    ['nothing at all', { http_status: null }, 'unclassified'],
  ])('%s', async (_name, over, name) => {
    await insert('api_call', [bad('01:00', over), call('02:00'), bad('08:00', over)]);
    expect(await ask(apiErrorsQuery)).toMatchObject([
      { class: name, calls: 1, first_at: expect.stringContaining('01:00') },
    ]);
  });
});

describe('failures within an hour', () => {
  test('are counted to the microsecond, by exchange and in all, refused orders left out', async () => {
    await insert('api_call', [
      bad('01:00'),
      bad('01:30', { exchange: 'bybit' }),
      bad('01:59:59.999'),
      bad('02:00', { error_kind: 'filter', operation_kind: 'open_position' }),
      bad('02:00:00.001'),
    ]);
    const rows = await ask(apiFailuresQuery);
    expect(rows.map(({ exchange, within, within_all: all }) => [exchange, within, all])).toEqual([
      ['binance', 1, 1],
      ['bybit', 1, 2],
      ['binance', 2, 3],
      ['binance', 2, 3],
    ]);
  });
});

test('steps are minutes in a window of a day at most, and longer in a longer one', async () => {
  await insert('api_call', [
    call('01:00:10', { rate_limit_used: '600', rate_limit_remaining: '1800' }),
    bad('01:00:59', { rate_limit_used: '1200', rate_limit_remaining: '1200' }),
    call('01:01', { rate_limit_used: '5', rate_limit_remaining: null }),
    call('01:02', { rate_limit_used: '0', rate_limit_remaining: '0' }),
  ]);
  const minutes = await ask(apiStepsQuery);
  expect(minutes.map(({ calls, failed, used_percent: used }) => [calls, failed, used])).toEqual([
    [2, 1, 50],
    [1, 0, null],
    [1, 0, null],
  ]);
  expect(minutes[0]?.at).toContain('01:00:00');
  const month = await ask(apiStepsQuery, { from: at('00:00', '2026-11-01'), to: at('00:00', '2026-12-01') });
  expect(month).toHaveLength(1);
});

test('P95 of a bucket is the nearest rank of its calls in whole ms, whatever else is called', async () => {
  const durations = ['7.4', ...Array.from({ length: 18 }, (_, index) => String(10 + index)), '900.5'];
  await insert('api_call', [
    ...durations.map((ms) => call('01:10', { duration_ms: ms, operation_kind: 'open_position' })),
    call('01:59:59', { duration_ms: '5000', operation_kind: 'open_position', outcome: 'timeout' }),
    call('02:00', { duration_ms: '80' }),
    ...['-1', null].map((ms) => call('01:20', { duration_ms: ms })),
    call('01:30', { operation_kind: 'other' }),
  ]);
  const found = await ask(apiBucketsQuery);
  expect(found.map((row) => Object.values(row))).toEqual([
    [1, 'open_position', 21, (7 + 18 * 18.5 + 901 + 5_000) / 21, 901, 5_000],
    [2, 'fetch_price', 1, 80, 80, 80],
  ]);
});

describe('orders without a known outcome', () => {
  const submit = (clock: string, over: Row = {}): Row =>
    call(clock, { operation: 'buy', operation_kind: 'open_position', client_order_id: 'c1', ...over });

  test('are submits without an answer, with an unclear one, or a 5xx; a refusal is an answer', async () => {
    await insert('api_call', [
      submit('01:00', { outcome: 'timeout' }),
      submit('02:00', { outcome: 'error', http_status: 503, client_order_id: 'c2' }),
      submit('03:00', { outcome: 'error', error_kind: 'unknown_outcome', client_order_id: 'c3' }),
      submit('04:00', { outcome: 'error', http_status: 400, error_kind: 'filter', client_order_id: 'c4' }),
      call('05:00', { outcome: 'timeout' }),
      submit('01:00:05', { attempt: 2 }),
      submit('02:00:05', {
        outcome: 'error',
        error_kind: 'duplicate_id',
        http_status: 400,
        client_order_id: 'c2',
      }),
    ]);
    const rows = await ask(unclearSubmitsQuery);
    expect(rows.map(({ client_order_id: id, again, duplicate }) => [id, again, duplicate])).toEqual([
      ['c1', 1, 0],
      ['c2', 0, 1],
      ['c3', null, null],
    ]);
  });

  test('find their order by client id, else by the correlation id, and nothing by chance', async () => {
    await insert('api_call', [
      submit('01:00', { outcome: 'timeout' }),
      submit('02:00', { outcome: 'timeout', client_order_id: null, correlation_id: 'O2' }),
      submit('03:00', { outcome: 'timeout', client_order_id: null, correlation_id: null }),
    ]);
    const order = (id: string, client_order_id: string): Row => ({
      id,
      client_order_id,
      created_at: at('00:59'),
    });
    await insert('order', [order('O1', 'c1'), order('O2', 'c2'), order('O3', 'c3')]);
    expect((await ask(unclearOrdersQuery)).map(({ id }) => id)).toEqual(['O1', 'O2']);
  });
});

describe('orders that were refused and whose rows stayed open', () => {
  const NO = { outcome: 'error', http_status: 400, error_kind: 'filter' };
  const sent = (clock: string, over: Row = {}): Row =>
    call(clock, { operation: 'buy', operation_kind: 'open_position', client_order_id: 'c1', ...over });
  const open = (over: Row = {}): Row => ({
    ...{ id: 'O1', client_order_id: 'c1', symbol: 'BTCUSDT', status: 'new', created_at: at('01:00') },
    ...over,
  });

  test.each<[string, readonly Row[], Row, readonly string[]]>([
    ['refused, and nothing more', [sent('01:00:01', NO)], open(), ['O1']],
    ['swept later', [sent('01:00:01', NO)], open({ status: 'cancelled', cancelled_at: at('02:00') }), ['O1']],
    ['rejected, as it should be', [sent('01:00:01', NO)], open({ status: 'rejected' }), []],
    ['refused once more', [sent('01:00:01', NO), sent('01:05', NO)], open(), ['O1']],
    [
      'sent again, without an answer',
      [sent('01:00:01', NO), sent('01:05', { outcome: 'timeout' })],
      open(),
      [],
    ],
    ['a change of an order that was taken', [sent('01:00'), sent('01:00:30', NO)], open(), []],
    ['an order that the exchange gave an id', [sent('01:00:01', NO)], open({ exchange_order_id: 'E' }), []],
    ['one that was filled', [sent('01:00:01', NO)], open({ filled: '1' }), []],
    ['no answer is no refusal', [sent('01:00:01', { outcome: 'timeout' })], open(), []],
    ['an id that is known is none', [sent('01:00:01', { ...NO, error_kind: 'duplicate_id' })], open(), []],
    ['an order of another time', [sent('03:00', NO)], open(), []],
  ])('%s', async (_name, calls, order, ids) => {
    await insert('api_call', calls);
    await insert('order', [order]);
    expect((await ask(refusedOrdersQuery)).map(({ id }) => id)).toEqual(ids);
  });
});
