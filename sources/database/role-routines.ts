import type { Session } from './session.ts';
import { powerOf, ROLES, rowsOf, type Power } from './role-powers.ts';

/** Functions of the server and its extensions that nobody has unless given them: they write files, or steer the server. */
const SERVER_FUNCTIONS =
  '^(lo_import|lo_export|pg_file_(write|rename|unlink|sync)|pg_promote|pg_reload_conf|pg_rotate_logfile|pg_switch_wal|' +
  'pg_create_restore_point|pg_wal_replay_(pause|resume)|pg_replication_origin_.*|pg_stat_reset.*|pg_backup_(start|stop)|' +
  'pg_(start|stop)_backup|pg_truncate_visibility_map|heap_force_(kill|freeze)|dblink_connect_u)$';

/** The first object id that a new server gives to what its users create. */
const FIRST_OWN_ID = 16_384;

/**
 * What runs with more rights than the role has: functions with the rights of their owner, in a language without limits, or
 * of the server itself. A trigger function counts where the role could hang it on a table of its own.
 */
export async function routinePowers(session: Session): Promise<readonly Power[]> {
  const rows = await rowsOf(
    session,
    `with ${ROLES}, tables as (
       select has_database_privilege(current_database(), 'TEMP') or exists (
         select 1 from pg_catalog.pg_namespace n, roles r where has_schema_privilege(r.oid, n.oid, 'CREATE')) as own
     ), routines as (
       select p.*, o.rolname as owner, l.lanname, exists (select 1 from roles r where r.oid = p.proowner) as owned,
         p.oid >= ${String(FIRST_OWN_ID)} as is_own, l.lanname in ('internal', 'c') as is_compiled, l.lanpltrusted as is_limited,
         format('REVOKE EXECUTE ON %s %s FROM ', case p.prokind when 'p' then 'PROCEDURE' else 'FUNCTION' end, p.oid::regprocedure) as revoke
       from pg_catalog.pg_proc p join pg_catalog.pg_roles o on o.oid = p.proowner join pg_catalog.pg_language l on l.oid = p.prolang
     )
     select format('may execute %s%s', p.oid::regprocedure, case when p.is_own and p.prosecdef then ' with the rights of ' || p.owner
         when not p.is_compiled then ' in ' || p.lanname || ', a language without limits' else '' end) as what,
       string_agg(distinct case when a.grantee = 0 then p.revoke || 'PUBLIC' when r.is_self then p.revoke || quote_ident(r.rolname)
         else r.leave end, '; ') as mend
     from routines p cross join tables t, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a left join roles r on r.oid = a.grantee
     where (a.grantee = 0 or r.oid is not null) and not p.owned
       and p.prorettype <> 'event_trigger'::regtype and (p.prorettype <> 'trigger'::regtype or t.own)
       and (p.is_compiled and p.proname ~ '${SERVER_FUNCTIONS}' or p.is_own and (p.prosecdef or not p.is_limited and not p.is_compiled))
       and exists (select 1 from roles u where has_schema_privilege(u.oid, p.pronamespace, 'USAGE'))
     group by p.oid, p.is_own, p.prosecdef, p.owner, p.is_compiled, p.lanname order by 1 limit 20`,
  );
  return rows.map(powerOf);
}

/** What is no table and no function: large objects, foreign servers, parameters of the server, and whatever else it owns. */
export async function objectPowers(session: Session): Promise<readonly Power[]> {
  const rows = await rowsOf(
    session,
    `with ${ROLES}, found as (
       select format('may write large object %s', l.oid) as what, case when a.grantee = 0 or r.is_self
         then format('REVOKE UPDATE ON LARGE OBJECT %s FROM %s', l.oid, case when a.grantee = 0 then 'PUBLIC' else quote_ident(r.rolname) end)
         else r.leave end as mend
       from pg_catalog.pg_largeobject_metadata l, aclexplode(l.lomacl) a left join roles r on r.oid = a.grantee
       where a.privilege_type = 'UPDATE' and a.grantee <> l.lomowner and (a.grantee = 0 or r.oid is not null)
       union all select format('may write large object %s', l.oid), r.leave
         from pg_catalog.pg_largeobject_metadata l join roles r on r.oid = l.lomowner
       union all select 'may write every large object, since lo_compat_privileges is on', case s.source
           when 'database' then format('ALTER DATABASE %I RESET lo_compat_privileges', current_database())
           when 'user' then format('ALTER ROLE %I RESET lo_compat_privileges', current_user)
           when 'database user' then format('ALTER ROLE %I IN DATABASE %I RESET lo_compat_privileges', current_user, current_database())
           else 'ALTER SYSTEM SET lo_compat_privileges = off; SELECT pg_reload_conf()' end
         from pg_catalog.pg_settings s
         where s.name = 'lo_compat_privileges' and s.setting = 'on' and exists (select 1 from pg_catalog.pg_largeobject_metadata)
       union all select format('may use foreign server %s as its user %s', quote_ident(s.srvname), coalesce(u.usename, 'PUBLIC')),
           case when a.grantee = 0 or r.is_self
             then format('REVOKE USAGE ON FOREIGN SERVER %I FROM %s', s.srvname, case when a.grantee = 0 then 'PUBLIC' else quote_ident(r.rolname) end)
             else r.leave end
         from pg_catalog.pg_foreign_server s join pg_catalog.pg_user_mappings u on u.srvid = s.oid, aclexplode(s.srvacl) a
           left join roles r on r.oid = a.grantee
         where a.grantee <> s.srvowner and (a.grantee = 0 or r.oid is not null)
           and (u.umuser = 0 or exists (select 1 from roles m where m.oid = u.umuser))
       union all select 'owns ' || pg_describe_object(d.classid, d.objid, 0), r.leave
         from pg_catalog.pg_shdepend d join roles r on r.oid = d.refobjid
         where d.refclassid = 'pg_catalog.pg_authid'::regclass and d.deptype = 'o'
           and d.dbid in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
           and d.classid not in ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_namespace'::regclass, 'pg_catalog.pg_database'::regclass,
             'pg_catalog.pg_largeobject'::regclass, 'pg_catalog.pg_default_acl'::regclass)
     ) select what, mend from found order by 1 limit 20`,
  );
  return [...rows.map(powerOf), ...(await parameterPowers(session))];
}

/** Rights on parameters of the server (since PostgreSQL 15): ALTER SYSTEM can have it run programs. */
async function parameterPowers(session: Session): Promise<readonly Power[]> {
  const [known] = await rowsOf(
    session,
    `select to_regclass('pg_catalog.pg_parameter_acl') is not null as yes`,
  );
  if (known?.['yes'] !== true) return [];
  const rows = await rowsOf(
    session,
    `with ${ROLES}
     select format('may %s %s', a.privilege_type, p.parname) as what, case when a.grantee = 0 or r.is_self
       then format('REVOKE %s ON PARAMETER %s FROM %s', a.privilege_type, p.parname, case when a.grantee = 0 then 'PUBLIC' else quote_ident(r.rolname) end)
       else r.leave end as mend
     from pg_catalog.pg_parameter_acl p, aclexplode(p.paracl) a left join roles r on r.oid = a.grantee
     where (a.grantee = 0 or r.oid is not null) and (a.privilege_type = 'ALTER SYSTEM' or p.parname = 'lo_compat_privileges') order by 1`,
  );
  return rows.map(powerOf);
}
