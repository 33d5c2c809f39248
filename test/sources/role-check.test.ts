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
  expect(refusal).toContain(
    'GRANT SELECT ON bot.beats, bot.prices, bot.prices_2026, bot.recent TO audit_reader',
  );
});

describe('a role that could change what the audit reads is refused', () => {
  test.each([
    ['a table behind a view', 'insert on bot.beats', 'INSERT on bot.beats'],
    ['the view itself', 'delete on bot.recent', 'DELETE on bot.recent'],
    ['the parent of partitions', 'truncate on bot.prices', 'TRUNCATE on bot.prices'],
    ['one partition', 'update on bot.prices_2026', 'UPDATE on bot.prices_2026'],
    ['one column', 'update (service) on bot.beats', 'UPDATE on bot.beats'],
  ])('%s', async (_what, privilege, said) => {
    await bot.run(`grant ${privilege} to ${bot.reader}`);
    try {
      expect((await problems()).join()).toContain(said);
    } finally {
      await bot.run(`revoke ${privilege} from ${bot.reader}`);
    }
  });

  test('the owner, also through membership that is not inherited', async () => {
    const owner = `owner_${bot.reader}`;
    await bot.run(`create role ${owner}; grant create, usage on schema bot to ${owner}; alter table bot.beats owner to ${owner};
      grant ${owner} to ${bot.reader} with inherit false`);
    try {
      expect((await problems()).join()).toContain('owns bot.beats');
    } finally {
      await bot.run(`reassign owned by ${owner} to current_user; drop owned by ${owner}; drop role ${owner}`);
    }
  });

  test('a member of pg_write_all_data', async () => {
    await bot.run(`grant pg_write_all_data to ${bot.reader}`);
    try {
      expect(await problems()).toEqual([expect.stringContaining('pg_write_all_data')]);
    } finally {
      await bot.run(`revoke pg_write_all_data from ${bot.reader}`);
    }
  });
});

test('a role with the same right on many tables is refused in one sentence, with one remedy', async () => {
  await bot.run(`grant insert on bot.beats, bot.recent, bot.prices, bot.prices_2026 to ${bot.reader}`);
  try {
    const refusal = await refused();
    expect(refusal).toContain(
      `role ${bot.reader} has INSERT on bot.beats, bot.prices, bot.prices_2026, bot.recent. Give`,
    );
    expect(refusal.match(/CREATE ROLE/g)).toHaveLength(1);
    expect(refusal).toMatch(/or set allowWritableRole: true for this bot, and the report will say so\.$/);
  } finally {
    await bot.run(`revoke insert on bot.beats, bot.recent, bot.prices, bot.prices_2026 from ${bot.reader}`);
  }
});

test('what it may do beside that is said, not refused', async () => {
  await bot.run(`grant create on schema bot to ${bot.reader}`);
  try {
    expect(await refused()).toContain(`role ${bot.reader} may create objects in schema bot`);
  } finally {
    await bot.run(`revoke create on schema bot from ${bot.reader}`);
  }
});

test('what the mapping does not read does not matter', async () => {
  await bot.run(`grant insert on bot.unrelated to ${bot.reader}`);
  expect(await problems()).toEqual([]);
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
