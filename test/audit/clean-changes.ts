import type pg from 'pg';
import { reshapings } from './clean-reshapings.ts';

/** The tables of the demo's bot, so that a trial is one of each. */
export const TABLES = [
  'alerts',
  'api_calls',
  'balances',
  'decisions',
  'events',
  'executions',
  'fills',
  'funding',
  'heartbeats',
  'ingestion_runs',
  'instruments',
  'limits',
  'orders',
  'positions',
  'prices',
  'signals',
  'states',
  'stop_changes',
  'stream_events',
  'totals',
  'trailing_updates',
  'transfers',
  'watch_list',
] as const;

/** One change of the clean demo's database, and how it is named in a table of outcomes. */
export interface CleanChange {
  readonly name: string;
  readonly sql: readonly string[];
}

export interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: 'number' | 'text' | 'time' | 'flag' | 'other';
}

const FROM = `timestamptz '2026-11-20T00:00Z'`;
const hours = (from: number, to: number, at: string): string =>
  `${at} >= ${FROM} + interval '${String(from)} hours' and ${at} < ${FROM} + interval '${String(to)} hours'`;

/** The column by which a row belongs to a window; tables with none have no time. */
const TIME: Readonly<Record<string, string | null>> = {
  positions: 'coalesce(closed_at, updated_at)',
  orders: 'created_at',
  ingestion_runs: 'started_at',
  limits: null,
  instruments: null,
  watch_list: null,
};
const timeOf = (table: string): string | null => (table in TIME ? (TIME[table] ?? null) : 'at');

/** Which rows a way changes; the same ones each time. */
type Of = 'all' | 'window' | 'half' | 'one';

function whereOf(table: string, of: Of, column: string): string {
  const at = timeOf(table);
  const inWindow = at === null ? 'true' : `${at} >= ${FROM}`;
  const middle = `(select ctid from bot.${table} where ${inWindow} and ${column} is not null
    order by ${at ?? 'ctid'}, ctid limit 1 offset (select count(*) / 2 from bot.${table}
    where ${inWindow} and ${column} is not null))`;
  return {
    all: 'true',
    window: inWindow,
    half: `${inWindow} and abs(hashtext(t.ctid::text)) % 2 = 0`,
    one: `t.ctid = ${middle}`,
  }[of];
}

/** What only people read, or what says nothing but where a row came from: without it, nothing more is tried. */
const PROSE: readonly string[] = [
  ...['data', 'stack_trace', 'error_message', 'writer', 'correlation_id', 'reason', 'by', 'text', 'error'],
  ...['rationale', 'signal_id', 'client_order_id', 'time_in_force', 'reject_reason', 'blocked_reason'],
];

type Way = readonly [name: string, set: (column: string) => string, of: Of];
const EMPTY: readonly Way[] = [
  ['NULL', () => 'null', 'all'],
  ['NULL for half', () => 'null', 'half'],
  ['NULL for one', () => 'null', 'one'],
];
const shifted = (name: string, interval: string, of: Of): Way => [
  name,
  (column) => `${column} + interval '${interval}'`,
  of,
];
const WAYS: Readonly<Record<Column['type'], readonly Way[]>> = {
  number: [
    ...EMPTY,
    ['0', () => '0', 'window'],
    ['negative', (column) => `-${column}`, 'window'],
    ['x10', (column) => `${column} * 10`, 'window'],
    ['x10 for one', (column) => `${column} * 10`, 'one'],
    ['x1000', (column) => `${column} * 1000`, 'all'],
    ['x0.001', (column) => `${column} / 1000`, 'all'],
    ['x0.1 for half', (column) => `${column} * 0.1`, 'half'],
  ],
  text: [
    ...EMPTY,
    ['empty', () => `''`, 'window'],
    ['an unknown word', () => `'xyzzy'`, 'half'],
    ['an unknown word for one', () => `'xyzzy'`, 'one'],
    ['in upper case', (column) => `upper(${column})`, 'all'],
    ['with blanks', (column) => `' ' || ${column} || '  '`, 'all'],
    ['with a blank after half', (column) => `${column} || ' '`, 'half'],
    ['with a blank within half', (column) => `overlay(${column} placing ' ' from 3 for 0)`, 'half'],
  ],
  time: [
    ...EMPTY,
    shifted('+1h', '1 hour', 'window'),
    shifted('-1h', '-1 hour', 'window'),
    shifted('+1h for one', '1 hour', 'one'),
    shifted('+8h', '8 hours', 'window'),
    shifted('-1d', '-1 day', 'window'),
  ],
  flag: [
    ...EMPTY,
    ['turned', (column) => `not ${column}`, 'window'],
    ['turned for one', (column) => `not ${column}`, 'one'],
    ['constant', () => 'true', 'window'],
  ],
  other: [['NULL', () => 'null', 'all']],
};

