import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { botPurgeWarnings } from '../../audit/bot-retention.ts';
import { examineTables, type PurgedTable } from '../../sources/bot-retention/examine.ts';
import {
  countOld,
  GENTLE,
  nextRows,
  removeBatch,
  type PurgeCursor,
} from '../../sources/bot-retention/remove-rows.ts';
import { withPurgedTables } from '../../sources/bot-retention/session.ts';
import { SourceLost, SourceRefused } from '../../sources/errors.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';

let database: FreshDatabase;
let admin: pg.Client;
let client: pg.Client;
let role: string;

const CUTOFF = '2024-11-01T00:00:00Z';
/** The audit trail of the operations guide: calls and executions point at payloads. */
const SCHEMA = `
  create table api_payloads (id bigint generated always as identity primary key, type text not null, payload jsonb not null, created_at timestamp not null);
  create index on api_payloads (created_at);
  create table api_call_logs (id bigint generated always as identity primary key,
    api_request_payload_id bigint references api_payloads, api_response_payload_id bigint references api_payloads, created_at timestamp not null);
  create index on api_call_logs (created_at);
  create index on api_call_logs (api_request_payload_id);
  create index on api_call_logs (api_response_payload_id);
  create table trade_executions (id bigint generated always as identity primary key, api_response_payload_id bigint references api_payloads, created_at timestamp not null);
  create index on trade_executions (api_response_payload_id);
  -- One payload an hour; every second has a call of the same time; every tenth of the old ones an execution that stays.
  insert into api_payloads (type, payload, created_at) select 'response', '{}', timestamp '2024-10-01' + i * interval '1 hour' from generate_series(0, 1999) i;
  insert into api_call_logs (api_response_payload_id, created_at) select id, created_at from api_payloads where id % 2 = 0;
  insert into trade_executions (api_response_payload_id, created_at) select id, created_at from api_payloads where id % 10 = 0 and created_at < '2024-11-01';
`;
const TABLES = [
  { table: 'api_payloads', time: 'created_at' },
  { table: 'api_call_logs', time: 'created_at' },
];

beforeEach(async () => {
  database = await freshDatabase({ name: 'trail' });
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(SCHEMA);
  role = `purger_${database.name}`;
  await admin.query(
    `create role ${role} login password 'x'; grant select, delete on api_payloads, api_call_logs to ${role}; grant select on trade_executions to ${role}`,
  );
  const url = new URL(database.url);
  url.username = role;
  url.password = 'x';
  client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(GENTLE);
});

afterEach(async () => {
  await client.end();
  await admin.query(`drop owned by ${role}; drop role ${role}`);
  await admin.end();
  await database.drop();
});

test('what its database says is told of the bot, with what to do', async () => {
  const url = new URL(database.url);
  url.username = role;
  url.password = 'x';
  const retention = { databaseUrl: url.href, tables: TABLES, days: 730, unattended: false, timeZone: 'UTC' };
  const asked = (sql: string) => withPurgedTables('demo', retention, (purging) => purging.query(sql));
  const lost = asked('select pg_terminate_backend(pg_backend_pid())');
  await expect(lost).rejects.toThrow(SourceLost);
  await expect(lost).rejects.toThrow(/^The database of bot demo was lost at .*\(57P01\).*see the log/);
  await admin.query(`alter role ${role} set default_transaction_read_only = on`);
  const refused = asked('delete from api_call_logs');
  await expect(refused).rejects.toThrow(SourceRefused);
  await expect(refused).rejects.toThrow(
    /^The database of bot demo refused a statement at .*\(25006\).*end default_transaction_read_only/,
  );
});

const bounds = { cutoff: CUTOFF, timeZone: 'UTC', spared: [] };

async function removeAll(
  table: PurgedTable,
  rows = 50,
  spared: readonly { from: string; to: string }[] = [],
): Promise<number> {
  let removed = 0;
  let cursor: PurgeCursor | null = null;
  do {
    const batch = await removeBatch({ client, table, ...bounds, spared, cursor, rows });
    removed += batch.removed;
    cursor = batch.cursor;
  } while (cursor !== null);
  return removed;
}

async function count(sql: string): Promise<number> {
  const { rows } = await admin.query<{ n: string }>(`select count(*) as n from ${sql}`);
  return Number(rows[0]?.n);
}

test("the guide's own statement fails on its foreign keys; ours removes children first and what nothing points at", async () => {
  await expect(
    client.query(`delete from api_payloads where created_at < timestamp '2024-11-01'`),
  ).rejects.toThrow('violates foreign key constraint');
  const tables = await examineTables(client, 'demo', { tables: TABLES });
  expect(tables.map(({ table }) => table)).toEqual(['api_call_logs', 'api_payloads']);
  const [calls, payloads] = tables;
  if (calls === undefined || payloads === undefined) throw new Error('no tables');
  expect(await countOld({ client, table: payloads, ...bounds })).toBe(744);
  expect(await removeAll(calls)).toBe(372);
  // 744 hours of October; of each tenth one an execution tells.
  expect(await removeAll(payloads)).toBe(744 - 74);
  expect(await count(`api_payloads where created_at < '2024-11-01'`)).toBe(74);
  expect(await count(`api_payloads where created_at >= '2024-11-01'`)).toBe(1_256);
  expect(await count('trade_executions')).toBe(74);
  // A second time there is nothing left that may go.
  expect(await removeAll(payloads)).toBe(0);
});

