import { timeColumnOf, type EntityName } from '../../audit/contract.ts';
import type { AppliedScope, Scope } from '../../audit/scope.ts';
import { expressionOf, relationSql, type Parameters, type Relation } from './compile.ts';
import type { Probe } from './relations.ts';
import type { Session } from './session.ts';
import { quoteLiteral } from './sql-text.ts';

/** About the bot or the market, not about what it trades: read whole, and named in the report's header. */
const WHOLE: ReadonlySet<EntityName> = new Set(['price', 'instrument', 'state', 'limit']);

/** Through which column an entity's rows belong to those of another, where they do not say it themselves. */
const LINKS: Readonly<Partial<Record<EntityName, readonly (readonly [column: string, to: EntityName])[]>>> = {
  order: [['position_id', 'position']],
  fill: [
    ['position_id', 'position'],
    ['order_id', 'order'],
  ],
  funding: [['position_id', 'position']],
  stop_change: [['position_id', 'position']],
  trailing_update: [['position_id', 'position']],
  event: [['position_id', 'position']],
  execution: [['decision_id', 'decision']],
};
/** How far back a row must name what a report is limited to, for zero rows to mean that nothing happened. */
const LOOK_BACK = "interval '31 days'";

type Probes = ReadonlyMap<EntityName, Probe>;

/**
 * The relations limited to a scope: each mapping's SELECT with a condition around it, by its own column or by the row that
 * it belongs to. What has neither is not read, since a part of it nobody can tell.
 */
export async function scopedProbes(
  session: Session,
  probes: Probes,
  scope: Scope,
  parameters: Parameters,
): Promise<{ readonly probes: Probes; readonly scope: AppliedScope }> {
  const criteria = criteriaOf(scope);
  const own: Relation[] = [];
  const scoped = new Map<EntityName, Probe>();
  const whole: EntityName[] = [];
  const unread: EntityName[] = [];
  for (const [entity, probe] of probes) {
    if (probe.status !== 'ok' || WHOLE.has(entity)) {
      if (probe.status === 'ok') whole.push(entity);
      scoped.set(entity, probe);
      continue;
    }
    const conditions = criteria.map((criterion) => conditionOf(probe.relation, criterion, probes));
    const known = conditions.filter((condition) => condition !== null);
    if (known.length < criteria.length) {
      unread.push(entity);
      const names = criteria.map(({ column }) => column);
      const error = `rows of ${entity} name no ${names.join(' and no ')}, so they cannot be limited to what the report covers`;
      scoped.set(entity, { entity, status: 'error', reason: 'missing_column', error });
      continue;
    }
    const relation = limited(probe.relation, known);
    scoped.set(entity, { entity, status: 'ok', relation });
    if (criteria.every(({ column }) => columnOf(probe.relation, column) !== null)) own.push(relation);
  }
  const applied = { ...scope, whole, unread };
  if (await anyRow(session, own, parameters)) return { probes: scoped, scope: applied };
  return { probes: withoutData(scoped, scope), scope: applied };
}

interface Criterion {
  readonly column: 'strategy' | 'symbol';
  /** The condition on a column's expression. */
  on(expression: string): string;
}

/** A strategy by its exact name, without the blanks around it as all names are read; symbols by the instrument that they mean. */
function criteriaOf({ strategy, symbols = [] }: Scope): readonly Criterion[] {
  const names = symbols.map((symbol) => canonical(quoteLiteral(symbol)));
  return [
    ...(strategy === undefined
      ? []
      : [{ column: 'strategy' as const, on: (sql: string) => `${sql} = btrim(${quoteLiteral(strategy)})` }]),
    ...(names.length === 0
      ? []
      : [{ column: 'symbol' as const, on: (sql: string) => `${canonical(sql)} in (${names.join(', ')})` }]),
  ];
}

/** As `canonicalSymbol` of the sections. */
function canonical(sql: string): string {
  return `upper(translate(split_part(${sql}, ':', 1), '/_-', ''))`;
}

function columnOf(relation: Relation, name: string): string | null {
  const plan = relation.columns.find((column) => column.name === name && column.state === 'ok');
  return plan === undefined ? null : expressionOf(relation, plan);
}

function conditionOf(relation: Relation, criterion: Criterion, probes: Probes): string | null {
  const own = columnOf(relation, criterion.column);
  if (own !== null) return criterion.on(own);
  for (const [column, to] of LINKS[relation.entity] ?? []) {
    const link = columnOf(relation, column);
    const probe = probes.get(to);
    if (link === null || probe?.status !== 'ok') continue;
    const target = columnOf(probe.relation, criterion.column);
    if (target === null) continue;
    const ids = relationSql(limited(probe.relation, [criterion.on(target)]), new Set(['id']));
    return `${link} in (select k.id from ${ids} as k)`;
  }
  return null;
}

function limited(relation: Relation, conditions: readonly string[]): Relation {
  const select = `select m.* from (\n${relation.select}\n) as m where ${conditions.join(' and ')}`;
  return { ...relation, select };
}

/** Whether any row of the last month before the window, or of it, is one of the scope: else a name is wrong, or long gone. */
async function anyRow(
  session: Session,
  relations: readonly Relation[],
  parameters: Parameters,
): Promise<boolean> {
  for (const relation of relations) {
    const time = timeColumnOf(relation.entity);
    if (time === null) continue;
    const rows = relationSql(relation, new Set([time]));
    const answer = await session.ask(
      `select exists (select 1 from ${rows} as r where r.${time} >= :from::timestamptz - ${LOOK_BACK} and r.${time} < :to::timestamptz) as found`,
      parameters,
    );
    if (!answer.ok || answer.rows[0]?.['found'] === true) return true;
  }
  return false;
}

function withoutData(probes: Probes, { strategy, symbols = [] }: Scope): Probes {
  const named = [strategy ?? [], ...symbols].flat().join(', ');
  const error = `no row of the window or the 31 days before it names ${named}`;
  return new Map(
    [...probes].map(([entity, probe]) => [
      entity,
      probe.status !== 'ok' || WHOLE.has(entity)
        ? probe
        : ({ entity, status: 'error', reason: 'no_data', error } as const),
    ]),
  );
}
