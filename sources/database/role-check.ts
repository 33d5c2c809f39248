import { SourceRefused } from '../errors.ts';
import type { Mapping } from './mapping.ts';
import type { Parameters } from './compile.ts';
import type { Row, Session } from './session.ts';
import { quoteIdentifier, quoteLiteral, splitSql } from './sql-text.ts';

/** What a role may do that an audit's role must not; `problems` refuse, `warnings` are for the operator. */
export interface RoleReport {
  readonly role: string;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  /** `schema.name` of every relation behind the mapping. */
  readonly relations: readonly string[];
}

const NAME = /(?:"(?:[^"]|"")+"|[a-z_][\w$]*)(?:\s*\.\s*(?:"(?:[^"]|"")+"|[a-z_][\w$]*))*/giy;

/**
 * Looks at what the role could do to the relations of the mapping. Nothing is tried and nothing is created: privileges
 * are read from the catalogue, for tables, views, parents of partitions and single columns alike.
 */
export async function inspectRole(
  session: Session,
  mapping: Mapping,
  parameters: Parameters,
): Promise<RoleReport> {
  const about = await one(
    session,
    `select current_user::text as role, r.rolsuper as super,
       exists (select 1 from pg_catalog.pg_roles g where g.rolname = 'pg_write_all_data'
               and pg_has_role(current_user, g.oid, 'MEMBER')) as writes_all,
       has_database_privilege(current_database(), 'TEMP') as temp
     from pg_catalog.pg_roles r where r.rolname = current_user`,
  );
  const role = String(about['role']);
  const found = await relationsOf(session, mapping, parameters);
  const schemas = [
    ...new Set(found.flatMap((row) => (row['creates'] === true ? [String(row['schema'])] : []))),
  ].sort();
  const relations = found.map((row) => String(row['relation']));
  const problems =
    about['super'] === true
      ? [`role ${role} is a superuser`]
      : about['writes_all'] === true
        ? [`role ${role} is a member of pg_write_all_data`]
        : relationProblems(found, role);
  const warnings = [
    ...(about['temp'] === true
      ? [`role ${role} may create temporary tables: REVOKE TEMP on the database`]
      : []),
    ...schemas.map((schema) => `role ${role} may create objects in schema ${schema}: REVOKE CREATE on it`),
  ];
  return { role, problems, warnings, relations };
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
  const { problems, relations, warnings } = await inspectRole(session, mapping, context.parameters);
  if (problems.length === 0) return warnings;
  throw new SourceRefused(
    `The audit does not read the database of bot ${context.bot} with a role that could change it: ${problems.join('; ')}. ` +
      `Give the audit a role of its own: CREATE ROLE audit_reader LOGIN; GRANT SELECT ON ${grantedOn(relations)} TO audit_reader; ` +
      'or set allowWritableRole: true for this bot, and the report will say so.',
  );
}

/** Names in a sentence: more of them than this are counted. */
const MOST_NAMES = 4;

function relationProblems(found: readonly Row[], role: string): readonly string[] {
  const owned = found.filter((row) => row['owned'] === true).map((row) => String(row['relation']));
  const granted = new Map<string, string[]>();
  for (const row of found) {
    const privileges = String(row['granted']);
    if (privileges === '' || row['owned'] === true) continue;
    granted.set(privileges, [...(granted.get(privileges) ?? []), String(row['relation'])]);
  }
  return [
    ...(owned.length > 0 ? [`role ${role} owns ${named(owned)}`] : []),
    ...[...granted].map(([privileges, relations]) => `role ${role} has ${privileges} on ${named(relations)}`),
  ];
}

function named(relations: readonly string[]): string {
  const rest = relations.length - MOST_NAMES;
  return rest > 0
    ? `${relations.slice(0, MOST_NAMES).join(', ')} and ${String(rest)} more`
    : relations.join(', ');
}

/** The relations themselves while they fit a sentence, else all tables of their schemas. */
function grantedOn(relations: readonly string[]): string {
  if (relations.length <= MOST_NAMES) return relations.join(', ');
  const schemas = new Set(
    relations.map((name) => (name.includes('.') ? name.split('.')[0] : 'public') ?? ''),
  );
  return `ALL TABLES IN SCHEMA ${[...schemas].sort().join(', ')}`;
}

/**
 * The relations behind a mapping, from two views of it: the names after FROM and JOIN (which the planner may expand
 * away: views, parents of partitions), and the tables of the plan (which names hide: what views read).
 */
async function relationsOf(
  session: Session,
  mapping: Mapping,
  parameters: Parameters,
): Promise<readonly Row[]> {
  const names = new Set<string>();
  for (const select of mapping.selects.values()) {
    for (const name of namesAfterFrom(select)) names.add(name);
    const plan = await session.ask(`explain (verbose, format json) ${select}`, parameters);
    if (plan.ok) for (const name of namesInPlan(plan.rows[0]?.['QUERY PLAN'])) names.add(name);
  }
  if (names.size === 0) return [];
  const list = [...names].sort().map(quoteLiteral).join(', ');
  const answer = await session.ask(
    `with named as (select distinct to_regclass(n) as oid from unnest(array[${list}]::text[]) as n)
     select c.oid::regclass::text as relation, c.relnamespace::regnamespace::text as schema,
       has_schema_privilege(c.relnamespace, 'CREATE') as creates, pg_has_role(current_user, c.relowner, 'MEMBER') as owned,
       concat_ws(', ',
         case when has_any_column_privilege(c.oid, 'INSERT') then 'INSERT' end,
         case when has_any_column_privilege(c.oid, 'UPDATE') then 'UPDATE' end,
         case when has_table_privilege(c.oid, 'DELETE') then 'DELETE' end,
         case when has_table_privilege(c.oid, 'TRUNCATE') then 'TRUNCATE' end) as granted
     from named join pg_catalog.pg_class c on c.oid = named.oid
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relnamespace <> 'pg_catalog'::regnamespace order by 1`,
  );
  if (!answer.ok)
    throw new SourceRefused(`The privileges of the audit's role could not be read: ${answer.message}`);
  return answer.rows;
}

function namesAfterFrom(select: string): readonly string[] {
  const code = splitSql(select)
    .map(({ kind, text }) => (kind === 'code' || kind === 'identifier' ? text : ' '))
    .join('');
  const names: string[] = [];
  for (const match of code.matchAll(/\b(?:from|join)\s+(?:only\s+)?(?:lateral\s+)?|,\s*/gi)) {
    NAME.lastIndex = match.index + match[0].length;
    const name = NAME.exec(code)?.[0];
    if (name === undefined) continue;
    // After a comma a bare word is mostly a column; only a qualified name can be meant as a table.
    if (match[0].startsWith(',') && !name.includes('.')) continue;
    names.push(name.replace(/\s+/g, ''));
  }
  return names;
}

function namesInPlan(plan: unknown): readonly string[] {
  if (Array.isArray(plan)) return plan.flatMap(namesInPlan);
  if (plan === null || typeof plan !== 'object') return [];
  const node = plan as Record<string, unknown>;
  const own =
    typeof node['Relation Name'] === 'string' && typeof node['Schema'] === 'string'
      ? [`${quoteIdentifier(node['Schema'])}.${quoteIdentifier(node['Relation Name'])}`]
      : [];
  return [...own, ...Object.values(node).flatMap(namesInPlan)];
}

async function one(session: Session, sql: string): Promise<Row> {
  const answer = await session.ask(sql);
  if (!answer.ok) throw new SourceRefused(`The audit's role could not be checked: ${answer.message}`);
  return answer.rows[0] ?? {};
}
