import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TIMEOUTS } from '../../sources/database/connect.ts';
import { readMapping } from '../../sources/database/mapping.ts';
import { inspectRole, refuseWritableRole } from '../../sources/database/role-check.ts';
import { openSession } from '../../sources/database/session.ts';
import { SourceRefused } from '../../sources/errors.ts';
import { botDatabase, mappingFolderOf, WINDOW, type BotDatabase } from './support.ts';

let bot: BotDatabase;
let folder: string;

beforeAll(async () => {
  bot = await botDatabase(`
    create table bot.beats (at timestamptz, service text);
    create view bot.recent as select at, service from bot.beats;
    create table bot.prices (symbol text, at timestamptz, price numeric) partition by range (at);
    create table bot.prices_2026 partition of bot.prices for values from ('2026-01-01') to ('2027-01-01');
    create table bot.unrelated (at timestamptz)`);
  folder = await mappingFolderOf({
    heartbeat: 'select r.at, r.service from bot.recent as r where r.at >= :from',
    price: 'select symbol, at, price from bot.prices',
  });
});

afterAll(() => bot.drop());

async function problems(url = bot.readerUrl): Promise<readonly string[]> {
  const session = await openSession({ url, bot: 'probe', timeouts: TIMEOUTS });
  try {
    return (await inspectRole(session, await readMapping(folder), WINDOW)).problems;
  } finally {
    await session.close();
  }
}

async function refused(url = bot.readerUrl): Promise<string> {
  const session = await openSession({ url, bot: 'probe', timeouts: TIMEOUTS });
  try {
    const context = { bot: 'probe', allowed: false, parameters: WINDOW };
    return await refuseWritableRole(session, await readMapping(folder), context).then(String, String);
  } finally {
    await session.close();
  }
}

test('a role that only selects is accepted', async () => {
  expect(await problems()).toEqual([]);
});

test('a superuser is refused, and told what to do instead', async () => {
  const refusal = await refused(bot.adminUrl);
  expect(refusal).toContain('is a superuser');
  // Another test may have a role of this name on the server: then another one is free.
  expect(refusal).toMatch(/GRANT USAGE ON SCHEMA bot TO audit_reader\w*; /);
  expect(refusal).toMatch(
    /GRANT SELECT ON bot\.beats, bot\.prices, bot\.prices_2026, bot\.recent TO audit_reader\w*/,
  );
});

test('a superuser that begins as a role which only reads is refused', async () => {
  const behind = Object.assign(new URL(bot.adminUrl), { search: `?options=-c%20role%3D${bot.reader}` });
  expect(await refused(behind.href)).toMatch(/role postgres is a superuser/);
});

test('what a refusal tells an administrator to run is enough', async () => {
  const mends = /An administrator of it runs: (.*); or set allowWritableRole/.exec(
    await refused(bot.adminUrl),
  );
  const own = /CREATE ROLE (\w+) LOGIN/.exec(mends?.[1] ?? '')?.[1] ?? 'none';
  const url = new URL(bot.adminUrl);
  url.username = own;
  try {
    await bot.run(mends?.[1] ?? '');
    // How a role proves who it is, is the administrator's.
    await bot.run(`alter role ${own} password 'own-secret'`);
    url.password = 'own-secret';
    expect(await problems(url.href)).toEqual([]);
    const session = await openSession({ url: url.href, bot: 'probe', timeouts: TIMEOUTS });
    const read = await session.ask('select * from bot.recent, bot.prices');
    await session.close();
    expect(read).toMatchObject({ ok: true });
  } finally {
    await bot.run(`drop owned by ${own}; drop role ${own}`);
  }

  await bot.run(
    `grant insert, delete on bot.beats to ${bot.reader}; grant update (at) on bot.prices to ${bot.reader}`,
  );
  try {
    const [, revokes = ''] =
      /An administrator of it runs: (.*); or set allowWritableRole/.exec(await refused()) ?? [];
    await bot.run(revokes);
    expect(await problems()).toEqual([]);
  } finally {
    await bot.run(`revoke insert, delete on bot.beats from ${bot.reader};
      revoke update (at) on bot.prices from ${bot.reader}`);
  }
});

test('a role with the same right on many tables is refused in one sentence, with one remedy', async () => {
  await bot.run(`grant insert on all tables in schema bot to ${bot.reader}`);
  try {
    const refusal = await refused();
    expect(refusal).toContain(
      `role ${bot.reader} has INSERT on bot.beats, bot.prices, bot.prices_2026, bot.recent and 1 more. An`,
    );
    expect(refusal).toContain(`REVOKE INSERT ON ALL TABLES IN SCHEMA bot FROM ${bot.reader}; or set`);
    expect(refusal).toMatch(/or set allowWritableRole: true for this bot, and the report will say so\.$/);
  } finally {
    await bot.run(`revoke insert on all tables in schema bot from ${bot.reader}`);
  }
});

