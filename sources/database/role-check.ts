import { SourceRefused } from '../errors.ts';
import type { Mapping } from './mapping.ts';
import { MOST_NAMES, named, rowsOf, type Power } from './role-grants.ts';
import { harmlessPowers, isSuperuser, writingPowers } from './role-powers.ts';
import { objectPowers, routinePowers } from './role-routines.ts';
import type { Parameters } from './compile.ts';
import type { Row, Session } from './session.ts';
import { relationNames } from './relation-names.ts';
import { quoteLiteral } from './sql-text.ts';

/** What a role may do that an audit's role must not; `problems` refuse, `warnings` are for the operator. */
export interface RoleReport {
  readonly role: string;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  /** Statements that take away what is a problem; complete, for an administrator. */
  readonly mends: readonly string[];
}

/**
 * Looks at what the role could do to the bot. Nothing is tried and nothing is created: privileges are read from the
 * catalogue, of all tables in the schemas that the mapping reads, through every role that it could become.
 */
export async function inspectRole(
  session: Session,
  mapping: Mapping,
  parameters: Parameters,
): Promise<RoleReport> {
  const [{ role, database, free } = {}] = await rowsOf(
    session,
    `select quote_ident(session_user) as role, quote_ident(current_database()) as database,
       (select min(n) from unnest(array['audit_reader', 'audit_reader_2', 'audit_reader_3']) n
        where n not in (select rolname from pg_roles)) as free`,
  );
  const found = await relationsOf(session, mapping, parameters);
  const schemas = [...new Set(found.map((row) => String(row['schema'])))].sort();
  const powers: readonly Power[] = (await isSuperuser(session))
    ? [{ what: 'is a superuser', mend: null }]
    : [
        ...(await writingPowers(session, schemas)),
        ...(await routinePowers(session)),
        ...(await objectPowers(session)),
      ];
  const own = ownRole(
    typeof free === 'string' ? free : 'audit_reader',
    String(database),
    schemas,
    found.map((row) => String(row['relation'])),
  );
  const harmless = powers.length > 0 ? [] : await harmlessPowers(session);
  const warnings = [...harmless, ...guardedRelations(found)];
  const says = (what: string): string => `role ${String(role)} ${what}`;
  return {
    role: String(role),
    problems: powers.map(({ what }) => says(what)),
    warnings: warnings.map(says),
    mends: [...new Set(powers.map(({ mend }) => mend ?? own))],
  };
}

/**
 * Throws SourceRefused when the role could write; `allowed` is the operator's override, which the report prints. Returns
 * what the role may do beside that: nothing that changes the bot's data, so it is only said.
 */
export async function refuseWritableRole(
  session: Session,
  mapping: Mapping,
  context: { readonly bot: string; readonly allowed: boolean; readonly parameters: Parameters },
): Promise<readonly string[]> {
  if (context.allowed) return [];
  const { problems, mends, warnings } = await inspectRole(session, mapping, context.parameters);
  if (problems.length === 0) return warnings;
  throw new SourceRefused(
    `The audit does not read the database of bot ${context.bot} with a role that could change it: ${problems.join('; ')}. ` +
      `An administrator of it runs: ${mends.join('; ')}; ` +
      'or set allowWritableRole: true for this bot, and the report will say so.',
  );
}

/** Tables whose policies hide rows from some roles, whether from this one or not. */
function guardedRelations(found: readonly Row[]): readonly string[] {
  const guarded = found.filter((row) => row['guarded'] === true);
  const namesOf = (rows: readonly Row[]): string => named(rows.map((row) => String(row['relation'])));
  const [hidden, whole] = [true, false].map((is) => guarded.filter((row) => (row['hidden'] === true) === is));
  return [
    ...(hidden?.length
      ? [`may read only some rows of ${namesOf(hidden)} (row-level security), so they are not read`]
      : []),
    ...(whole?.length ? [`reads ${namesOf(whole)} past row-level security`] : []),
  ];
}

/** What gives the audit a role of its own: the relations themselves while they fit a sentence, else all of their schemas. */
function ownRole(
  name: string,
  database: string,
  schemas: readonly string[],
  relations: readonly string[],
): string {
  const on =
    relations.length <= MOST_NAMES ? relations.join(', ') : `ALL TABLES IN SCHEMA ${schemas.join(', ')}`;
  return [
    `CREATE ROLE ${name} LOGIN`,
    `GRANT CONNECT ON DATABASE ${database} TO ${name}`,
    ...(schemas.length > 0 ? [`GRANT USAGE ON SCHEMA ${schemas.join(', ')} TO ${name}`] : []),
    ...(relations.length > 0 ? [`GRANT SELECT ON ${on} TO ${name}`] : []),
  ].join('; ');
}

async function relationsOf(
  session: Session,
  mapping: Mapping,
  parameters: Parameters,
): Promise<readonly Row[]> {
  const names = await relationNames(session, mapping, parameters);
  if (names.length === 0) return [];
  const list = names.map(quoteLiteral).join(', ');
  // Names of a mapping are found as its SELECTs find them: on the search path of the role.
  const answer = await session.ask(
    `select distinct pg_catalog.to_regclass(n)::oid as oid from pg_catalog.unnest(array[${list}]::text[]) as n`,
  );
  const ids = answer.ok ? answer.rows.map(({ oid }) => Number(oid)).filter((oid) => oid > 0) : [];
  return rowsOf(
    session,
    `select c.oid::regclass::text as relation, c.relnamespace::regnamespace::text as schema,
       c.relrowsecurity as guarded, row_security_active(c.oid) as hidden
     from pg_class c where c.oid = any ('{${ids.join(',')}}'::oid[])
       and c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relnamespace <> 'pg_catalog'::regnamespace order by 1`,
  );
}
