import type { BotDatabase } from './support.ts';

/** What is granted, the SQL, what is said of it, and the SQL that takes it back beyond what was printed. */
export type PowerRow = [string, () => string, RegExp, () => string];

/** Powers that no list of grants of the role itself shows, or whose plain REVOKE takes nothing back. */
export function indirectPowers(bot: () => BotDatabase): readonly PowerRow[] {
  const group = (): string => `group_${bot().reader}`;
  /** One more than a sentence names. */
  const many = (sql: (table: string) => string): string =>
    [1, 2, 3, 4, 5].map((n) => sql(`bot.many_${String(n)}`)).join('; ');
  const without = (): string => `drop owned by ${group()}; drop role ${group()}`;
  return [
    [
      'a foreign key to a table, which keeps the bot from deleting rows',
      () => `grant references on bot.beats to ${bot().reader}`,
      /has REFERENCES on bot\.beats/,
      () => '',
    ],
    [
      'an aggregate whose step runs with the rights of its owner, which asks nobody',
      () => `create function bot.step(int, int) returns int language plpgsql security definer as 'begin delete from bot.beats; return 1; end';
        revoke execute on function bot.step from public; create aggregate bot.wiped(int) (sfunc = bot.step, stype = int)`,
      /may execute bot\.wiped\(integer\) with the rights of/,
      () => 'drop aggregate bot.wiped(int); drop function bot.step',
    ],
    ...Object.entries({
      view: `create function hidden.wipe() returns int language sql security definer as 'delete from bot.beats; select 1';
        create view bot.wiping as select hidden.wipe()`,
      domain: `create function hidden.wipe(int) returns boolean language sql security definer as 'delete from bot.beats; select true';
        create domain bot.wiping as int check (hidden.wipe(value))`,
      policy: `create function hidden.wipe() returns boolean language sql security definer as 'delete from bot.beats; select true';
        create policy wiping on bot.unrelated using (hidden.wipe())`,
    }).map(([caller, sql]): PowerRow => [
      `a function of a schema that the role may not use, by a ${caller}`,
      () => `create schema hidden; ${sql}`,
      /may execute hidden\.wipe\(.*\) with the rights of/,
      () => 'drop schema hidden cascade',
    ]),
    [
      'a comparison with the rights of its owner, which sorting asks nobody for',
      () => `create type bot.pair as (x int); create function bot.compared(bot.pair, bot.pair) returns int
          language plpgsql security definer as 'begin delete from bot.beats; return 0; end';
        revoke execute on function bot.compared from public;
        create operator class bot.pairs for type bot.pair using btree as function 1 bot.compared(bot.pair, bot.pair)`,
      /may sort by bot\.compared\(bot\.pair,bot\.pair\) with the rights of/,
      () => 'drop type bot.pair cascade',
    ],
    [
      'a function of the server under another name',
      () => `create function bot.put(oid, text) returns int language internal as 'be_lo_export'`,
      /may execute bot\.put\(oid,text\) in internal, a language without limits/,
      () => 'drop function bot.put',
    ],
    [
      'more functions than a sentence names',
      () => `do $do$ begin for i in 1..60 loop
        execute format($$create function bot.wipe%s() returns int language sql security definer as 'select 1'$$, i); end loop; end $do$`,
      /may execute bot\.wipe1\(\), .* and 56 more with the rights of/,
      () =>
        `do $$ begin for i in 1..60 loop execute format('drop function bot.wipe%s()', i); end loop; end $$`,
    ],
    [
      'more large objects than a sentence names',
      () => `do $$ begin for i in 8000..8059 loop perform lo_create(i);
        execute format('grant update on large object %s to ${bot().reader}', i); end loop; end $$`,
      /may write large object 8000, .* and 56 more/,
      () => 'select lo_unlink(i) from generate_series(8000, 8059) i',
    ],
    ...['insert on bot.beats', 'update (service) on bot.beats', 'pg_write_all_data'].map(
      (right): PowerRow => {
        const passing = right.startsWith('pg_') ? 'admin' : 'grant';
        return [
          `${right} that another gave who is not its owner`,
          () => `create role ${group()}; grant usage on schema bot to ${group()}; grant ${right} to ${group()} with ${passing} option;
          set role ${group()}; grant ${right} to ${bot().reader}; reset role`,
          /has (?:INSERT|UPDATE \(service\)) on bot\.beats|is a member of pg_write_all_data/,
          () => without(),
        ];
      },
    ),
    [
      'rights on many tables that another gave who has none on the rest of their schema, nor on the schema itself',
      () => `create role ${group()}; ${many((table) => `create table ${table} (x int)`)};
        grant usage on schema bot to ${group()}; ${many((table) => `grant update (x) on ${table} to ${group()} with grant option`)};
        set role ${group()}; ${many((table) => `grant update (x) on ${table} to ${bot().reader}`)}; reset role;
        revoke usage on schema bot from ${group()}`,
      /has UPDATE \(x\) on bot\.many_1, .* and 1 more/,
      () => `${many((table) => `drop table ${table}`)}; ${without()}`,
    ],
    [
      'a right of who logged in, behind another role that the session begins with',
      () => `create role ${group()}; grant usage on schema bot to ${group()}; grant ${group()} to ${bot().reader};
        grant select on all tables in schema bot to ${group()}; alter role ${bot().reader} set role = ${group()};
        grant insert on bot.beats to ${bot().reader}`,
      /has INSERT on bot\.beats/,
      () => `alter role ${bot().reader} reset role; ${without()}`,
    ],
    [
      'a function that resets what an extension counts',
      () =>
        `create extension pg_stat_statements; grant execute on function pg_stat_statements_reset to ${bot().reader}`,
      /may execute .*pg_stat_statements_reset\(/,
      () => 'drop extension pg_stat_statements',
    ],
    [
      'a right that the role gave to others',
      () => `create role ${group()}; grant insert on bot.beats to ${bot().reader} with grant option;
        set role ${bot().reader}; grant insert on bot.beats to ${group()}; reset role`,
      /has INSERT on bot\.beats/,
      () => without(),
    ],
    [
      'a search path on which functions of the bot come first',
      () => `create function bot.pg_has_role(name, oid, text) returns boolean language sql as 'select false';
        alter role ${bot().reader} set search_path = bot, pg_catalog; grant insert on bot.beats to ${bot().reader}`,
      /has INSERT on bot\.beats/,
      () => `drop function bot.pg_has_role; alter role ${bot().reader} reset search_path`,
    ],
    ...['session_preload_libraries', 'zero_damaged_pages', 'max_stack_depth', 'session_replication_role'].map(
      (name): PowerRow => [
        `SET of ${name}`,
        () => `grant set on parameter ${name} to ${bot().reader}`,
        RegExp(`may SET ${name}`),
        () => '',
      ],
    ),
  ];
}
