import pg from 'pg';
import { TABLES } from '../local/demo/load.ts';

const COLUMNS = `select column_name as name, data_type as type from information_schema.columns
  where table_schema = 'bot' and table_name = $1 order by ordinal_position`;
const INDEXES = `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition,
    k.conrelid::regclass::text as table, k.conname as constraint, pg_get_constraintdef(k.oid) as key
  from pg_index i left join pg_constraint k on k.conindid = i.indexrelid
  where i.indrelid::regclass::text like 'bot.%' and (not i.indisprimary or $1)`;

/** Positions that have no end yet: a past day has none of them. */
const OPEN = `select id from bot.positions where closed_at is null and status <> 'closed'`;
const OWNED: Readonly<Partial<Record<string, string>>> = {
  positions: 'id',
  orders: 'position_id',
  fills: 'position_id',
  funding: 'position_id',
  stop_changes: 'position_id',
  trailing_updates: 'position_id',
};

interface Index {
  readonly name: string;
  readonly definition: string;
  readonly table: string | null;
  readonly constraint: string | null;
  readonly key: string | null;
}

/** Gives the demo bot a past: its day again `days - 1` times, each a day earlier and under ids of its own. */
export async function multiplyHistory(client: pg.Client, days: number): Promise<void> {
  const { rows: indexes } = await client.query<Index>(INDEXES, [false]);
  await dropIndexes(client, indexes);
  for (const table of Object.values(TABLES).filter((name) => name !== 'limits')) {
    const { rows } = await client.query<{ name: string; type: string }>(COLUMNS, [table]);
    const names = rows.map(({ name }) => pg.escapeIdentifier(name)).join(', ');
    const values = rows.map(({ name, type }) => shifted(pg.escapeIdentifier(name), name, type)).join(', ');
    const owner = OWNED[table];
    const past = owner === undefined ? '' : ` where ${owner} is null or ${owner} not in (${OPEN})`;
    // Trades from before the demo's day meet those of its end, shifted: the later copy of one key is left out.
    await client.query(
      `insert into bot.${table} (${names})
       select ${values} from generate_series(1, ${String(days - 1)}) d cross join (select * from bot.${table}${past}) t
       on conflict do nothing`,
    );
  }
  for (const { definition, table, constraint, key } of indexes)
    await client.query(
      constraint === null
        ? definition
        : `alter table ${String(table)} add constraint ${pg.escapeIdentifier(constraint)} ${String(key)}`,
    );
  await client.query('vacuum analyze');
}

/** Leaves the primary keys that are ids: what a bot has whose tables nobody thought about. */
export async function dropAllButKeys(client: pg.Client): Promise<void> {
  const { rows } = await client.query<Index>(INDEXES, [true]);
  await dropIndexes(
    client,
    rows.filter(({ key }) => key?.startsWith('PRIMARY KEY (id)') !== true),
  );
  await client.query('analyze');
}

async function dropIndexes(client: pg.Client, indexes: readonly Index[]): Promise<void> {
  for (const { name, table, constraint } of indexes)
    await client.query(
      constraint === null
        ? `drop index ${name}`
        : `alter table ${String(table)} drop constraint ${pg.escapeIdentifier(constraint)}`,
    );
}

function shifted(column: string, name: string, type: string): string {
  if (type === 'timestamp with time zone') return `t.${column} - d * interval '1 day'`;
  return name === 'id' || (name.endsWith('_id') && name !== 'instance_id')
    ? `t.${column} || '~' || d`
    : `t.${column}`;
}
