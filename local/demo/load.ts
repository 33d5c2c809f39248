import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Cell, DemoRow, DemoRows } from './world.ts';

/** Table of each contract entity in mappings/native/schema.sql; its columns are the contract's. */
export const TABLES: Readonly<Record<keyof DemoRows, string>> = {
  position: 'positions',
  order: 'orders',
  fill: 'fills',
  funding: 'funding',
  balance: 'balances',
  transfer: 'transfers',
  event: 'events',
  stop_change: 'stop_changes',
  api_call: 'api_calls',
  trailing_update: 'trailing_updates',
  stream_event: 'stream_events',
  alert: 'alerts',
  heartbeat: 'heartbeats',
  limit: 'limits',
  instrument: 'instruments',
  state: 'states',
  price: 'prices',
  total: 'totals',
  decision: 'decisions',
  execution: 'executions',
  ingestion_run: 'ingestion_runs',
  signal: 'signals',
  watch: 'watch_list',
};

const SCHEMA_FILE = resolve(import.meta.dirname, '../../mappings/native/schema.sql');
/** Rows of one chunk; larger ones only cost memory. */
const BATCH = 5_000;

/** Replaces schema `bot` with the given rows, in one transaction: readers see the old world or the new one. */
export async function loadRows(
  client: pg.Client,
  rows: DemoRows,
  keyless: readonly (keyof DemoRows)[] = [],
): Promise<number> {
  await client.query('drop schema if exists bot cascade');
  await client.query(await readFile(SCHEMA_FILE, 'utf8'));
  for (const entity of keyless)
    await client.query(`alter table bot.${TABLES[entity]} drop constraint ${TABLES[entity]}_pkey`);
  let loaded = 0;
  for (const [entity, table] of Object.entries(TABLES) as [keyof DemoRows, string][]) {
    loaded += await insertRows(client, table, rows[entity]);
  }
  return loaded;
}

/** So that plans are those of a bot whose tables are known to the server. */
export async function analyzeTables(client: pg.Client): Promise<void> {
  const tables = Object.values(TABLES).map((table) => `bot.${table}`);
  await client.query(`analyze ${tables.join(', ')}`);
}

/** By COPY: some 140,000 rows a fill, of which INSERT takes five times as long. */
async function insertRows(client: pg.Client, table: string, rows: readonly DemoRow[]): Promise<number> {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (columns.length === 0) return 0;
  const stream = client.query(copyFrom(`copy bot.${table} (${columns.join(', ')}) from stdin`));
  await pipeline(lines(rows, columns), stream);
  return rows.length;
}

/** COPY's text format, some thousand rows at once. */
function* lines(rows: readonly DemoRow[], columns: readonly string[]): Generator<string> {
  for (let start = 0; start < rows.length; start += BATCH)
    yield rows
      .slice(start, start + BATCH)
      .map((row) => `${columns.map((column) => copied(row[column] ?? null)).join('\t')}\n`)
      .join('');
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function copied(cell: Cell): string {
  if (cell === null) return '\\N';
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
  return text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}

/** PostgreSQL's answers when two sessions change the same role at once. */
const ROLE_RACES: ReadonlySet<string> = new Set(['23505', '42710', 'XX000']);

export interface Reader {
  readonly role: string;
  readonly password: string;
  /** Entities that it is not given. */
  readonly denied: readonly (keyof DemoRows)[];
}

/** Creates the role that audits read with: SELECT on schema `bot`, nothing else, at most four connections. */
export async function grantReader(client: pg.Client, { role, password, denied }: Reader): Promise<void> {
  const name = pg.escapeIdentifier(role);
  const existing = await client.query('select from pg_roles where rolname = $1', [role]);
  const rights =
    'nosuperuser nocreatedb nocreaterole noreplication nobypassrls noinherit login connection limit 4';
  const statement = `${existing.rowCount === 0 ? 'create' : 'alter'} role ${name} ${rights} password ${pg.escapeLiteral(password)}`;
  await unlessRaced(async () => client.query(statement));
  const database = await client.query<{ name: string }>('select current_database() as name');
  const own = pg.escapeIdentifier(database.rows[0]?.name ?? '');
  // Everyone may create temporary tables unless told otherwise; an audit never does.
  await client.query(`revoke temporary on database ${own} from public`);
  await client.query(`grant usage on schema bot to ${name}`);
  await client.query(`grant select on all tables in schema bot to ${name}`);
  for (const entity of denied) await client.query(`revoke select on bot.${TABLES[entity]} from ${name}`);
}

/** Runs it once more after a race; roles belong to the whole cluster, and another database may be filled right now. */
async function unlessRaced(run: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await run();
      return;
    } catch (error) {
      const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
      if (!ROLE_RACES.has(code) || attempt === 5) throw error;
      await new Promise((done) => setTimeout(done, 50 * attempt));
    }
  }
}
