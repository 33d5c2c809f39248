import { grantPowers, ROLES, rowsOf, takenBack, type Power } from './role-grants.ts';
import type { Row, Session } from './session.ts';
import { quoteLiteral } from './sql-text.ts';

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

/** Rights on a table beside reading it. A foreign key (REFERENCES) keeps its owner from deleting rows. */
const CHANGING = ['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN'];

/** Whether the role is a superuser, whatever else it may do. */
export async function isSuperuser(session: Session): Promise<boolean> {
  const [row] = await rowsOf(
    session,
    `select rolsuper as yes from pg_catalog.pg_roles where rolname = session_user`,
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
       select c.oid, c.relacl, c.relowner, c.relkind, n.oid as nsp, n.oid::regnamespace::text as nspname from pg_catalog.pg_class c
       join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and (n.oid::regnamespace::text in (${listOf(schemas)})
         or n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
           and exists (select 1 from roles u where has_schema_privilege(u.oid, n.oid, 'USAGE')))
     ), grants as (
       select t.*, a.*, a.privilege_type as granted from tables t, aclexplode(t.relacl) a
       union all select t.*, a.*, case when a.grantor = t.relowner then a.privilege_type else format('%s (%I)', a.privilege_type, c.attname) end
         from tables t join pg_catalog.pg_attribute c on c.attrelid = t.oid, aclexplode(c.attacl) a
     )
     select 'owns' as does, t.oid::regclass::text as name, r.leave, null as granted, null as kind, t.nspname as schema, null as grantee, null as giver, null as closed, null as passes
     from tables t join roles r on r.oid = t.relowner
     union all
     select 'has ' || g.granted || ' on', g.oid::regclass::text, g.leave, g.granted, g.kind, g.nspname, g.grantee, g.giver, g.closed, g.passes from (
       select a.oid, a.nspname, case when a.relkind = 'S' then 'SEQUENCE' else 'TABLE' end as kind,
         string_agg(distinct a.granted, ', ' order by a.granted) as granted, a.grantee, a.leave, a.giver, a.closed, bool_or(a.passes) as passes
       from (select a.oid, a.nspname, a.relkind, a.privilege_type, a.granted, ${takenBack('a.relowner', 'a.nsp')}
         from grants a left join roles g on g.oid = a.grantee where (a.grantee = 0 or g.oid is not null) and a.grantee <> a.relowner) a
       where a.privilege_type in (${listOf(CHANGING)}) or (a.relkind = 'S' and a.privilege_type = 'USAGE')
       group by a.oid, a.nspname, kind, a.grantee, a.leave, a.giver, a.closed
     ) g order by 1, 2`,
  );
  return [...attributes.map(powerOf), ...grantPowers(relations)];
}

function powerOf(row: Row): Power {
  const { what, mend } = row;
  return { what: String(what), mend: typeof mend === 'string' ? mend : null };
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
           and (a.privilege_type in (${listOf(CHANGING)}) or d.defaclobjtype = 'S' and a.privilege_type = 'USAGE')
       union all select 7, format('may execute %s, which reads files of the server: REVOKE EXECUTE ON FUNCTION %1$s FROM %s', p.oid::regprocedure,
           string_agg(distinct case when a.grantee = 0 then 'PUBLIC' else quote_ident(g.rolname) end, ', '))
         from pg_catalog.pg_proc p, aclexplode(p.proacl) a left join roles g on g.oid = a.grantee
         where p.proname ~ '^pg_(read_(binary_)?file|ls_dir|stat_file)$' and p.pronamespace = 'pg_catalog'::regnamespace
           and a.grantee <> p.proowner and (a.grantee = 0 or g.oid is not null) group by p.oid
       union all select 8, format('owns database %s, which is not the bot''s: %s', d.datname,
           coalesce(r.leave, format('ALTER DATABASE %I OWNER TO %I', d.datname, pg_get_userbyid(b.datdba))))
         from pg_catalog.pg_database d join roles r on r.oid = d.datdba join pg_catalog.pg_database b on b.datname = current_database()
         where d.oid <> b.oid
     ) select distinct n, what from found order by n, what limit 20`,
  );
  return rows.map((row) => String(row['what']));
}

/** For `in (...)`, which wants one at least. */
function listOf(words: readonly string[]): string {
  return ['', ...words].map(quoteLiteral).join(', ');
}
