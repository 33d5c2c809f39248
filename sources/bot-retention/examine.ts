import type pg from 'pg';
import type { BotRetention } from '../../audit/bot-retention.ts';
import { SourceRefused } from '../errors.ts';

/** A foreign key that points at a table: its rows keep those they point at. */
interface PointedBy {
  readonly child: string;
  readonly columns: readonly string[];
  readonly parentColumns: readonly string[];
}

/** A table as its rows are removed; every name is quoted. */
export interface PurgedTable {
  /** As the configuration writes it. */
  readonly table: string;
  readonly name: string;
  readonly time: string;
  readonly timeType: string;
  readonly key: string;
  readonly keyType: string;
  readonly pointedBy: readonly PointedBy[];
}

const TIMES = ['timestamp with time zone', 'timestamp without time zone'];

const TABLE = `select c.oid::int8::text as oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name,
    (select format_type(a.atttypid, null) from pg_attribute a where a.attrelid = c.oid and a.attname = $2 and a.attnum > 0
       and not a.attisdropped) as "timeType",
    array(select quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) from pg_index i
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey) where i.indrelid = c.oid and i.indisprimary) as keys,
    exists (select 1 from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
       where i.indrelid = c.oid and i.indisvalid and i.indpred is null and a.attname = $2) as "isIndexed",
    has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'delete') as "mayDelete"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = to_regclass($1) and c.relkind = 'r'`;

const KEYS = `select con.conname as name, con.conrelid::int8::text as oid,
    quote_ident(n.nspname) || '.' || quote_ident(c.relname) as child, con.confdeltype as action,
    array(select quote_ident(a.attname) from unnest(con.conkey) with ordinality k (n, o)
      join pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.n order by k.o) as columns,
    array(select quote_ident(a.attname) from unnest(con.confkey) with ordinality k (n, o)
      join pg_attribute a on a.attrelid = con.confrelid and a.attnum = k.n order by k.o) as "parentColumns",
    exists (select 1 from pg_index i where i.indrelid = con.conrelid and i.indisvalid and i.indpred is null
      and (i.indkey::int2[])[0:cardinality(con.conkey) - 1] @> con.conkey
      and (i.indkey::int2[])[0:cardinality(con.conkey) - 1] <@ con.conkey) as "isIndexed",
    has_table_privilege(con.conrelid, 'select') as "isReadable"
  from pg_constraint con join pg_class c on c.oid = con.conrelid join pg_namespace n on n.oid = c.relnamespace
  where con.contype = 'f' and con.confrelid = $1::int8::oid order by con.conname`;

interface TableRow {
  readonly oid: string;
  readonly name: string;
  readonly timeType: string | null;
  readonly keys: readonly string[];
  readonly isIndexed: boolean;
  readonly mayDelete: boolean;
}

interface KeyRow extends PointedBy {
  readonly name: string;
  readonly oid: string;
  readonly action: string;
  readonly isIndexed: boolean;
  readonly isReadable: boolean;
}

/**
 * The tables in the order in which rows can go, children before parents.
 * @throws SourceRefused with everything that stands against it: a removal that would be slow, or take other rows with it
 */
export async function examineTables(
  client: pg.Client,
  bot: string,
  { tables }: Pick<BotRetention, 'tables'>,
): Promise<readonly PurgedTable[]> {
  const problems: string[] = [];
  const found: (PurgedTable & { readonly oid: string; readonly children: readonly string[] })[] = [];
  const { rows: role } = await client.query<{ super: boolean }>(
    `select rolsuper as super from pg_roles where rolname = session_user`,
  );
  if (role[0]?.super !== false)
    problems.push('its role is a superuser; give it a role that may SELECT and DELETE in these tables only');
  for (const { table, time } of tables) {
    const { rows } = await client.query<TableRow>(TABLE, [table, time]);
    const [row] = rows;
    if (row === undefined) {
      problems.push(`there is no table ${table}`);
      continue;
    }
    const [key = '', ...more] = row.keys;
    problems.push(...tableProblems(table, time, row));
    const { rows: keys } = await client.query<KeyRow>(KEYS, [row.oid]);
    problems.push(...keys.flatMap((one) => keyProblems(table, one)));
    if (key === '' || more.length > 0 || row.timeType === null) continue;
    const [keyName = '', ...keyType] = splitKey(key);
    found.push({
      table,
      name: row.name,
      time: `"${time.replaceAll('"', '""')}"`,
      timeType: row.timeType,
      key: keyName,
      keyType: keyType.join(' '),
      pointedBy: keys.map(({ child, columns, parentColumns }) => ({ child, columns, parentColumns })),
      oid: row.oid,
      children: keys.map(({ oid }) => oid),
    });
  }
  if (problems.length > 0)
    throw new SourceRefused(`Nothing of bot ${bot} can be purged: ${problems.join('; ')}.`);
  return childrenFirst(found);
}

/** `"my id" bigint` -> its name and its type. */
function splitKey(key: string): readonly string[] {
  const quoted = /^("(?:[^"]|"")*")\s(.*)$/.exec(key);
  return quoted === null ? key.split(' ') : [quoted[1] ?? '', quoted[2] ?? ''];
}

function tableProblems(table: string, time: string, row: TableRow): readonly string[] {
  return [
    ...(row.mayDelete ? [] : [`its role may not SELECT and DELETE in ${table}`]),
    ...(row.timeType !== null && TIMES.includes(row.timeType) ? [] : [`${table}.${time} is no timestamp`]),
    ...(row.keys.length === 1 ? [] : [`${table} has no primary key of one column`]),
    ...(row.isIndexed ? [] : [`${table}.${time} has no index, so each batch would read the whole table`]),
  ];
}

function keyProblems(
  table: string,
  { name, child, columns, action, isIndexed, isReadable }: KeyRow,
): readonly string[] {
  return [
    ...(isReadable ? [] : [`its role may not SELECT in ${child}, whose ${name} points at ${table}`]),
    ...(['a', 'r'].includes(action)
      ? []
      : [`${name} of ${child} would remove or change rows that point at ${table}`]),
    ...(isIndexed
      ? []
      : [
          `${child} (${columns.join(', ')}) points at ${table} and has no index, so each row would read all of it`,
        ]),
  ];
}

/** Tables that point at each other in a circle keep the order of the configuration. */
function childrenFirst<T extends { readonly oid: string; readonly children: readonly string[] }>(
  tables: readonly T[],
): readonly T[] {
  const ordered: T[] = [];
  const seen = new Set<string>();
  const visit = (table: T): void => {
    if (seen.has(table.oid)) return;
    seen.add(table.oid);
    for (const child of tables) if (table.children.includes(child.oid)) visit(child);
    ordered.push(table);
  };
  tables.forEach(visit);
  return ordered;
}
