import { type EntityName } from '../../audit/contract.ts';
import { compileQuery, naiveColumn, type Parameters, type Relation } from './compile.ts';
import { CLOCK_CHANGE } from './naive-bounds.ts';
import { RAW } from './raw-columns.ts';
import type { Session } from './session.ts';
import { quoteLiteral } from './sql-text.ts';
import { windowCondition } from './window-rows.ts';

/**
 * Columns that tell of a row's life beside the contract's time column. Few bots index them, so that they are asked of the
 * rows which can have lived in the window; what changes an older row is no sign of a bot at work.
 */
const ALSO_TIMED: Readonly<Partial<Record<EntityName, { columns: readonly string[]; of: string }>>> = {
  position: {
    columns: ['closed_at', 'updated_at', 'last_evaluated_at'],
    of: windowCondition('position', 't'),
  },
  order: {
    columns: ['updated_at', 'filled_at', 'cancelled_at'],
    of: `t.created_at >= :from::timestamptz - interval '1 day'`,
  },
};

/** The newest time before the window's end over all timed relations; null when there is none. */
export async function newestTime(
  session: Session,
  relations: readonly Relation[],
  parameters: Parameters,
): Promise<string | null> {
  const questions = relations.flatMap((relation) => {
    const question = (newest: string, condition: string): string => {
      const sql = `select ${newest} as at from @${relation.entity} t where ${condition}`;
      const query = { id: 'newest-time', sql, entities: [relation.entity] };
      return compileQuery(query, () => relation, parameters).sql;
    };
    const { columns, of } = ALSO_TIMED[relation.entity] ?? { columns: [], of: '' };
    const own = timesOf(relation).filter(({ name, required }) => required || name === 'closed_at');
    const also = timesOf(relation).filter(({ name }) => columns.includes(name));
    const before = also.map(({ name }) => `max(t.${name}) filter (where t.${name} < :to)`);
    return [
      ...own.map(({ name }) => question(`max(t.${name})`, `t.${name} < :to${notBefore(relation, name)}`)),
      ...(also.length > 0 ? [question(`greatest(${before.join(', ')})`, of)] : []),
    ];
  });
  let found: string | null = null;
  for (const sql of questions) {
    const answer = await session.ask(sql, parameters);
    const at = answer.ok ? answer.rows[0]?.['at'] : null;
    if (typeof at === 'string' && (found === null || Date.parse(at) > Date.parse(found))) found = at;
  }
  return found;
}

function timesOf({ columns }: Relation): Relation['columns'] {
  return columns.filter(({ type, state }) => type === 'time' && state === 'ok');
}

/**
 * The newest of an index is the newest time only where times have zones. Else it is among the rows since one that is
 * before the bound whatever the clocks did.
 */
function notBefore(relation: Relation, name: string): string {
  const naive = naiveColumn(relation, name, `c.${name}${RAW}`);
  if (naive === null) return '';
  const bound = `(:to) at time zone ${quoteLiteral(naive.timeZone)} - ${CLOCK_CHANGE}`;
  const certain = `select max(${naive.raw}) from @${relation.entity} c where ${naive.raw} < ${bound}`;
  return ` and t.${name}${RAW} >= coalesce((${certain}), '-infinity')`;
}
