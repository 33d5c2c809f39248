import { timeColumnOf } from '../../audit/contract.ts';
import type { EntityState } from '../../audit/evidence.ts';
import { isPlaced, placesOf } from '../../audit/rests-on.ts';
import { spellingsOf, unusableCondition, type ColumnPlan } from './column-plan.ts';
import type { Parameters, Relation } from './compile.ts';
import type { Row, Session } from './session.ts';
import { rawRows } from './window-rows.ts';

/** Without an index on a time its rows that have none need the whole table; that must not cost what the audit's own queries may. */
const UNPLACED_MS = 5_000;

type Wanting = Pick<EntityState, 'unusable' | 'unset' | 'unplaced'>;

/** Values that cannot be, and required ones that are not there: in the window, and of the entity's own time wherever the row is. */
export async function wantingValues(
  session: Session,
  relation: Relation,
  parameters: Parameters,
): Promise<Wanting> {
  const rowOf = async (sql: string, statementMs?: number): Promise<Row | undefined> => {
    const answer = await session.ask(sql, parameters, statementMs === undefined ? {} : { statementMs });
    return answer.ok ? answer.rows[0] : undefined;
  };
  const { entity, columns, select } = relation;
  const time = timeColumnOf(entity);
  const conditions = columns
    .filter(({ name }) => name !== time)
    .flatMap((plan) => [
      ...asked(plan, '', conditionOf(plan, relation), true),
      ...asked(plan, ' unset', emptyCondition(plan), false),
    ]);
  const inWindow =
    conditions.length === 0
      ? undefined
      : await rowOf(`select ${conditions.join(', ')} from ${rawRows(relation)}`);
  const unusable = columns.map(({ name }) => unusableOf(name, inWindow));
  const key = columns.find(({ name }) => name === time);
  const condition = key && !relation.trusted.has(key.name) ? unusableCondition(key, relation) : null;
  if (key && condition !== null) {
    // Such a row lies in no window, so it is counted wherever it is.
    const counts = asked(key, '', condition, true).join(', ');
    unusable.push(
      unusableOf(key.name, await rowOf(`select ${counts} from (\n${select}\n) as m where ${condition}`)),
    );
  }
  const places = columns.filter(({ name, state }) => state === 'ok' && placesOf(entity).includes(name));
  const lost = places.map(({ name }) => `m."${name}" is null`);
  const counts = places.flatMap((plan) => asked(plan, ' unset', `m."${plan.name}" is null`, false));
  const placed =
    lost.length === 0
      ? undefined
      : await rowOf(
          `select count(*) as n, ${counts.join(', ')} from (\n${select}\n) as m where ${lost.join(' or ')}`,
          UNPLACED_MS,
        );
  const unset = columns
    .map(({ name }) => ({ column: name, rows: countOf(`${name} unset`, { ...inWindow, ...placed }) }))
    .filter(({ rows }) => rows > 0);
  const unplaced = isPlaced(entity) ? countOf('n', placed) : 0;
  return {
    unusable: unusable.filter(({ rows }) => rows > 0),
    ...(unset.length > 0 && { unset }),
    ...(unplaced > 0 && { unplaced }),
  };
}

/** What cannot be, and what nobody measured. */
function conditionOf(plan: ColumnPlan, relation: Relation): string | null {
  if (relation.unmeasured?.has(plan.name) === true) return `m."${plan.name}" = 0`;
  return unusableCondition(plan, relation);
}

/** A word with a closed set of spellings is told with its spellings. */
function emptyCondition({ name, type, required, state }: ColumnPlan): string | null {
  if (!required || state !== 'ok' || spellingsOf(type) !== null) return null;
  const isText = type === 'text' || type === 'id' || type === 'currency' || type === 'venue';
  return isText ? `coalesce(btrim(m."${name}"::text), '') = ''` : `m."${name}" is null`;
}

/** How many rows, and the least value of them: a zero time, NaN, or a date in January 1970 tells what went wrong. */
function asked(
  { name }: ColumnPlan,
  suffix: string,
  condition: string | null,
  shown: boolean,
): readonly string[] {
  if (condition === null) return [];
  const rows = `count(*) filter (where ${condition}) as "${name}${suffix}"`;
  const value = `left((min(m."${name}") filter (where ${condition}))::text, 60) as "${name} value"`;
  return shown ? [rows, value] : [rows];
}

const countOf = (column: string, row: Row | undefined): number => Number(row?.[column] ?? 0);

function unusableOf(column: string, row: Row | undefined): EntityState['unusable'][number] {
  const value = row?.[`${column} value`];
  return { column, rows: countOf(column, row), ...(typeof value === 'string' && { value }) };
}
