import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TIMEOUTS } from '../../sources/database/connect.ts';
import { readMapping } from '../../sources/database/mapping.ts';
import { inspectRole } from '../../sources/database/role-check.ts';
import { openSession } from '../../sources/database/session.ts';
import { indirectPowers, type PowerRow as Row } from './role-powers-rows.ts';
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

interface Found {
  readonly problems: readonly string[];
  /** The statements of a refusal, as an administrator would copy them. */
  readonly mends: readonly string[];
}

async function found(): Promise<Found> {
  const session = await openSession({ url: bot.readerUrl, bot: 'probe', timeouts: TIMEOUTS });
  try {
    return await inspectRole(session, await readMapping(folder), WINDOW);
  } finally {
    await session.close();
  }
}

const granted = (what: string, right: string, on: string): Row => [
  what,
  () => `grant ${right} on ${on} to ${bot.reader}`,
  RegExp(`has ${right.replace(/ .*/, '').toUpperCase()} on ${on.replace('.', String.raw`\.`)}$`),
  () => '',
];

describe('a role that could change the bot in any way is refused, and what is printed mends it', () => {
  const group = (): string => `group_${bot.reader}`;
  /** The rights of a group, which the reader has only by SET ROLE. */
  const asGroup = (sql: string): string =>
    `create role ${group()}; ${sql}; grant ${group()} to ${bot.reader} with inherit false`;
  const without = (sql: string): string => `${sql}; drop owned by ${group()}; drop role ${group()}`;

  test.each<Row>([
    granted('a table behind a view', 'insert', 'bot.beats'),
    granted('the view itself', 'delete', 'bot.recent'),
    granted('the parent of partitions', 'truncate', 'bot.prices'),
    granted('one partition', 'update', 'bot.prices_2026'),
    granted('one column', 'update (service)', 'bot.beats'),
    granted('a trigger', 'trigger', 'bot.beats'),
    granted('a table that the mapping does not read', 'insert', 'bot.unrelated'),
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
    ...'execute_server_program write_server_files write_all_data signal_backend maintain create_subscription'
      .split(' ')
      .map((name): Row => {
        const role = `pg_${name}`;
        return [role, () => `grant ${role} to ${bot.reader}`, RegExp(`is a member of ${role}`), () => ''];
      }),
    [
      'all data through a chain of groups that nobody inherits from',
      () =>
        `create role ${group()}; create role ${group()}_2; grant pg_write_all_data to ${group()}_2;
         grant ${group()}_2 to ${group()} with inherit false; grant ${group()} to ${bot.reader} with inherit false`,
      /is a member of pg_write_all_data/,
      () => `drop role ${group()}; drop role ${group()}_2`,
    ],
    [
      'a group’s table that is inherited and cannot be set',
      () =>
        `create role ${group()}; grant update on bot.beats to ${group()}; grant ${group()} to ${bot.reader} with inherit true, set false`,
      /UPDATE on bot\.beats/,
      () => without('select 1'),
    ],
    [
      'a group that it may let itself into',
      () =>
        `create role ${group()}; grant update on bot.beats to ${group()};
         grant ${group()} to ${bot.reader} with admin true, inherit false, set false`,
      /UPDATE on bot\.beats/,
      () => without('select 1'),
    ],
    [
      'setval of a sequence',
      () => `create sequence bot.ids; grant update on sequence bot.ids to ${bot.reader}`,
      /has UPDATE on bot\.ids/,
      () => 'drop sequence bot.ids',
    ],
    [
      'a view with the rights of who asks',
      () => `create view bot.asked with (security_invoker) as select * from bot.unrelated;
        grant update on bot.asked to ${bot.reader}`,
      /UPDATE on bot\.asked/,
      () => 'drop view bot.asked',
    ],
    [
      'an operator with the rights of its owner',
      () => `create function bot.wiped(int, int) returns int language sql security definer as 'delete from bot.beats; select 1';
        create operator bot.@@@ (leftarg = int, rightarg = int, function = bot.wiped)`,
      /may execute bot\.wiped\(integer,integer\) with the rights of/,
      () => 'drop function bot.wiped(int, int) cascade',
    ],
    [
      'a cast with the rights of its owner',
      () => `create type bot.word as enum ('x');
        create function bot.casted(bot.word) returns int language sql security definer as 'delete from bot.beats; select 1';
        create cast (bot.word as int) with function bot.casted(bot.word)`,
      /may execute bot\.casted\(bot\.word\) with the rights of/,
      () => 'drop type bot.word cascade',
    ],
    [
      'a foreign table',
      () => `create foreign data wrapper far; create server there foreign data wrapper far;
        create foreign table bot.away (x int) server there; grant insert on bot.away to ${bot.reader}`,
      /INSERT on bot\.away/,
      () => 'drop foreign data wrapper far cascade',
    ],
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
    [
      'a large object of a group',
      () => `select lo_create(4712); ${asGroup(`grant update on large object 4712 to ${group()}`)}`,
      /may write large object 4712/,
      () => without('select lo_unlink(4712)'),
    ],
    [
      'every large object',
      () => `select lo_create(4713); do $$ begin
        execute format('alter database %I set lo_compat_privileges = on', current_database()); end $$`,
      /may write every large object/,
      () => 'select lo_unlink(4713)',
    ],
    [
      'a table of another schema',
      () =>
        `create schema other; create table other.accounts (x int); grant usage on schema other to ${bot.reader};
         grant update (x) on other.accounts to ${bot.reader}`,
      /UPDATE on other\.accounts/,
      () => 'drop schema other cascade',
    ],
    [
      'a group’s function with the rights of its owner',
      () =>
        asGroup(`create function bot.wipe() returns void language sql security definer as 'delete from bot.beats';
         revoke execute on function bot.wipe() from public; grant execute on function bot.wipe() to ${group()};
         grant usage on schema bot to ${group()}`),
      /may execute bot\.wipe\(\) with the rights of/,
      () => without('drop function bot.wipe()'),
    ],
    [
      'a procedure with the rights of its owner',
      () => `create procedure bot.wipe() language sql security definer as 'delete from bot.beats'`,
      /may execute bot\.wipe\(\) with the rights of/,
      () => 'drop procedure bot.wipe()',
    ],
    [
      'a trigger that runs with the rights of its owner, on a table of the role',
      () => `create function bot.note() returns trigger language plpgsql security definer as
        'begin insert into bot.beats values (now(), new.service); return new; end'`,
      /may execute bot\.note\(\) with the rights of/,
      () => 'drop function bot.note()',
    ],
    [
      'a function in a language without limits',
      () => `create language boundless handler plpgsql_call_handler;
        create function bot.anything() returns void language boundless as 'begin end'`,
      /may execute bot\.anything\(\) in boundless/,
      () => 'drop language boundless cascade',
    ],
    [
      'a function of the server that writes its files',
      () => `grant execute on function lo_export(oid, text) to ${bot.reader}`,
      /may execute lo_export\(oid,text\)$/,
      () => '',
    ],
    [
      'a function that others run',
      () =>
        `create function bot.helper() returns int language sql as 'select 1'; ${asGroup(`alter function bot.helper() owner to ${group()}`)}`,
      /owns function bot\.helper\(\)/,
      () => without('drop function bot.helper()'),
    ],
    [
      'a type of the bot',
      () => `create type bot.word as enum ('x'); ${asGroup(`alter type bot.word owner to ${group()}`)}`,
      /owns type bot\.word/,
      () => without('drop type bot.word'),
    ],
    [
      'another server, by credentials that are stored',
      () => `create foreign data wrapper far; create server there foreign data wrapper far;
        create user mapping for public server there; grant usage on foreign server there to ${bot.reader}`,
      /may use foreign server there as its user public/,
      () => 'drop foreign data wrapper far cascade',
    ],
    ...indirectPowers(() => bot),
    [
      'a parameter of the server',
      () => `grant alter system on parameter archive_command to ${bot.reader}`,
      /may ALTER SYSTEM archive_command/,
      () => '',
    ],
  ])('%s', async (_what, grant, said, undo) => {
    await bot.run(grant());
    try {
      const { problems, mends } = await found();
      expect(problems.join('\n')).toMatch(said);
      for (const statement of mends) await bot.run(statement);
      expect((await found()).problems).toEqual([]);
    } finally {
      if (undo() !== '') await bot.run(undo());
    }
  });

  test('the owner of a table, of the schema, of the database; only a role of its own mends that', async () => {
    const [before] = await bot.run('select current_user as admin, current_database() as name');
    await bot.run(`alter table bot.beats owner to ${bot.reader}; alter schema bot owner to ${bot.reader};
      do $$ begin execute format('alter database %I owner to ${bot.reader}', current_database()); end $$`);
    try {
      const { problems, mends } = await found();
      for (const said of ['owns bot.beats', 'owns schema bot', `owns database ${String(before?.['name'])}`])
        expect(problems.join('\n')).toContain(said);
      // A free name: roles belong to the whole server, on which other tests have theirs.
      const name = /CREATE ROLE (audit_reader\w*) LOGIN/.exec(mends.join())?.[1] ?? 'none';
      // As printed; within a transaction, so that the role goes again.
      await bot.run(`begin; ${mends.join('; ')}; set local role ${name};
        select from bot.beats, bot.recent, bot.prices, bot.prices_2026; rollback`);
    } finally {
      await bot.run(`reassign owned by ${bot.reader} to current_user; grant usage on schema bot to ${bot.reader};
        grant select on all tables in schema bot to ${bot.reader}`);
    }
  });
});
