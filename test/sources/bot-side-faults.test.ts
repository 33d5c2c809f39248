import { open } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Query } from '../../audit/query.ts';
import { TIMEOUTS } from '../../sources/database/connect.ts';
import { readMapping } from '../../sources/database/mapping.ts';
import { mustBeUnchanged } from '../../sources/database/rewritten.ts';
import { openSession } from '../../sources/database/session.ts';
import { collectEvidence, SourceLost, type Collected, type CollectRequest } from '../../sources/collect.ts';
import {
  requestOf,
  botDatabase,
  botOf,
  freshStore,
  mappingFolderOf,
  queryOf,
  WINDOW,
  type BotDatabase,
} from './support.ts';

let bot: BotDatabase;
let folder: string;
let store: Awaited<ReturnType<typeof freshStore>>;

beforeAll(async () => {
  [bot, store] = await Promise.all([
    botDatabase(`
      create table bot.beats (at timestamptz, service text);
      insert into bot.beats values ('2026-11-20 01:00Z', 'main'), ('2026-11-20 07:00:00.123456Z', E'caf\\u00e9 \\u4e2d');
      create table bot.state (at timestamptz, type text, kind interval, value float8, raw bytea);
      insert into bot.state values ('2026-11-20 01:00Z', 'switch', '-1 day +02:03:04', 0.1 + 0.2::float8, '\\x00ff');
      create table bot.ticks (at timestamptz, price text);
      insert into bot.ticks values ('2026-11-20 01:00Z', '1'), ('2026-11-20 02:00Z', 'a lot');
      create view bot.prices as select at, 'BTC' as symbol, price::numeric from bot.ticks;
      create materialized view bot.totals as select at, 'trades' as name, 1 as value from bot.beats with no data;
      create table bot.kept_elsewhere (x int);
      create table bot.damaged (at timestamptz, type text);
      insert into bot.damaged values ('2026-11-20 01:00Z', 'limit');
      create extension postgres_fdw;
      create server away foreign data wrapper postgres_fdw options (host '127.0.0.1', port '1', dbname 'x');
      create user mapping for public server away options (user 'x', password 'y');
      create table bot.events (at timestamptz, type text) partition by range (at);
      create table bot.events_here partition of bot.events for values from ('2026-11-01') to ('2026-12-01');
      create foreign table bot.events_away partition of bot.events for values from ('2026-10-01') to ('2026-11-01') server away;
      insert into bot.events_here values ('2026-11-20 01:00Z', 'started')`),
    freshStore(),
  ]);
  await damage('bot.damaged');
  folder = await mappingFolderOf({
    heartbeat: 'select at, service from bot.beats',
    total: 'select at, name, value from bot.totals',
    price: 'select at, symbol, price from bot.prices',
    alert: 'select at, type as severity, type as text from bot.damaged',
    event: 'select at, type from bot.events',
  });
});

afterAll(async () => {
  await bot.run(
    `drop owned by ${bot.reader}; drop extension postgres_fdw cascade; grant usage on schema bot to ${bot.reader}`,
  );
  await Promise.all([bot.drop(), store.drop()]);
});

/** Writes over the first page of a table, as a bad disk would, and makes the server forget what it has of it. */
async function damage(table: string): Promise<void> {
  await bot.run('create extension pg_buffercache; checkpoint');
  const [found] = await bot.run(
    `select current_setting('data_directory') || '/' || pg_relation_filepath('${table}') as path`,
  );
  const file = await open(String(found?.['path']), 'r+');
  await file.write(Buffer.alloc(8_192, 0x5a), 0, 8_192, 0);
  await file.close();
  await bot.run(
    `select pg_buffercache_evict(bufferid) from pg_buffercache where relfilenode = pg_relation_filenode('${table}')`,
  );
}

function collect(queries: readonly Query[], more: Partial<CollectRequest> = {}): Promise<Collected> {
  return collectEvidence(
    requestOf(botOf({ mapping: folder, databaseUrl: bot.readerUrl }), queries, store.pool, {
      timeouts: { statementMs: 5_000, lockMs: 500, connectMs: 5_000 },
      ...more,
    }),
  );
}

const beats = queryOf('select h.at, h.service from @heartbeat h order by h.at', {
  id: 'beats',
  entities: ['heartbeat'],
});

test.each([
  [
    'a foreign partition whose server does not answer',
    queryOf('select e.type from @event e', { id: 'probe', entities: ['event'] }),
    { status: 'skipped', reason: 'source_failed' },
    /event\.sql does not run: another server that it stands on did not answer \(could not connect to server "away"\)/,
  ],
  [
    'a materialized view that was never filled',
    queryOf('select t.value from @total t', { id: 'probe', entities: ['total'] }),
    { status: 'skipped', reason: 'source_failed' },
    /total\.sql does not run: .*has not been populated; REFRESH MATERIALIZED VIEW fills it/,
  ],
  [
    'a view that fails at one of its rows',
    queryOf('select p.price from @price p', { id: 'probe', entities: ['price'] }),
    { status: 'error', reason: 'source_failed' },
    /a value of one of its rows cannot be computed \(invalid input syntax for type numeric: "a lot"\)/,
  ],
  [
    'a table whose file is damaged',
    queryOf('select a.text from @alert a', { id: 'probe', entities: ['alert'] }),
    { status: 'error', reason: 'source_failed' },
    /its file cannot be read \(invalid page in block 0 of relation .*\): see the log of its PostgreSQL, and restore/,
  ],
])('%s costs what needs it, named, and nothing else', async (_what, query, expected, says) => {
  const { evidence } = await collect([query, beats]);
  expect(evidence.sources.database.status).toBe('ok');
  expect(evidence.queries).toMatchObject([
    { id: 'probe', ...expected, error: expect.stringMatching(says) as unknown },
    { id: 'beats', status: 'ok', rowCount: 2 },
  ]);
});

