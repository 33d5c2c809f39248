import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Query } from '../../audit/query.ts';
import {
  collectEvidence,
  SourceLost,
  SourceRefused,
  type Collected,
  type CollectRequest,
} from '../../sources/collect.ts';
import {
  requestOf,
  botDatabase,
  botOf,
  freshStore,
  mappingFolderOf,
  queryOf,
  type BotDatabase,
} from './support.ts';

let bot: BotDatabase;
let folder: string;
let store: Awaited<ReturnType<typeof freshStore>>;

beforeAll(async () => {
  [bot, store] = await Promise.all([
    botDatabase(`create table bot.beats (at timestamptz, service text);
      insert into bot.beats values ('2026-11-20 01:00Z', 'main');
      create table bot.events (at timestamptz, type text);
      insert into bot.events values ('2026-11-20 01:00Z', 'started')`),
    freshStore(),
  ]);
  folder = await mappingFolderOf({
    heartbeat: 'select at, service from bot.beats',
    event: 'select at, type from bot.events',
  });
});

afterAll(async () => {
  await Promise.all([bot.drop(), store.drop()]);
});

const sleeps = queryOf('select pg_sleep(20), h.at from @heartbeat h', {
  id: 'sleeps',
  entities: ['heartbeat'],
});
const events = queryOf('select e.type from @event e', { id: 'events', entities: ['event'] });

function collect(
  queries: readonly Query[],
  url: string,
  more: Partial<CollectRequest> = {},
): Promise<Collected> {
  return collectEvidence(requestOf(botOf({ mapping: folder, databaseUrl: url }), queries, store.pool, more));
}

const FAST = { statementMs: 300, lockMs: 100, connectMs: 2_000 };

async function sleepingBackend(): Promise<number> {
  for (;;) {
    const rows = await bot.run(
      `select pid from pg_stat_activity where usename = '${bot.reader}' and application_name = 'production-audit' and wait_event = 'PgSleep'`,
    );
    if (rows[0]) return Number(rows[0]['pid']);
  }
}

test('a statement that takes too long fails alone', async () => {
  const { evidence } = await collect([sleeps, events], bot.readerUrl, { timeouts: FAST });
  expect(evidence.queries).toMatchObject([
    {
      id: 'sleeps',
      status: 'error',
      reason: 'source_failed',
      error: expect.stringContaining('keep the database busy'),
    },
    { id: 'events', status: 'ok', rowCount: 1 },
  ]);
});

test('a table that the bot has locked fails alone and soon', async () => {
  const locker = new pg.Client({ connectionString: bot.adminUrl });
  await locker.connect();
  await locker.query('begin; lock table bot.events in access exclusive mode');
  try {
    const beats = queryOf('select h.at from @heartbeat h', { id: 'beats', entities: ['heartbeat'] });
    const { evidence } = await collect([events, beats], bot.readerUrl, {
      timeouts: { ...FAST, statementMs: 5_000 },
    });
    expect(evidence.queries).toMatchObject([
      {
        id: 'events',
        status: 'skipped',
        reason: 'source_failed',
        error: expect.stringContaining('lock timeout'),
      },
      { id: 'beats', status: 'ok', rowCount: 1 },
    ]);
  } finally {
    await locker.end();
  }
});

test('a cut connection loses the whole bundle', async () => {
  const collecting = collect([events, sleeps], bot.readerUrl);
  const outcome = expect(collecting).rejects.toThrow(SourceLost);
  await bot.run(`select pg_terminate_backend(${String(await sleepingBackend())})`);
  await outcome;
});

test('cancelling reaches the query on the server', async () => {
  const controller = new AbortController();
  const collecting = collect([sleeps], bot.readerUrl, { signal: controller.signal });
  const outcome = expect(collecting).rejects.toThrow('stopped by hand');
  const pid = await sleepingBackend();
  controller.abort(new Error('stopped by hand'));
  await outcome;
  const deadline = Date.now() + 15_000;
  let left = true;
  while (left && Date.now() < deadline) {
    left =
      (await bot.run(`select 1 from pg_stat_activity where pid = ${String(pid)} and state = 'active'`))
        .length > 0;
  }
  expect(left).toBe(false);
});

test.each([
  [
    'a wrong password',
    (url: URL) => {
      url.password = 'canary-secret';
    },
    SourceRefused,
    'refused the login',
  ],
  [
    'no such database',
    (url: URL) => {
      url.pathname = '/nowhere';
    },
    SourceRefused,
    'no such database',
  ],
  [
    'nobody listening',
    (url: URL) => {
      url.port = '1';
    },
    SourceLost,
    'could not be reached',
  ],
])('%s is told without the password', async (_what, change, kind, said) => {
  const url = new URL(bot.readerUrl);
  url.password = 'canary-secret';
  if (said !== 'refused the login') url.password = 'reader-secret';
  change(url);
  const error = await collect([events], url.href).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(kind);
  expect(String(error)).toContain(said);
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/canary-secret|reader-secret/);
});

test('an address that is none is refused without repeating it', async () => {
  const error = await collect([events], 'postgres://u:canary-secret@[bad').catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SourceRefused);
  expect(String(error)).not.toContain('canary-secret');
});

test('a bot whose database is our store is refused, by address and by identity', async () => {
  const byAddress = collect([events], store.url, { storeUrl: store.url });
  await expect(byAddress).rejects.toThrow('are one database');
  await expect(collect([events], store.url)).rejects.toThrow('are one database');
});
