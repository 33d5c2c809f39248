import { timeColumnOf } from '../../audit/contract.ts';
import type { EntityState } from '../../audit/evidence.ts';
import { AHEAD, ANOTHER_ZONE } from './column-plan.ts';
import { compileQuery, naiveColumn, type Parameters, type Relation } from './compile.ts';
import { RAW } from './raw-columns.ts';
import type { ReadAt } from './latest-time.ts';
import type { Session } from './session.ts';
import { quoteLiteral } from './sql-text.ts';
import { windowCondition } from './window-rows.ts';

/** Without an index on a time its newest rows need the whole table; that must not cost what the audit's own queries may. */
const AHEAD_MS = 5_000;

/** Times that lie after the data could have been written: of all rows by the entity's own time, of the window's by others. */
export async function timesAhead(
  session: Session,
  relation: Relation,
  parameters: Parameters,
  { asOf }: ReadAt,
): Promise<Pick<EntityState, 'ahead'>> {
  const own = timeColumnOf(relation.entity);
  const times = relation.columns
    .filter(({ name, type, state }) => type === 'time' && state === 'ok' && !AHEAD.has(name))
    .map(({ name }) => name);
  // As stored: in the normal form these times are missing.
  const stored: Relation = { ...relation, trusted: new Set(times) };
  const { latest } = relation;
  const parts = times.map((name) => {
    const naive = naiveColumn(stored, name, `t.${name}${RAW}`);
    const local = naive === null ? '' : ` at time zone ${quoteLiteral(naive.timeZone)}`;
    const column = naive?.raw ?? `t.${name}`;
    const isLater = `${column} > (${latest})${local} and ${column} <= (${latest} + ${ANOTHER_ZONE})${local}`;
    const lived = name === own || own === null ? '' : ` and ${windowCondition(relation.entity, 't')}`;
    return `select ${quoteLiteral(name)} as name, count(*)::int as n, max(t.${name}) as newest from @${relation.entity} t where ${isLater}${lived}`;
  });
  if (parts.length === 0) return {};
  const sql = `${parts.join('\nunion all\n')}\norder by name`;
  const query = { id: 'times-ahead', sql, entities: [relation.entity] };
  const compiled = compileQuery(query, () => stored, parameters);
  const answer = await session.ask(compiled.sql, parameters, { statementMs: AHEAD_MS });
  const ahead = (answer.ok ? answer.rows : [])
    .filter((row) => Number(row['n']) > 0)
    .map((row) => ({
      column: String(row['name']),
      rows: Number(row['n']),
      newest: String(row['newest']),
      asOf,
    }));
  return ahead.length === 0 ? {} : { ahead };
}