test('another server that is away may come back: whoever is patient begins anew', async () => {
  const foreign = queryOf('select e.type from @event e', { id: 'foreign', entities: ['event'] });
  await expect(collect([foreign], { patient: true })).rejects.toThrow(SourceLost);
  await expect(collect([foreign], { patient: true })).rejects.toMatchObject({ code: '08001' });
});

const REFILLS = {
  truncated: 'begin; truncate bot.beats; insert into bot.beats select * from bot.kept; commit',
  rewritten: 'alter table bot.beats alter service type varchar(40)',
  replaced:
    'begin; create table bot.fresh as select * from bot.kept; alter table bot.beats rename to old; alter table bot.fresh rename to beats; commit',
};

test.each(Object.entries(REFILLS))(
  'a table that is %s between the snapshot and its reading looks empty, and is read anew',
  async (_what, refill) => {
    await bot.run('create table bot.kept as select * from bot.beats');
    const session = await openSession({ url: bot.readerUrl, bot: 'probe', timeouts: TIMEOUTS });
    const context = { url: bot.readerUrl, bot: 'probe', parameters: WINDOW };
    try {
      const mapping = await readMapping(folder);
      await mustBeUnchanged(session, mapping, context);
      await bot.run(refill);
      await bot.run(`grant select on all tables in schema bot to ${bot.reader}`);
      expect(await session.ask('select * from bot.beats')).toMatchObject({ ok: true, rows: [] });
      await expect(mustBeUnchanged(session, mapping, context)).rejects.toThrow(
        /^The database of bot probe at .* was changed while it was read: bot\.beats was emptied/,
      );
    } finally {
      await session.close();
      await bot.run('drop table bot.kept; drop table if exists bot.old cascade');
    }
    const { evidence } = await collect([beats]);
    expect(evidence.queries).toMatchObject([{ id: 'beats', status: 'ok', rowCount: 2 }]);
  },
);

test('a table that no mapping reads may be truncated meanwhile', async () => {
  const session = await openSession({ url: bot.readerUrl, bot: 'probe', timeouts: TIMEOUTS });
  await bot.run('truncate bot.kept_elsewhere');
  const context = { url: bot.readerUrl, bot: 'probe', parameters: WINDOW };
  await mustBeUnchanged(session, await readMapping(folder), context).finally(() => session.close());
});

/** What a role of the bot's may have set, to whatever end. */
const SETTINGS = {
  datestyle: 'SQL, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'Asia/Kolkata',
  timezone_abbreviations: 'Australia',
  bytea_output: 'escape',
  extra_float_digits: '-10',
  client_encoding: 'LATIN1',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  default_transaction_read_only: 'on',
  idle_in_transaction_session_timeout: '250ms',
  idle_session_timeout: '250ms',
  transaction_timeout: '250ms',
  lock_timeout: '1ms',
  exit_on_error: 'on',
  quote_all_identifiers: 'on',
  array_nulls: 'off',
  cursor_tuple_fraction: '0',
  gin_fuzzy_search_limit: '1',
  search_path: 'nowhere',
};

test('what its role has set changes no evidence', async () => {
  const readings = await mappingFolderOf({
    heartbeat: 'select at, service from bot.beats',
    state: `select at, type as name, kind::text || raw::text || value::text || (timestamp '2026-01-02 03:04')::text || ('2026-01-02 03:04 EST'::timestamptz)::text as value
      from bot.state`,
  });
  const queries = [
    queryOf('select s.value from @state s', { id: 'state', entities: ['state'] }),
    queryOf('select 1 / (h.at - h.at)::text::int as x from @heartbeat h', {
      id: 'fails',
      entities: ['heartbeat'],
    }),
    queryOf('select pg_sleep(0.4) is null as slept from @heartbeat h limit 1', {
      id: 'slow',
      entities: ['heartbeat'],
    }),
    beats,
  ];
  const asked = () =>
    collect(queries, { bot: botOf({ mapping: readings, databaseUrl: bot.readerUrl }) }).then(
      ({ evidence }) => evidence,
    );
  const plain = await asked();
  for (const [name, value] of Object.entries(SETTINGS))
    await bot.run(`alter role ${bot.reader} set ${name} = '${value}'`);
  try {
    const set = await asked();
    expect(set).toEqual(plain);
    expect(set.queries.map(({ status }) => status)).toEqual(['ok', 'error', 'ok', 'ok']);
  } finally {
    await bot.run(`alter role ${bot.reader} reset all`);
  }
});
