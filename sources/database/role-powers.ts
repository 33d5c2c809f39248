import { SourceRefused } from '../errors.ts';
import type { Row, Session } from './session.ts';
import { quoteLiteral } from './sql-text.ts';

/** One thing that a role can do beside reading. */
export interface Power {
  /** `is a member of pg_write_all_data`. */
  readonly what: string;
  /** The statement that takes it away; null where only a role of its own helps. */
  readonly mend: string | null;
}

/** The role itself and each that it is a member of: what SET ROLE gives counts, inherited or not. */
export const ROLES = `roles as (
  select r.*, r.rolname = current_user as is_self,
    (select string_agg(format('REVOKE %I FROM %I', d.rolname, current_user), '; ' order by d.rolname)
     from pg_catalog.pg_auth_members m join pg_catalog.pg_roles d on d.oid = m.roleid
     where m.member = (select oid from pg_catalog.pg_roles where rolname = current_user)
       and pg_has_role(d.oid, r.oid, 'MEMBER')) as leave
  from pg_catalog.pg_roles r where pg_has_role(current_user, r.oid, 'MEMBER')
)`;

/** Roles of the server whose members write, run programs, or disturb the sessions of others. */
const WRITING = [
  'pg_write_all_data',
  'pg_write_server_files',
  'pg_execute_server_program',
  'pg_signal_backend',
  'pg_signal_autovacuum_worker',
  'pg_maintain',
  'pg_create_subscription',
];

/** Who a grant reaches this role by, and how it is taken back. */
const TAKEN_BACK = `case when a.grantee = 0 then 'PUBLIC' when g.is_self then quote_ident(g.rolname) end as grantee,
  case when a.grantee <> 0 and not g.is_self then g.leave end as leave`;

/** Whether the role is a superuser, whatever else it may do. */
export async function isSuperuser(session: Session): Promise<boolean> {
  const [row] = await rowsOf(
    session,
    `select rolsuper as yes from pg_catalog.pg_roles where rolname = current_user`,
  );
  return row?.['yes'] === true;
}

/** What the role may do to this server and to every table that it can reach, without trying any of it. */
export async function writingPowers(session: Session, schemas: readonly string[]): Promise<readonly Power[]> {
  const attributes = await rowsOf(
    session,
    `with ${ROLES}, found as (
       select 1 as n, format('may become %s, a superuser', rolname) as what, leave as mend from roles where rolsuper
       union all select 2, format('is a member of %s', rolname), leave from roles
         where rolname in (${WRITING.map(quoteLiteral).join(', ')})
       union all select 3, 'may create roles' || via, coalesce(leave, format('ALTER ROLE %I NOCREATEROLE', rolname))
         from roles, lateral (select case when is_self then '' else ' as ' || rolname end as via) v where rolcreaterole
       union all select 4, 'may replicate' || via, coalesce(leave, format('ALTER ROLE %I NOREPLICATION', rolname))
         from roles, lateral (select case when is_self then '' else ' as ' || rolname end as via) v where rolreplication
       union all select 5, 'owns database ' || d.datname, r.leave
         from pg_catalog.pg_database d join roles r on r.oid = d.datdba where d.datname = current_database()
       union all select 6, 'owns schema ' || n.nspname, r.leave
         from pg_catalog.pg_namespace n join roles r on r.oid = n.nspowner where n.nspname !~ '^pg_'
     ) select what, mend from found order by n, what`,
  );
  const relations = await rowsOf(
    session,
    `with ${ROLES}, tables as (
       select c.oid, c.relacl, c.relowner, c.relkind, n.oid::regnamespace::text as nspname from pg_catalog.pg_class c
       join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and (n.oid::regnamespace::text in (${listOf(schemas)})
         or n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
           and exists (select 1 from roles u where has_schema_privilege(u.oid, n.oid, 'USAGE')))
     ), grants as (
       select t.*, a.grantee, a.privilege_type from tables t, aclexplode(t.relacl) a
       union all select t.*, a.grantee, a.privilege_type from tables t join pg_catalog.pg_attribute c on c.attrelid = t.oid, aclexplode(c.attacl) a
     )
     select t.oid::regclass::text as relation, t.nspname as schema, t.relkind = 'S' as sequence, null::text as granted, null::text as grantee, r.leave
     from tables t join roles r on r.oid = t.relowner
     union all
     select a.oid::regclass::text, a.nspname, a.relkind = 'S', string_agg(distinct a.privilege_type, ', ' order by a.privilege_type), ${TAKEN_BACK}
     from grants a left join roles g on g.oid = a.grantee
     where (a.grantee = 0 or g.oid is not null) and a.grantee <> a.relowner
       and (a.privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'MAINTAIN')
         or (a.relkind = 'S' and a.privilege_type = 'USAGE'))
     group by a.oid, a.nspname, a.relkind, a.grantee, g.is_self, g.rolname, g.leave
     order by 1`,
  );
  return [...attributes.map(powerOf), ...relationPowers(relations)];
}

export function powerOf(row: Row): Power {
  return { what: String(row['what']), mend: textOrNull(row['mend']) };
}

