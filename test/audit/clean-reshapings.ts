import type { CleanChange, Column } from './clean-changes.ts';

/** How a bot may keep what the contract has as another type: the type, and the value in it. */
type Reshaping = readonly [name: string, type: string, value: (column: string) => string];

const RESHAPINGS: Readonly<Partial<Record<Column['type'], readonly Reshaping[]>>> = {
  number: [
    ['as text with a unit', 'text', (column) => `${column}::text || ' USDT'`],
    ['as a float', 'real', (column) => `${column}::real`],
    ['as a whole number', 'bigint', (column) => `${column}::bigint`],
  ],
  time: [
    ['as milliseconds', 'bigint', (column) => `(extract(epoch from ${column}) * 1000)::bigint`],
    ['as a time without a zone', 'timestamp', (column) => `${column} at time zone 'UTC'`],
    ['as a time of Warsaw', 'timestamp', (column) => `${column} at time zone 'Europe/Warsaw'`],
  ],
  flag: [['as 1 and 0', 'integer', (column) => `${column}::int`]],
  text: [
    ['as char', 'char(64)', (column) => column],
    ['as json', 'jsonb', (column) => `to_jsonb(${column})`],
  ],
};

function reshaped({ table, name, type }: Column, unlocked: string): readonly CleanChange[] {
  return (RESHAPINGS[type] ?? []).map(([way, stored, value]) => ({
    name: `${table}.${name} ${way}`,
    sql: [
      unlocked,
      `alter table bot.${table} alter ${name} drop default, alter ${name} type ${stored} using ${value(name)}`,
    ],
  }));
}

/** What a row may have in each other’s place and still look like itself. */
const ALIKE: readonly RegExp[] = [
  /(^|_)id$/,
  /price|_stop$|^high$|^low$/,
  /pnl|fee|funding|commission|total|free|used|equity|amount/,
  /quantity|filled|remaining|price$/,
  /^at$|_at$|^since$|_from$|_to$/,
];
const areAlike = (one: Column, other: Column): boolean =>
  one.type === other.type &&
  (one.type === 'flag' || ALIKE.some((words) => words.test(one.name) && words.test(other.name)));

/** Each two columns of one meaning in each other’s place: a word in a column of others is told as one that nothing reads. */
function swapped(table: string, columns: readonly Column[], unlocked: string): readonly CleanChange[] {
  return columns.flatMap((one, index) =>
    columns
      .slice(index + 1)
      .filter((other) => areAlike(one, other))
      .map((other) => ({
        name: `${table}.${one.name} swapped with ${other.name}`,
        sql: [
          unlocked,
          `update bot.${table} set ${one.name} = ${other.name}, ${other.name} = ${one.name}
           where ${one.name} is distinct from ${other.name}`,
        ],
      })),
  );
}

/** All times of a table by the same distance, as one that is kept by another clock. */
function moved(table: string, columns: readonly Column[], unlocked: string): readonly CleanChange[] {
  const times = columns.filter(({ type }) => type === 'time');
  if (times.length === 0) return [];
  return ['5 minutes', '-5 minutes', '1 hour', '-1 hour'].map((by) => ({
    name: `${table} all times ${by}`,
    sql: [
      unlocked,
      `update bot.${table} set ${times.map(({ name }) => `${name} = ${name} + interval '${by}'`).join(', ')}`,
    ],
  }));
}

/** Each row, or one of them, a second time: under another id, or where it has none a second later. */
function again(
  table: string,
  columns: readonly Column[],
  unlocked: string,
  rows: Readonly<Record<string, string>>,
): readonly CleanChange[] {
  const key = columns.find(({ name }) => name === 'id') ?? columns.find(({ name }) => name === 'at');
  if (key === undefined) return [];
  const other = key.type === 'time' ? `${key.name} + interval '1 second'` : `${key.name} || '-2'`;
  const names = columns.map(({ name }) => name);
  return Object.entries(rows).map(([of, where]) => ({
    name: `${table} again ${key.type === 'time' ? 'a second later' : 'under another id'}${of}`,
    sql: [
      unlocked,
      `insert into bot.${table} (${names.join(', ')})
       select ${names.map((name) => (name === key.name ? other : name)).join(', ')} from bot.${table} t where ${where}`,
    ],
  }));
}

/**
 * What a bot that keeps a table in another shape has: columns in each other's place, of another type, in another time.
 *
 * @param rows which rows come again, by how they are named
 */
export function reshapings(
  table: string,
  all: readonly Column[],
  prose: readonly string[],
  unlocked: string,
  rows: Readonly<Record<string, string>>,
): readonly CleanChange[] {
  const columns = all.filter(({ name }) => !prose.includes(name));
  return [
    ...moved(table, columns, unlocked),
    ...again(table, all, unlocked, rows),
    ...swapped(table, columns, unlocked),
    ...columns.flatMap((column) => reshaped(column, unlocked)),
  ];
}