test('rows of windows that are held or open stay, and times without a zone are read in theirs', async () => {
  const [calls, payloads] = await examineTables(client, 'demo', { tables: TABLES });
  if (calls === undefined || payloads === undefined) throw new Error('no tables');
  expect(await countOld({ client, table: payloads, ...bounds, timeZone: 'America/New_York' })).toBe(740);
  expect(await countOld({ client, table: payloads, ...bounds })).toBe(744);
  const spared = [{ from: '2024-10-05T00:00:00Z', to: '2024-10-06T00:00:00Z' }];
  await removeAll(calls, 50, spared);
  await removeAll(payloads, 50, spared);
  expect(await count(`api_payloads where created_at >= '2024-10-05' and created_at < '2024-10-06'`)).toBe(24);
});

test('a row that another session holds is left, the others go; a removal goes on at its cursor', async () => {
  const [calls] = await examineTables(client, 'demo', { tables: TABLES });
  if (calls === undefined) throw new Error('no table');
  await admin.query('begin; select 1 from api_call_logs where id = 7 for update');
  const first = await removeBatch({ client, table: calls, ...bounds, cursor: null, rows: 5 });
  expect(first).toMatchObject({ seen: 5, removed: 5 });
  const removed: number[] = [];
  let { cursor } = first;
  while (cursor !== null) {
    const batch = await removeBatch({ client, table: calls, ...bounds, cursor, rows: 5 });
    removed.push(batch.removed);
    ({ cursor } = batch);
  }
  await admin.query('rollback');
  expect(removed.reduce((sum, one) => sum + one, 5)).toBe(371);
  expect(await count(`api_call_logs where created_at < '2024-11-01'`)).toBe(1);
});

test('rows of one moment are looked at once each, in the order of their keys as numbers', async () => {
  await admin.query(`update api_call_logs set created_at = '2024-10-01'`);
  const [calls] = await examineTables(client, 'demo', { tables: TABLES });
  if (calls === undefined) throw new Error('no table');
  // All are kept, so only the cursor goes on.
  const spared = [{ from: '2024-10-01T00:00:00Z', to: '2024-10-02T00:00:00Z' }];
  const keys: (string | undefined)[] = [];
  let [seen, cursor]: [number, PurgeCursor | null] = [0, null];
  do {
    const batch = await removeBatch({ client, table: calls, ...bounds, spared, cursor, rows: 300 });
    seen += batch.seen;
    ({ cursor } = batch);
    keys.push(cursor?.key);
  } while (cursor !== null);
  expect([seen, keys]).toEqual([1_000, ['300', '600', '900', undefined]]);
});

test('counting may take longer than removing does', async () => {
  const [calls] = await examineTables(client, 'demo', { tables: TABLES });
  if (calls === undefined) throw new Error('no table');
  await client.query(`set statement_timeout = '100ms'`);
  const slow = { ...calls, name: '(select created_at from api_call_logs, pg_sleep(0.3))' };
  expect(await countOld({ client, table: slow, ...bounds })).toBe(372);
  const { rows } = await client.query<{ statement_timeout: string }>('show statement_timeout');
  expect(rows[0]?.statement_timeout).toBe('100ms');
});

test('what would be slow, take other rows with it, or is not allowed is refused before anything goes', async () => {
  await admin.query(`
    create table notes (id int primary key, payload_id bigint references api_payloads on delete cascade);
    drop index api_call_logs_api_request_payload_id_idx; drop index api_payloads_created_at_idx;
    revoke delete on api_call_logs from ${role}`);
  const refusal = (await examineTables(client, 'demo', {
    tables: [...TABLES, { table: 'nowhere', time: 'at' }],
  }).catch((error: unknown) => error)) as Error;
  expect(refusal.name).toBe('SourceRefused');
  for (const part of [
    'there is no table nowhere',
    'its role may not SELECT and DELETE in api_call_logs',
    'api_payloads.created_at has no index',
    'public.api_call_logs (api_request_payload_id) points at api_payloads and has no index',
    'public.notes would remove or change rows that point at api_payloads',
    'its role may not SELECT in public.notes',
  ])
    expect(refusal.message).toContain(part);
  await expect(examineTables(admin, 'demo', { tables: TABLES })).rejects.toThrow('its role is a superuser');
});

test('none, or more than three times the usual, is a warning', () => {
  expect(botPurgeWarnings(0, [])).toHaveLength(1);
  expect(botPurgeWarnings(15_000, [])).toEqual([]);
  expect(botPurgeWarnings(15_001, [])).toEqual([expect.stringContaining('three times the usual 5000')]);
  expect(botPurgeWarnings(3_001, [900, 1_100])).toHaveLength(1);
  expect(botPurgeWarnings(3_000, [900, 1_100])).toEqual([]);
});

test('the next statement has as many rows as take a tenth of a second, within bounds, and at most twice as many', () => {
  expect([100, 200, 50, 10].map((ms) => nextRows(1_000, ms))).toEqual([1_000, 500, 2_000, 2_000]);
  expect([nextRows(3_000, 20), nextRows(1_000, 60_000), nextRows(1, 0)]).toEqual([5_000, 100, 100]);
});