/** Keys and NOT NULL refuse what a bot without them would store. */
const unlocked = (table: string): string => `do $$ declare c record; begin
  for c in select conname as n from pg_constraint where conrelid = 'bot.${table}'::regclass and contype in ('p', 'u', 'c')
  loop execute format('alter table bot.${table} drop constraint %I cascade', c.n); end loop;
  for c in select attname as n from pg_attribute where attrelid = 'bot.${table}'::regclass and attnum > 0 and attnotnull
  loop execute format('alter table bot.${table} alter %I drop not null', c.n); end loop; end $$`;

function columnChanges({ table, name, type }: Column): readonly CleanChange[] {
  const isProse = PROSE.includes(name);
  const change = (way: string, set: string, of: Of, from = ''): CleanChange => ({
    name: `${table}.${name} ${way}`,
    sql: [
      unlocked(table),
      `update bot.${table} t set ${name} = ${set} ${from}
      where ${from === '' ? '' : 'o.c = t.ctid and '}${whereOf(table, of, name)}`,
    ],
  });
  const single = (isProse ? WAYS.other : WAYS[type]).map(([way, set, of]) => change(way, set(name), of));
  if (isProse || type === 'flag' || type === 'other') return single;
  const order = timeOf(table) ?? 'ctid';
  const before = `from (select ctid as c, lag(${name}) over (order by ${order}, ctid) as v from bot.${table} t) o`;
  const other = `(select r.${name} from bot.${table} r where r.${name} <> t.${name} order by ${order}, ctid limit 1)`;
  return [
    ...single,
    change('of the row before', 'o.v', 'window', before),
    change('of another row for one', other, 'one'),
    change('constant', `(select min(${name}) from bot.${table})`, 'window'),
  ];
}

/** Rows of nobody here: each id ends otherwise, as those of another bot in the same tables would. */
function ofAnotherBot(table: string, columns: readonly Column[]): CleanChange {
  const names = columns.map(({ name }) => name);
  const values = names.map((name) => (name === 'id' || name.endsWith('_id') ? `${name} || '-b'` : name));
  return {
    name: `${table} with rows of another bot`,
    sql: [
      unlocked(table),
      `insert into bot.${table} (${names.join(', ')}) select ${values.join(', ')} from bot.${table} t
       where ${whereOf(table, 'window', 'ctid')}`,
    ],
  };
}

function tableChanges(table: string, columns: readonly Column[]): readonly CleanChange[] {
  const at = timeOf(table);
  const without = (name: string, where: string): CleanChange => ({
    name: `${table} ${name}`,
    sql: [`delete from bot.${table} t where ${where}`],
  });
  const timed = (time: string): readonly CleanChange[] => [
    without('without an hour', hours(3, 4, time)),
    without('without the last two hours', hours(6, 9, time)),
    without('without the first hour', hours(0, 1, time)),
    without('without the window', whereOf(table, 'window', 'ctid')),
  ];
  return [
    without('emptied', 'true'),
    without('without half', 'abs(hashtext(t.ctid::text)) % 2 = 0'),
    without('without one row', whereOf(table, 'one', 'ctid')),
    ...(at === null ? [] : timed(at)),
    ...(columns.some(({ name }) => name === 'exchange')
      ? [without('without bybit', `exchange = 'bybit'`)]
      : []),
    {
      name: `${table} twice`,
      sql: [
        unlocked(table),
        `insert into bot.${table} select * from bot.${table} t where ${whereOf(table, 'window', 'ctid')}`,
      ],
    },
    ofAnotherBot(table, columns),
  ];
}

const TYPES: Readonly<Record<string, Column['type']>> = {
  numeric: 'number',
  integer: 'number',
  text: 'text',
  boolean: 'flag',
  'timestamp with time zone': 'time',
};

/** Every way of every table and column that the database of a bot has, by table. */
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
        ...tableChanges(table, own),
        ...own.flatMap(columnChanges),
        ...reshapings(table, own, PROSE, unlocked(table), {
          '': whereOf(table, 'window', 'ctid'),
          ' for one': whereOf(table, 'one', 'ctid'),
        }),
      ],
    ]),
  );
}
