import { type EntityName } from '../../audit/contract.ts';
import { relationSql, type Parameters, type Relation } from './compile.ts';
import type { Session } from './session.ts';
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
    const { columns, of } = ALSO_TIMED[relation.entity] ?? { columns: [], of: '' };
    const own = timesOf(relation).filter(({ name, required }) => required || name === 'closed_at');
    const also = timesOf(relation).filter(({ name }) => columns.includes(name));
    const before = also.map(({ name }) => `max(t."${name}") filter (where t."${name}" < :to)`);
    return [
      ...own.map(({ name }) => question(relation, `max(t."${name}")`, `t."${name}" < :to`)),
      ...(also.length > 0 ? [question(relation, `greatest(${before.join(', ')})`, of)] : []),
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

function question(relation: Relation, newest: string, condition: string): string {
  const named = new Set(`${newest} ${condition}`.match(/\w+/g));
  return `select ${newest} as at from ${relationSql(relation, named)} as t where ${condition}`;
}
