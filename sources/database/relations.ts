import { columnsOf, timeColumnOf, type EntityName } from '../../audit/contract.ts';
import type { Reason } from '../../audit/value.ts';
import { impossibleTime, planColumn, type FoundColumn } from './column-plan.ts';
import type { Parameters, Relation } from './compile.ts';
import { latestTime, type ReadAt } from './latest-time.ts';
import type { Mapping } from './mapping.ts';
import { refusal } from './refusal.ts';
import type { Row, Session } from './session.ts';
import { windowTraits } from './window-traits.ts';

/** A contract entity as this database and mapping provide it. */
export type Probe =
  | { readonly entity: EntityName; readonly status: 'ok'; readonly relation: Relation }
  | {
      readonly entity: EntityName;
      readonly status: 'missing' | 'error';
      /** What the queries that need it say. */
      readonly reason: Reason;
      readonly error: string;
      /** Present when the SELECT runs but lacks a required column. */
      readonly relation?: Relation;
    };

/** Whether an entity, or a column of it, can be read. */
export function providedBy(
  probes: ReadonlyMap<EntityName, Probe>,
): (entity: EntityName, column?: string) => boolean {
  return (entity, column) => {
    const probe = probes.get(entity);
    if (probe?.status !== 'ok') return false;
    const isRead = probe.relation.columns.some(({ name, state }) => name === column && state === 'ok');
    return column === undefined || isRead;
  };
}

/** The relation of an entity that a query was allowed to ask. */
export function relationOf(probes: ReadonlyMap<EntityName, Probe>, entity: EntityName): Relation {
  const probe = probes.get(entity);
  if (probe?.status !== 'ok') throw new Error(`no relation for ${entity}`);
  return probe.relation;
}

const UNDEFINED_COLUMN = '42703';

/** Runs a mapping's SELECT for nothing but its columns, and looks for times out of range where an index may serve. */
export async function probeEntity(
  session: Session,
  mapping: Mapping,
  entity: EntityName,
  context: { readonly timeZone: string; readonly parameters: Parameters; readonly readAt?: ReadAt },
): Promise<Probe> {
  const select = mapping.selects.get(entity);
  if (select === undefined) {
    const error = `no ${entity} in mapping ${mapping.name}`;
    return { entity, status: 'missing', reason: 'missing_entity', error };
  }
  const answer = await session.ask(`select * from (\n${select}\n) as m limit 0`, context.parameters);
  if (!answer.ok) {
    const reason: Reason = answer.code === UNDEFINED_COLUMN ? 'missing_column' : 'source_failed';
    return { entity, status: 'error', reason, error: `${entity}.sql does not run: ${refusal(answer)}` };
  }
  const types = await typeNames(
    session,
    answer.fields.map(({ dataTypeID }) => dataTypeID),
  );
  const found = new Map<string, FoundColumn>();
  for (const { name, dataTypeID: oid } of answer.fields)
    found.set(name, { name, oid, typeName: types.get(oid) ?? String(oid) });
  const timed = await withTrustedTimes(session, context.parameters, {
    entity,
    select,
    timeZone: context.timeZone,
    latest: latestTime(context.parameters, context.readAt),
    columns: columnsOf(entity, mapping.contract).map((column) =>
      planColumn(entity, column, found.get(column.name)),
    ),
    trusted: new Set<string>(),
  });
  const relation = { ...timed, ...(await windowTraits(session, timed, context.parameters)) };
  const unusable = relation.columns.filter(({ required, state }) => required && state !== 'ok');
  if (unusable.length === 0) return { entity, status: 'ok', relation };
  const list = unusable.map(({ name, state, found: type }) =>
    state === 'absent' ? `no column ${name}` : `column ${name} is ${type ?? 'of another type'}`,
  );
  const error = `${entity} in mapping ${mapping.name} cannot be used: ${list.join(', ')}`;
  return { entity, status: 'error', reason: 'missing_column', error, relation };
}

/**
 * The columns by which windows are cut keep their index when they are compared bare. That is safe when no value of
 * them is out of range, which holds for the whole snapshot once seen.
 */
async function withTrustedTimes(
  session: Session,
  parameters: Parameters,
  relation: Relation,
): Promise<Relation> {
  const times = [
    timeColumnOf(relation.entity),
    'closed_at',
    relation.entity === 'order' ? 'updated_at' : null,
  ];
  const candidates = relation.columns.filter(
    ({ name, type, state }) => type === 'time' && state === 'ok' && times.includes(name),
  );
  const trusted = new Set<string>();
  for (const plan of candidates) {
    const outside = impossibleTime(plan, relation);
    if (outside === null) continue;
    const sql = `select exists (select 1 from (\n${relation.select}\n) as m where ${outside}) as found`;
    const answer = await session.ask(sql, parameters);
    if (answer.ok && answer.rows[0]?.['found'] === false) trusted.add(plan.name);
  }
  return { ...relation, trusted };
}

/** Names of types for messages, as people write them. */
async function typeNames(session: Session, oids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const list = [...new Set(oids)].map(String).join(', ');
  if (list === '') return new Map();
  const answer = await session.ask(
    `select oid::bigint as oid, format_type(oid, null) as name from pg_catalog.pg_type where oid in (${list})`,
  );
  const rows: readonly Row[] = answer.ok ? answer.rows : [];
  return new Map(rows.map((row) => [Number(row['oid']), String(row['name'])]));
}
