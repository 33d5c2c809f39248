import { afterAll, beforeAll } from '@jest/globals';
import pg from 'pg';
import type { Query } from '../../audit/query.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { WINDOW } from './support.ts';

export type LiteralRows = readonly (readonly (string | number | null)[])[];

export type Ask = <Row>(query: Query<Row>, columns: string, values: LiteralRows) => Promise<readonly Row[]>;

/** Asks queries of a database of the test file's own. */
export function literalAsker(): Ask {
  let database: FreshDatabase;
  let client: pg.Client;
  beforeAll(async () => {
    database = await freshDatabase({ name: 'queries' });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query("set timezone to 'UTC'");
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });
  return (query, columns, values) => askLiteral(client, query, columns, values);
}

/** Runs a section's query over literal rows that stand for one contract relation; times come back as ISO strings. */
async function askLiteral<Row>(
  client: pg.Client,
  query: Query<Row>,
  columns: string,
  values: LiteralRows,
): Promise<readonly Row[]> {
  const [entity = ''] = query.entities;
  const literal = (value: string | number | null): string =>
    value === null ? 'null' : `'${String(value).replaceAll("'", "''")}'`;
  const names = columns.split(', ').map((column) => column.split(':')) as [string, string][];
  const rows = values.map(
    (row) => `(${row.map((value, index) => `${literal(value)}::${names[index]?.[1] ?? 'text'}`).join(', ')})`,
  );
  const raw = names
    .filter(([name]) => query.sql.includes(`${name}_raw`))
    .map(([name]) => `, "${name}" as "${name}_raw"`);
  const relation = `(select *${raw.join('')} from (values ${rows.join(', ')}) v(${names.map(([name]) => `"${name}"`).join(', ')}))`;
  const sql = query.sql
    .replaceAll(`@${entity}`, relation)
    .replaceAll(':from', `'${WINDOW.from}'`)
    .replaceAll(':to', `'${WINDOW.to}'`)
    .replaceAll(':bucket_s', '3600');
  const result = await client.query<{ row: unknown }>(`select to_jsonb(q) as row from (${sql}) q`);
  return result.rows.map(({ row }) => query.row.parse(row));
}
