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
  expect(refusal).toContain('GRANT USAGE ON SCHEMA bot TO audit_reader; ');
  expect(refusal).toContain(
    'GRANT SELECT ON bot.beats, bot.prices, bot.prices_2026, bot.recent TO audit_reader',
  );
});

/** The statements of a refusal, as an administrator would copy them. */
async function mends(): Promise<readonly string[]> {
  const session = await openSession({ url: bot.readerUrl, bot: 'probe', timeouts: TIMEOUTS });
  try {
    return (await inspectRole(session, await readMapping(folder), WINDOW)).mends;
  } finally {
    await session.close();
  }
}

describe('a role that could change the bot in any way is refused, and what is printed mends it', () => {
  const group = (): string => `group_${bot.reader}`;
  /** The rights of a group, which the reader has only by SET ROLE. */
  const asGroup = (sql: string): string =>
    `create role ${group()}; ${sql}; grant ${group()} to ${bot.reader} with inherit false`;
  const without = (sql: string): string => `${sql}; drop owned by ${group()}; drop role ${group()}`;

  test.each<[string, () => string, RegExp, () => string]>([
    [
      'a table behind a view',
      () => `grant insert on bot.beats to ${bot.reader}`,
      /has INSERT on bot\.beats$/,
      () => '',
    ],
    [
      'the view itself',
      () => `grant delete on bot.recent to ${bot.reader}`,
      /DELETE on bot\.recent/,
      () => '',
    ],
    [
      'the parent of partitions',
      () => `grant truncate on bot.prices to ${bot.reader}`,
      /TRUNCATE on bot\.prices/,
      () => '',
    ],
    [
      'one partition',
      () => `grant update on bot.prices_2026 to ${bot.reader}`,
      /UPDATE on bot\.prices_2026/,
      () => '',
    ],
    [
      'one column',
      () => `grant update (service) on bot.beats to ${bot.reader}`,
      /UPDATE on bot\.beats/,
      () => '',
    ],
    ['a trigger', () => `grant trigger on bot.beats to ${bot.reader}`, /TRIGGER on bot\.beats/, () => ''],
    [
      'a table that the mapping does not read',
      () => `grant insert on bot.unrelated to ${bot.reader}`,
      /INSERT on bot\.unrelated/,
      () => '',
    ],
    [
      'a table by everybody’s rights',
      () => 'grant update on bot.unrelated to public',
      /UPDATE on bot\.unrelated, as everybody/,
      () => '',
    ],
    [
      'a sequence',
      () => `create sequence bot.ids; grant usage on sequence bot.ids to ${bot.reader}`,
      /has USAGE on bot\.ids/,
      () => 'drop sequence bot.ids',
    ],
    [
      'a group’s table',
      () => asGroup(`grant delete on bot.beats to ${group()}`),
      /DELETE on bot\.beats/,
      () => without('select 1'),
    ],
    [
      'a superuser by SET ROLE',
      () => asGroup(`alter role ${group()} superuser`),
      /may become .*, a superuser/,
      () => without(`alter role ${group()} nosuperuser`),
    ],
    ['new roles', () => `alter role ${bot.reader} createrole`, /may create roles/, () => ''],
    ['replication', () => `alter role ${bot.reader} replication`, /may replicate/, () => ''],
    [
      'programs of the server',
      () => `grant pg_execute_server_program to ${bot.reader}`,
      /pg_execute_server_program/,
      () => '',
    ],
    [
      'files of the server',
      () => `grant pg_write_server_files to ${bot.reader}`,
      /pg_write_server_files/,
      () => '',
    ],
    ['all data', () => `grant pg_write_all_data to ${bot.reader}`, /pg_write_all_data/, () => ''],
    ['sessions of others', () => `grant pg_signal_backend to ${bot.reader}`, /pg_signal_backend/, () => ''],
    [
      'a function with the rights of its owner',
      () =>
        `create function bot.wipe() returns void language sql security definer as 'delete from bot.beats'`,
      /may execute bot\.wipe\(\) with the rights of/,
      () => 'drop function bot.wipe()',
    ],
    [
      'a large object',
      () => `select lo_create(4711); grant update on large object 4711 to ${bot.reader}`,
      /may write large object 4711/,
      () => 'select lo_unlink(4711)',
    ],
  ])('%s', async (_what, grant, said, undo) => {
    await bot.run(grant());
    try {
      expect((await problems()).join('\n')).toMatch(said);
      for (const statement of await mends()) await bot.run(statement);
      expect(await problems()).toEqual([]);
    } finally {
      if (undo() !== '') await bot.run(undo());
    }
  });

  test('the owner of a table, of the schema, of the database; only a role of its own mends that', async () => {
    const [before] = await bot.run('select current_user as admin, current_database() as name');
    await bot.run(`alter table bot.beats owner to ${bot.reader}; alter schema bot owner to ${bot.reader};
      do $$ begin execute format('alter database %I owner to ${bot.reader}', current_database()); end $$`);
    try {
      const found = (await problems()).join('\n');
      for (const said of ['owns bot.beats', 'owns schema bot', `owns database ${String(before?.['name'])}`])
        expect(found).toContain(said);
      expect((await mends()).join()).toContain('CREATE ROLE audit_reader LOGIN');
    } finally {
      await bot.run(`reassign owned by ${bot.reader} to current_user; grant usage on schema bot to ${bot.reader};
        grant select on all tables in schema bot to ${bot.reader}`);
    }
  });
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
  await bot.run(`grant create on schema bot to ${bot.reader}; alter role ${bot.reader} createdb`);
  try {
    const said = await refused();
    expect(said).toContain(`role ${bot.reader} may create objects in schema bot`);
    expect(said).toContain('NOCREATEDB');
  } finally {
    await bot.run(`revoke create on schema bot from ${bot.reader}; alter role ${bot.reader} nocreatedb`);
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