test('what it may do beside that is said, not refused', async () => {
  await bot.run(`grant create on schema bot to ${bot.reader}; alter role ${bot.reader} createdb;
    grant pg_read_server_files, pg_checkpoint, pg_use_reserved_connections to ${bot.reader};
    alter default privileges in schema bot grant select, insert on tables to ${bot.reader};
    grant execute on function pg_read_file(text) to ${bot.reader}`);
  await bot.run(`create database other_${bot.reader} owner ${bot.reader}`);
  try {
    const said = await refused();
    for (const part of [
      'may create temporary tables',
      `may create objects in schema bot: REVOKE CREATE ON SCHEMA bot FROM ${bot.reader}`,
      'NOCREATEDB',
      `which reads files of the server: REVOKE pg_read_server_files FROM ${bot.reader}`,
      `which may order checkpoints: REVOKE pg_checkpoint FROM ${bot.reader}`,
      `pg_read_file(text), which reads files of the server: REVOKE EXECUTE ON FUNCTION pg_read_file(text) FROM ${bot.reader}`,
      `owns database other_${bot.reader}, which is not the bot's: ALTER DATABASE other_${bot.reader} OWNER TO `,
      `kept for others: REVOKE pg_use_reserved_connections FROM ${bot.reader}`,
      /will have INSERT on what \w+ creates: ALTER DEFAULT PRIVILEGES FOR ROLE \w+ IN SCHEMA bot REVOKE INSERT ON TABLES/,
    ])
      expect(said).toMatch(part);
    // What it says is a statement, and one that takes the power away.
    const [, revoke = '', from = ''] =
      /tables: (REVOKE TEMPORARY (ON DATABASE \S+) FROM PUBLIC)/.exec(said) ?? [];
    await bot.run(revoke);
    expect(await refused()).not.toContain('temporary tables');
    await bot.run(`grant temporary ${from} to public`);
  } finally {
    await bot.run(`revoke create on schema bot from ${bot.reader}; alter role ${bot.reader} nocreatedb;
      revoke pg_read_server_files, pg_checkpoint, pg_use_reserved_connections from ${bot.reader};
      alter default privileges in schema bot revoke all on tables from ${bot.reader};
      revoke execute on function pg_read_file(text) from ${bot.reader}`);
    await bot.run(`drop database other_${bot.reader}`);
  }
});

test('the refusal names the override, and the override lets it pass', async () => {
  const session = await openSession({ url: bot.adminUrl, bot: 'probe', timeouts: TIMEOUTS });
  const mapping = await readMapping(folder);
  try {
    const refused = refuseWritableRole(session, mapping, {
      bot: 'probe',
      allowed: false,
      parameters: WINDOW,
    });
    await expect(refused).rejects.toThrow(SourceRefused);
    await expect(refused).rejects.toThrow('allowWritableRole: true');
    await refuseWritableRole(session, mapping, { bot: 'probe', allowed: true, parameters: WINDOW });
  } finally {
    await session.close();
  }
});

test('the session itself cannot write, whatever the role may do', async () => {
  const session = await openSession({ url: bot.adminUrl, bot: 'probe', timeouts: TIMEOUTS });
  try {
    const answer = await session.ask("insert into bot.beats values (now(), 'x') returning 1");
    expect(answer).toMatchObject({ ok: false, code: '25006' });
  } finally {
    await session.close();
  }
});

test.each([
  ['update bot.beats set service = null'],
  ['delete from bot.beats'],
  ['truncate bot.beats'],
  ['create temp table t (x int)'],
  ['create table bot.mine (x int)'],
  ["copy bot.beats to program 'true'"],
  ["select pg_read_file('/etc/hostname')"],
  ["select lo_import('/etc/hostname')"],
  ['select 1; select 2'],
  ['set transaction read write'],
])('the reader cannot: %s', async (sql) => {
  const session = await openSession({ url: bot.readerUrl, bot: 'probe', timeouts: TIMEOUTS });
  try {
    expect(await session.ask(sql)).toMatchObject({ ok: false });
    expect(await session.ask('select 1 as one')).toMatchObject({ ok: true });
  } finally {
    await session.close();
  }
});

describe('tables with row-level security are named, whoever is held off by it', () => {
  async function warnings(): Promise<readonly string[]> {
    const session = await openSession({ url: bot.readerUrl, bot: 'probe', timeouts: TIMEOUTS });
    try {
      return (await inspectRole(session, await readMapping(folder), WINDOW)).warnings;
    } finally {
      await session.close();
    }
  }

  test.each([
    ['NOBYPASSRLS', 'may read only some rows of bot.beats (row-level security), so they are not read'],
    ['BYPASSRLS', 'reads bot.beats past row-level security'],
  ])('%s', async (attribute, expected) => {
    await bot.run(`alter table bot.beats enable row level security; alter role ${bot.reader} ${attribute}`);
    try {
      const named = (await warnings()).filter((warning) => warning.includes('row-level security'));
      expect(named).toEqual([`role ${bot.reader} ${expected}`]);
    } finally {
      await bot.run(`alter table bot.beats disable row level security; alter role ${bot.reader} NOBYPASSRLS`);
    }
    expect((await warnings()).join()).not.toContain('row-level security');
  });
});
