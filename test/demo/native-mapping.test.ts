import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import pg from 'pg';
import { columnsOf, type ColumnType, type EntityName } from '../../audit/contract.ts';
import { fillDemo, type FilledDemo } from '../../local/demo/fill.ts';
import { TABLES } from '../../local/demo/load.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { NOW } from './support.ts';

const ENTITIES = Object.keys(TABLES) as (keyof typeof TABLES)[];
const FOLDER = resolve(import.meta.dirname, '../../mappings/native');

/** PostgreSQL's type of each contract type. */
function typeNameOf(type: ColumnType): string {
  if (type === 'numeric' || type === 'integer' || type === 'boolean') return type;
  if (type === 'switch') return 'boolean';
  if (type === 'time') return 'timestamp with time zone';
  return type === 'json' ? 'jsonb' : 'text';
}

let database: FreshDatabase;
let filled: FilledDemo;
let reader: pg.Client;

beforeAll(async () => {
  database = await freshDatabase({ name: 'demo_bot' });
  filled = await fillDemo({
    botUrl: database.url,
    storeUrl: null,
    now: NOW,
    readerRole: `reader_of_${database.name}`,
  });
  reader = new pg.Client({ connectionString: filled.readerUrl });
  await reader.connect();
});

afterAll(async () => {
  await reader.end();
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  await owner.query(`drop owned by "reader_of_${database.name}"; drop role "reader_of_${database.name}"`);
  await owner.end();
  await database.drop();
});

async function selectOf(entity: EntityName): Promise<string> {
  return (await readFile(resolve(FOLDER, `${entity}.sql`), 'utf8')).replace(/^--.*$/gm, '');
}

test('filling says how much it made', () => {
  expect(filled).toMatchObject({ asOf: '2026-11-20T08:00:00.000Z', positions: 645, snapshots: 1_422 });
  expect(filled.rows).toBeGreaterThan(60_000);
});

describe.each(ENTITIES)('mapping of %s', (entity) => {
  test('returns exactly the columns of the contract, with the right types', async () => {
    const sql = await selectOf(entity);
    const { rows } = await reader.query<{ oid: number; type: string }>(
      'select oid::int as oid, format_type(oid, null) as type from pg_type where oid < 10000',
    );
    const types = new Map(rows.map(({ oid, type }) => [oid, type]));
    const { fields, rowCount } = await reader.query(`select * from (${sql}) m`);
    expect(fields.map(({ name, dataTypeID }) => ({ name, type: types.get(dataTypeID) }))).toEqual(
      columnsOf(entity).map(({ name, type }) => ({ name, type: typeNameOf(type) })),
    );
    expect(rowCount).toBeGreaterThan(0);
  });

  test('has a value in each required column of each row', async () => {
    const required = columnsOf(entity)
      .filter((column) => column.required)
      .map(({ name }) => `m.${name} is null`);
    const { rows } = await reader.query<{ n: string }>(
      `select count(*) as n from (${await selectOf(entity)}) m where ${required.join(' or ')}`,
    );
    expect(rows).toEqual([{ n: '0' }]);
  });
});

test.each([
  ['event', 'kind is null'],
  ['heartbeat', 'kind is null'],
  ['state', 'kind is null or ("on" is null and age_s is null)'],
  ['position', 'exit_reason is not null and exit_kind is null'],
  ['order', 'reject_code is not null and reject_class is null'],
  ['limit', 'kind is null'],
  ['api_call', `operation_kind is null or (outcome <> 'ok' and error_kind is null)`],
] as const)('the mapping of %s says what every word of the demo bot means', async (entity, unsaid) => {
  const { rows } = await reader.query(`select * from (${await selectOf(entity)}) m where ${unsaid}`);
  expect(rows).toEqual([]);
});

test('the reader may read and nothing else', async () => {
  await expect(reader.query("update bot.positions set status = 'closed'")).rejects.toThrow(
    'permission denied',
  );
  await expect(reader.query('create table bot.mine (id text)')).rejects.toThrow('permission denied');
  const { rows } = await reader.query<Record<string, unknown>>(
    'select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolconnlimit from pg_roles where rolname = current_user',
  );
  expect(rows).toEqual([
    {
      rolsuper: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolreplication: false,
      rolbypassrls: false,
      rolconnlimit: 4,
    },
  ]);
});

test('filling again replaces the world', async () => {
  const again = await fillDemo({
    botUrl: database.url,
    storeUrl: null,
    now: '2026-11-20T17:00:00Z',
    readerRole: `reader_of_${database.name}`,
    readerPassword: new URL(filled.readerUrl).password,
  });
  expect(again.asOf).toBe('2026-11-20T16:00:00.000Z');
  const { rows } = await reader.query<{ n: number }>('select count(*)::int as n from bot.positions');
  expect(rows).toEqual([{ n: again.positions }]);
});
