import type pg from 'pg';

/** One change of the clean demo's database, and how it is named in a table of outcomes. */
export interface CleanChange {
  readonly name: string;
  readonly sql: readonly string[];
}

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: 'number' | 'text' | 'time' | 'flag' | 'other';
}

const FROM = `timestamptz '2026-11-20T00:00Z'`;
const hours = (from: number, to: number, at: string): string =>
  `${at} >= ${FROM} + interval '${String(from)} hours' and ${at} < ${FROM} + interval '${String(to)} hours'`;

/** The column by which a row belongs to a window; tables that are not here have none. */
const TIME: Readonly<Record<string, string>> = {
  positions: 'coalesce(closed_at, updated_at)',
  orders: 'created_at',
  ingestion_runs: 'started_at',
  limits: '',
  instruments: '',
};
const timeOf = (table: string): string => TIME[table] ?? 'at';
const inWindow = (table: string): string => (timeOf(table) === '' ? 'true' : `${timeOf(table)} >= ${FROM}`);
/** A quarter of the rows of the window, the same ones each time. */
const some = (table: string): string =>
  `${inWindow(table)} and abs(hashtext(${timeOf(table) === '' ? 'value' : timeOf(table)}::text)) % 4 = 0`;

/** What only people read, or what says nothing but where a row came from: without it, nothing more is tried. */
const PROSE: readonly string[] = [
  ...['data', 'stack_trace', 'error_message', 'writer', 'correlation_id', 'reason', 'by', 'text', 'error'],
  ...['rationale', 'signal_id', 'client_order_id', 'time_in_force', 'reject_reason', 'blocked_reason'],
];

type Way = readonly [name: string, set: (column: string) => string, of: 'all' | 'window' | 'some'];
const EMPTY: readonly Way[] = [
  ['NULL', () => 'null', 'all'],
  ['NULL for some', () => 'null', 'some'],
];
const WAYS: Readonly<Record<Column['type'], readonly Way[]>> = {
  number: [
    ...EMPTY,
    ['0', () => '0', 'window'],
    ['negative', (column) => `-${column}`, 'window'],
    ['x10', (column) => `${column} * 10`, 'window'],
    ['x1000', (column) => `${column} * 1000`, 'all'],
    ['x0.1 for some', (column) => `${column} * 0.1`, 'some'],
  ],
  text: [
    ...EMPTY,
    ['another word for some', (column) => `${column} || '_x'`, 'some'],
    ['upper case', (column) => `upper(${column})`, 'all'],
  ],
  time: [
    ...EMPTY,
    ['+1h', (column) => `${column} + interval '1 hour'`, 'window'],
    ['-1h', (column) => `${column} - interval '1 hour'`, 'window'],
    ['+8h', (column) => `${column} + interval '8 hours'`, 'window'],
  ],
  flag: [...EMPTY, ['turned', (column) => `not ${column}`, 'window']],
  other: [['NULL', () => 'null', 'all']],
};

/** Keys and NOT NULL refuse what a bot without them would store. */
const unlocked = (table: string): string => `do $$ declare c record; begin
  for c in select conname as n from pg_constraint where conrelid = 'bot.${table}'::regclass and contype in ('p', 'u', 'c')
  loop execute format('alter table bot.${table} drop constraint %I cascade', c.n); end loop;
  for c in select attname as n from pg_attribute where attrelid = 'bot.${table}'::regclass and attnum > 0 and attnotnull
  loop execute format('alter table bot.${table} alter %I drop not null', c.n); end loop; end $$`;

function columnChanges({ table, name, type }: Column): readonly CleanChange[] {
  const ways = PROSE.includes(name) ? WAYS.other : WAYS[type];
  const where = { all: 'true', window: inWindow(table), some: some(table) };
  const single = ways.map(([way, set, of]): CleanChange => ({
    name: `${table}.${name} ${way}`,
    sql: [unlocked(table), `update bot.${table} set ${name} = ${set(name)} where ${where[of]}`],
  }));
  if ((type !== 'number' && type !== 'text') || PROSE.includes(name)) return single;
  const order = timeOf(table) === '' ? 'ctid' : `${timeOf(table)}, ctid`;
  const other = (value: string): string => `update bot.${table} t set ${name} = o.v from
    (select ctid as c, ${value} as v from bot.${table} where ${inWindow(table)}) o where o.c = t.ctid`;
  return [
    ...single,
    {
      name: `${table}.${name} of the row before`,
      sql: [unlocked(table), other(`lag(${name}) over (order by ${order})`)],
    },
    { name: `${table}.${name} constant`, sql: [unlocked(table), other(`min(${name}) over ()`)] },
  ];
}

function tableChanges(table: string, hasExchange: boolean): readonly CleanChange[] {
  const at = timeOf(table);
  const without = (name: string, where: string): CleanChange => ({
    name: `${table} ${name}`,
    sql: [`delete from bot.${table} where ${where}`],
  });
  const timed = [
    without('without an hour', hours(3, 4, at)),
    without('without the last two hours', hours(6, 9, at)),
    without('without the first hour', hours(0, 1, at)),
    without('without the window', inWindow(table)),
    without('without the first row', `${at} = (select min(${at}) from bot.${table} where ${at} >= ${FROM})`),
  ];
  return [
    without('without a row', 'true'),
    without('without half', 'abs(hashtext(ctid::text)) % 2 = 0'),
    without('without a tenth', 'abs(hashtext(ctid::text)) % 10 = 0'),
    ...(at === '' ? [] : timed),
    ...(hasExchange ? [without('without bybit', `exchange = 'bybit'`)] : []),
    {
      name: `${table} twice`,
      sql: [unlocked(table), `insert into bot.${table} select * from bot.${table} where ${inWindow(table)}`],
    },
    {
      name: `${table} denied`,
      sql: [
        `do $$ declare r record; begin for r in select distinct grantee as g from information_schema.role_table_grants
         where table_schema = 'bot' and table_name = '${table}' and grantee like 'reader%'
         loop execute format('revoke all on bot.${table} from %I', r.g); end loop; end $$`,
      ],
    },
    { name: `${table} renamed`, sql: [`alter table bot.${table} rename to ${table}_old`] },
  ];
}

const TYPES: Readonly<Record<string, Column['type']>> = {
  numeric: 'number',
  integer: 'number',
  text: 'text',
  boolean: 'flag',
  'timestamp with time zone': 'time',
};

/** Every way of every column and of every table that the database of a bot has, by table. */
export async function cleanChanges(client: pg.Client): Promise<ReadonlyMap<string, readonly CleanChange[]>> {
  const { rows } = await client.query<{ table: string; name: string; type: string }>(
    `select table_name as table, column_name as name, data_type as type from information_schema.columns
     where table_schema = 'bot' order by table_name, ordinal_position`,
  );
  const columns = rows.map((row): Column => ({ ...row, type: TYPES[row.type] ?? 'other' }));
  return new Map(
    [...Map.groupBy(columns, ({ table }) => table)].map(([table, own]) => [
      table,
      [
        ...tableChanges(
          table,
          own.some(({ name }) => name === 'exchange'),
        ),
        ...own.flatMap(columnChanges),
      ],
    ]),
  );
}
