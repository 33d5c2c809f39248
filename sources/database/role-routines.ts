import type { Session } from './session.ts';
import { grantPowers, ROLES, rowsOf, takenBack, type Power } from './role-grants.ts';

/** Functions of the server and its extensions that nobody has unless given them: they write files, or steer the server. */
const SERVER_FUNCTIONS =
  '^(lo_import|lo_export|pg_file_(write|rename|unlink|sync)|pg_promote|pg_reload_conf|pg_rotate_logfile|pg_switch_wal|' +
  'pg_create_restore_point|pg_log_standby_snapshot|pg_logfile_rotate|pg_wal_replay_(pause|resume)|pg_replication_origin_.*|pg_stat_(statements_)?reset.*|pg_backup_(start|stop)|' +
  'pg_(start|stop)_backup|pg_truncate_visibility_map|heap_force_(kill|freeze)|dblink_connect_u)$';

/** The first object id that a new server gives to what its users create. */
const FIRST_OWN_ID = 16_384;

/**
 * Parameters whose SET, by who may not by default, harms more than the own session: it loads a library, writes the large
 * objects of others, destroys or hides broken pages, turns off triggers, or ends the server by an overflow of its stack.
 */
const HARMFUL_PARAMETERS =
  "'lo_compat_privileges', 'session_preload_libraries', 'zero_damaged_pages', 'ignore_checksum_failure', 'allow_system_table_mods', 'max_stack_depth', 'session_replication_role'";

/** What has the aggregate run without asking whether its user may. */
const PARTS_OF_AGGREGATES =
  'g.aggtransfn, g.aggfinalfn, g.aggcombinefn, g.aggserialfn, g.aggdeserialfn, g.aggmtransfn, g.aggminvtransfn, g.aggmfinalfn';

/** What calls a function by its id, for whoever uses it: no right on the schema of the function is asked for. */
const CALLERS = ['pg_rewrite', 'pg_policy', 'pg_operator', 'pg_cast', 'pg_constraint', 'pg_proc']
  .map((name) => `'pg_catalog.${name}'::regclass`)
  .join(', ');

/**
 * What runs with more rights than the role has: functions with the rights of their owner, in a language without limits, or
 * of the server itself, and aggregates of them. A trigger function counts where the role could hang it on a table of its own. What an
 * operator class sorts by asks nobody whether they may.
 */
export async function routinePowers(session: Session): Promise<readonly Power[]> {
  const rows = await rowsOf(
    session,
    `with ${ROLES}, tables as (
       select exists (select 1 from roles r where has_database_privilege(r.oid, current_database(), 'TEMP')) or exists (
         select 1 from pg_namespace n, roles r where has_schema_privilege(r.oid, n.oid, 'CREATE')) as own
     ), free as (
       select p.oid, case when p.prosecdef then 'with the rights of ' || o.rolname else format('in %s, a language without limits', l.lanname) end as how
       from pg_proc p join pg_roles o on o.oid = p.proowner join pg_language l on l.oid = p.prolang
       where p.oid >= ${String(FIRST_OWN_ID)} and p.proowner not in (select oid from roles)
         and (p.prosecdef or not l.lanpltrusted and not (l.lanname in ('internal', 'c') and exists (
           select 1 from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')))
     ), routines as (
       select oid, how from free
       union select g.aggfnoid, f.how from pg_aggregate g join free f on f.oid in (${PARTS_OF_AGGREGATES})
       union select p.oid, null from pg_proc p join pg_language l on l.oid = p.prolang
         where l.lanname in ('internal', 'c') and p.proname ~ '${SERVER_FUNCTIONS}'
     )
     select 'may execute' as does, p.oid::regprocedure::text as name, r.how, 'EXECUTE' as granted, 'ROUTINE' as kind, ${takenBack('p.proowner', 'p.pronamespace')}
     from routines r join pg_proc p on p.oid = r.oid cross join tables t, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
       left join roles g on g.oid = a.grantee
     where (a.grantee = 0 or g.oid is not null) and a.grantee <> p.proowner
       and p.prorettype <> 'event_trigger'::regtype and (p.prorettype <> 'trigger'::regtype or t.own)
       and (exists (select 1 from roles u where has_schema_privilege(u.oid, p.pronamespace, 'USAGE')) or exists (
         select 1 from pg_depend d where d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid and d.classid in (${CALLERS})))
     union all
     select 'may sort by', p.oid::regprocedure::text, f.how, null, null, null, format('ALTER FUNCTION %s SECURITY INVOKER', p.oid::regprocedure), null, null, null
     from free f join pg_proc p on p.oid = f.oid where p.prosecdef and p.oid in (select amproc from pg_amproc)
     order by 1, 2`,
  );
  return grantPowers(rows);
}

