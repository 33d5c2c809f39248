import { SourceRefused } from '../errors.ts';
import type { Row, Session } from './session.ts';

/** One thing that a role can do beside reading. */
export interface Power {
  /** `is a member of pg_write_all_data`. */
  readonly what: string;
  /** The statement that takes it away; null where only a role of its own helps. */
  readonly mend: string | null;
}

/**
 * The role that logged in, which RESET ROLE comes back to, and each that it is a member of: what SET ROLE gives counts,
 * inherited or not. Since PostgreSQL 16 a membership is taken back only from who gave it.
 */
export const ROLES = `roles as (
  select r.*, r.rolname = session_user as is_self,
    (select string_agg(format('REVOKE %I FROM %I%s%s', d.rolname, session_user,
         case when m.grantor <> 10 and current_setting('server_version_num')::int >= 160000 then format(' GRANTED BY %I', pg_get_userbyid(m.grantor)) end,
         case when m.admin_option then ' CASCADE' end), '; ' order by d.rolname, m.grantor)
     from pg_auth_members m join pg_roles d on d.oid = m.roleid
     where m.member = (select oid from pg_roles where rolname = session_user)
       and pg_has_role(d.oid, r.oid, 'MEMBER')) as leave
  from pg_roles r where pg_has_role(session_user, r.oid, 'MEMBER')
)`;

/**
 * Of a right `a` in the list of an object that `owner` owns, and its holder `g` of the roles: how it is taken back. Who gave
 * it may no longer use the schema (its oid) that the object's name needs.
 */
export function takenBack(owner: string, schema = 'null::oid'): string {
  return `case when a.grantee = 0 then 'PUBLIC' when g.is_self then quote_ident(g.rolname) end as grantee,
    case when a.grantee <> 0 and not g.is_self then g.leave end as leave,
    case when a.grantor <> ${owner} then quote_ident(pg_get_userbyid(a.grantor)) end as giver,
    case when a.grantor <> ${owner} and not has_schema_privilege(a.grantor, ${schema}, 'USAGE') then (${schema})::regnamespace::text end as closed,
    a.is_grantable as passes`;
}

/** Names in a sentence or statement: more of them are counted, or stand for all of their schemas. */
export const MOST_NAMES = 4;

export function named(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  return rest > 0 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${String(rest)} more` : names.join(', ');
}

/**
 * One power for all objects that a right is on in the same way. Rows have `does` (`has UPDATE on`), `name`, `how` (what is
 * said after the names), `granted`, `kind` (as GRANT calls it), `schema`, and what `takenBack` says.
 */
export function grantPowers(rows: readonly Row[]): readonly Power[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify({ ...row, name: null });
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => {
    const row = group[0] ?? {};
    const names = [...new Set(group.map(({ name }) => String(name)))];
    const how = textOrNull(row['how']);
    const everybody = row['grantee'] === 'PUBLIC' ? ', as everybody has' : '';
    return {
      what: `${String(row['does'])} ${named(names)}${how === null ? '' : ` ${how}`}${everybody}`,
      mend: textOrNull(row['grantee']) === null ? textOrNull(row['leave']) : revoke(row, names),
    };
  });
}

/** A right is taken back by who gave it, and with what was passed on. */
function revoke(row: Row, names: readonly string[]): string {
  const [granted, kind, grantee] = ['granted', 'kind', 'grantee'].map((key) => String(row[key]));
  const from = `FROM ${String(grantee)}${row['passes'] === true ? ' CASCADE' : ''}`;
  const [giver, closed] = ['giver', 'closed'].map((key) => textOrNull(row[key]));
  // Who is not the owner may have no right on the other tables of the schema, which is an error.
  const schema = giver === null ? textOrNull(row['schema']) : null;
  const statement = `REVOKE ${String(granted)} ON ${objects(String(kind), names, schema)} ${from}`;
  if (giver === null) return statement;
  const [opened, shut] =
    closed === null
      ? ['', '']
      : [`GRANT USAGE ON SCHEMA ${closed} TO ${giver}; `, `; REVOKE USAGE ON SCHEMA ${closed} FROM ${giver}`];
  return `${opened}SET ROLE ${giver}; ${statement}; RESET ROLE${shut}`;
}

function objects(kind: string, names: readonly string[], schema: string | null): string {
  return names.length > MOST_NAMES && schema !== null
    ? `ALL ${kind}S IN SCHEMA ${schema}`
    : `${kind} ${names.join(', ')}`;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * Rows of the catalogue, under no search path of the role: a schema of the bot may have functions and operators of the same names.
 * @throws SourceRefused when the catalogue cannot be asked
 */
export async function rowsOf(session: Session, sql: string): Promise<readonly Row[]> {
  const answer = await session.ask(sql, {}, { settings: { search_path: 'pg_catalog' } });
  if (!answer.ok)
    throw new SourceRefused(`The privileges of the audit's role could not be read: ${answer.message}`);
  return answer.rows;
}
