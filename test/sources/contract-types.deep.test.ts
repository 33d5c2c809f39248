import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { columnsOf, type ColumnType, type EntityName } from '../../audit/contract.ts';
import { relationSql } from '../../sources/database/compile.ts';
import { TIMEOUTS } from '../../sources/database/connect.ts';
import { mappableEntities, readMapping } from '../../sources/database/mapping.ts';
import { entityState } from '../../sources/database/preflight.ts';
import { probeEntity } from '../../sources/database/relations.ts';
import { openSession } from '../../sources/database/session.ts';
import { botDatabase, mappingFolderOf, WINDOW, type BotDatabase } from './support.ts';

let bot: BotDatabase;

beforeAll(async () => {
  bot = await botDatabase(`create type bot.mood as enum ('x', 'buy'); create domain bot.amount as numeric`);
});
afterAll(() => bot.drop());

/** A value, as hostile as its type allows. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  boolean: ['true', 'null'],
  smallint: ['(-32768)::smallint'],
  integer: ['(-2147483648)::integer'],
  bigint: ['(-9223372036854775808)::bigint', '9007199254740993'],
  numeric: [
    "'NaN'::numeric",
    "'Infinity'::numeric",
    "'-Infinity'::numeric",
    "('1e400')::numeric",
    "('1e-400')::numeric",
    '0.10',
  ],
  real: ["'NaN'::real", "'-Infinity'::real", '0.1::real'],
  'double precision': ["'NaN'::float8", "'Infinity'::float8", "'1e308'::float8", "'5e-324'::float8"],
  text: ["''", "repeat('x', 100000)", "'{{{' || chr(8238) || '<script>'"],
  'character varying': ["' BUY '::varchar"],
  character: ["'x'::char(10)"],
  uuid: ["'00000000-0000-0000-0000-000000000000'::uuid"],
  timestamptz: [
    "'infinity'::timestamptz",
    "'-infinity'::timestamptz",
    "'0044-03-15 BC'::timestamptz",
    "'294276-01-01'::timestamptz",
  ],
  timestamp: ["'infinity'::timestamp", "'2026-03-29 02:30'::timestamp", "'4713-01-01 BC'::timestamp"],
  date: ["'infinity'::date"],
  time: ["'24:00'::time"],
  interval: ["'1 mon -1 day'::interval"],
  json: [
    `'{"a": "\\u0000"}'::json`,
    `'{"a": "\\ud800"}'::json`,
    `'{"a": "\\ud83d\\ude00"}'::json`,
    `'[]'::json`,
  ],
  jsonb: [`'{"a": 1e400}'::jsonb`, `jsonb_build_object('a', repeat('x', 100000))`, "'null'::jsonb"],
  bytea: [`'\\x00ff'::bytea`],
  money: ["'1'::money"],
  inet: ["'::1'::inet"],
  'integer[]': ["'{1,null}'::int[]"],
  mood: ["'buy'::bot.mood"],
  amount: ["'NaN'::bot.amount"],
};

const CASES = Object.entries(VALUES).flatMap(([type, values]) =>
  values.map((value) => [type, value] as const),
);

test.each(CASES)('every column of every entity survives %s %s', async (_type, value) => {
  const session = await openSession({ url: bot.readerUrl, bot: 'probe', timeouts: TIMEOUTS });
  try {
    const select = (entity: EntityName): string =>
      `select ${columnsOf(entity)
        .map(({ name }) => `${value} as "${name}"`)
        .join(', ')}`;
    const folder = await mappingFolderOf(
      Object.fromEntries(mappableEntities().map((entity) => [entity, select(entity)])),
    );
    const mapping = await readMapping(folder);
    for (const entity of mappableEntities()) {
      const probe = await probeEntity(session, mapping, entity, {
        timeZone: 'Europe/Berlin',
        parameters: WINDOW,
      });
      if (!probe.relation) throw new Error(probe.status === 'ok' ? '' : probe.error);
      const answer = await session.ask(`select * from ${relationSql(probe.relation, null)} as x`, WINDOW);
      if (!answer.ok) throw new Error(`${entity}: ${answer.message}`);
      const [row = {}] = answer.rows;
      const bad = columnsOf(entity).filter(({ name, type }) => !isOfType(row[name], type));
      expect(bad.map(({ name }) => [entity, name, row[name]])).toEqual([]);
      expect(await entityState(session, probe, WINDOW, { asOf: null, skewS: 60 })).toMatchObject({ entity });
    }
  } finally {
    await session.close();
  }
});

const IS_OF_TYPE: Partial<Record<ColumnType, (value: unknown) => boolean>> = {
  numeric: (value) => typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value),
  integer: (value) => Number.isSafeInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value)),
  boolean: (value) => typeof value === 'boolean',
  switch: (value) => typeof value === 'boolean',
  time: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3,6}Z$/.test(value),
  json: () => true,
};

function isOfType(value: unknown, type: ColumnType): boolean {
  const test = IS_OF_TYPE[type] ?? ((text: unknown) => typeof text === 'string' && text.length <= 2_000);
  return value === null || test(value);
}