/** What is no table and no function: large objects, foreign servers, parameters of the server, and whatever else it owns. */
export async function objectPowers(session: Session): Promise<readonly Power[]> {
  const granted = await rowsOf(
    session,
    `with ${ROLES}
     select 'may write large object' as does, l.oid::text as name, null as how, 'UPDATE' as granted, 'LARGE OBJECT' as kind, ${takenBack('l.lomowner')}
     from pg_largeobject_metadata l, aclexplode(l.lomacl) a left join roles g on g.oid = a.grantee
     where a.privilege_type = 'UPDATE' and a.grantee <> l.lomowner and (a.grantee = 0 or g.oid is not null)
     union all
     select 'may use foreign server', quote_ident(s.srvname), 'as its user ' || coalesce(u.usename, 'PUBLIC'), 'USAGE', 'FOREIGN SERVER', ${takenBack('s.srvowner')}
     from pg_foreign_server s join pg_user_mappings u on u.srvid = s.oid, aclexplode(s.srvacl) a left join roles g on g.oid = a.grantee
     where a.grantee <> s.srvowner and (a.grantee = 0 or g.oid is not null)
       and (u.umuser = 0 or exists (select 1 from roles m where m.oid = u.umuser))
     order by 1, 2`,
  );
  const other = await rowsOf(
    session,
    `with ${ROLES}
     select 'owns' as does, pg_describe_object(d.classid, d.objid, 0) as name, r.leave
     from pg_shdepend d join roles r on r.oid = d.refobjid
     where d.refclassid = 'pg_authid'::regclass and d.deptype = 'o'
       and d.dbid in (0, (select oid from pg_database where datname = current_database()))
       and d.classid not in ('pg_class'::regclass, 'pg_namespace'::regclass, 'pg_database'::regclass, 'pg_default_acl'::regclass)
     union all
     select 'may write every large object, since', 'lo_compat_privileges is on', case s.source
       when 'database' then format('ALTER DATABASE %I RESET lo_compat_privileges', current_database())
       when 'user' then format('ALTER ROLE %I RESET lo_compat_privileges', session_user)
       when 'database user' then format('ALTER ROLE %I IN DATABASE %I RESET lo_compat_privileges', session_user, current_database())
       else 'ALTER SYSTEM SET lo_compat_privileges = off; SELECT pg_reload_conf()' end
     from pg_settings s
     where s.name = 'lo_compat_privileges' and s.setting = 'on' and exists (select 1 from pg_largeobject_metadata)
     order by 1, 2`,
  );
  return [...grantPowers(granted), ...grantPowers(other), ...(await parameterPowers(session))];
}

/** Rights on parameters of the server (since PostgreSQL 15): ALTER SYSTEM can have it run programs. */
async function parameterPowers(session: Session): Promise<readonly Power[]> {
  const [known] = await rowsOf(session, `select to_regclass('pg_parameter_acl') is not null as yes`);
  if (known?.['yes'] !== true) return [];
  const rows = await rowsOf(
    session,
    `with ${ROLES}
     select format('may %s', a.privilege_type) as does, p.parname as name, null as how, a.privilege_type as granted, 'PARAMETER' as kind, ${takenBack('10')}
     from pg_parameter_acl p, aclexplode(p.paracl) a left join roles g on g.oid = a.grantee
     where (a.grantee = 0 or g.oid is not null) and (a.privilege_type = 'ALTER SYSTEM' or p.parname in (${HARMFUL_PARAMETERS})) order by 1, 2`,
  );
  return grantPowers(rows);
}