/** Names in a sentence or statement: more of them are counted, or stand for all of their schemas. */
export const MOST_NAMES = 4;

/** One power for each set of rights, with all relations that it is on. */
function relationPowers(rows: readonly Row[]): readonly Power[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify([
      row['granted'],
      row['grantee'],
      row['leave'],
      row['schema'],
      row['sequence'],
    ]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    const names = group.map((row) => String(row['relation']));
    const [granted, grantee, leave] = ['granted', 'grantee', 'leave'].map((key) => textOrNull(first?.[key]));
    if (granted === undefined || granted === null)
      return { what: `owns ${named(names)}`, mend: leave ?? null };
    const kind = first?.['sequence'] === true ? 'SEQUENCE' : 'TABLE';
    const on =
      names.length <= MOST_NAMES
        ? `${kind} ${names.join(', ')}`
        : `ALL ${kind}S IN SCHEMA ${String(first?.['schema'])}`;
    return {
      what: `has ${granted} on ${named(names)}${grantee === 'PUBLIC' ? ', as everybody has' : ''}`,
      mend: grantee ? `REVOKE ${granted} ON ${on} FROM ${grantee}` : (leave ?? null),
    };
  });
}

function named(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  return rest > 0 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${String(rest)} more` : names.join(', ');
}

/** What the role may do that changes nothing of the bot, so it is only said. */
export async function harmlessPowers(session: Session): Promise<readonly string[]> {
  const rows = await rowsOf(
    session,
    `with ${ROLES}, on_database as (
       select a.privilege_type as privilege, string_agg(distinct case when a.grantee = 0 then 'PUBLIC' else quote_ident(g.rolname) end, ', ') as by
       from pg_catalog.pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a left join roles g on g.oid = a.grantee
       where d.datname = current_database() and (a.grantee = 0 or g.oid is not null) group by 1
     ), found as (
       select 1 as n, format('may create temporary tables: REVOKE TEMPORARY ON DATABASE %I FROM %s', current_database(), by) as what
         from on_database where privilege = 'TEMPORARY'
       union all select 2, format('may create databases: ALTER ROLE %I NOCREATEDB', rolname) from roles where rolcreatedb
       union all select 3, format('may create schemas: REVOKE CREATE ON DATABASE %I FROM %s', current_database(), by)
         from on_database where privilege = 'CREATE'
       union all select 4, format('may create objects in schema %s: REVOKE CREATE ON SCHEMA %1$I FROM %s', n.nspname,
           string_agg(distinct case when a.grantee = 0 then 'PUBLIC' else quote_ident(g.rolname) end, ', '))
         from pg_catalog.pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a left join roles g on g.oid = a.grantee
         where n.nspname !~ '^pg_' and a.privilege_type = 'CREATE' and (a.grantee = 0 or g.oid is not null) group by n.nspname
       union all select 5, format('is a member of %s, which %s: %s', r.rolname, w.does, r.leave)
         from roles r join (values ('pg_read_server_files', 'reads files of the server'), ('pg_checkpoint', 'may order checkpoints'),
           ('pg_use_reserved_connections', 'takes connections that are kept for others')) w(name, does) on w.name = r.rolname
       union all select 6, format('will have %s on what %s creates: ALTER DEFAULT PRIVILEGES FOR ROLE %I%s REVOKE %s ON %s FROM %s',
           a.privilege_type, o.rolname, o.rolname, coalesce(' IN SCHEMA ' || nullif(d.defaclnamespace, 0)::regnamespace, ''), a.privilege_type,
           case d.defaclobjtype when 'S' then 'SEQUENCES' else 'TABLES' end, case when a.grantee = 0 then 'PUBLIC' else quote_ident(g.rolname) end)
         from pg_catalog.pg_default_acl d join pg_catalog.pg_roles o on o.oid = d.defaclrole, aclexplode(d.defaclacl) a left join roles g on g.oid = a.grantee
         where d.defaclobjtype in ('r', 'S') and a.grantee <> d.defaclrole and (a.grantee = 0 or g.oid is not null)
           and (a.privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER') or d.defaclobjtype = 'S' and a.privilege_type = 'USAGE')
     ) select distinct n, what from found order by n, what limit 20`,
  );
  return rows.map((row) => String(row['what']));
}

/** For `in (...)`, which wants one at least. */
function listOf(schemas: readonly string[]): string {
  return ['', ...schemas].map(quoteLiteral).join(', ');
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** @throws SourceRefused when the catalogue cannot be asked */
export async function rowsOf(session: Session, sql: string): Promise<readonly Row[]> {
  const answer = await session.ask(sql);
  if (!answer.ok) {
    const schema = answer.code === '42501' ? /for schema (\S+)$/.exec(answer.message)?.[1] : undefined;
    const remedy = schema === undefined ? '' : `; GRANT USAGE ON SCHEMA ${schema} TO the audit's role`;
    throw new SourceRefused(
      `The privileges of the audit's role could not be read: ${answer.message}${remedy}`,
    );
  }
  return answer.rows;
}
