import { expressionOf, relationSql, type Parameters, type Relation } from './compile.ts';
import type { Session } from './session.ts';
import { windowCondition } from './window-rows.ts';

/** Enough to act on, bounded for the report. */
const TYPES_SHOWN = 500;
/** Without an index on the type, those ever seen need the whole table; past this time those of the window must do. */
const TYPES_MS = 5_000;

/** The types of events ever seen, in order: by one step of an index a type where there is one, else by reading all rows. */
export async function eventTypes(
  session: Session,
  relation: Relation,
  parameters: Parameters,
): Promise<readonly string[]> {
  const all = `select distinct type from ${relationSql(relation, new Set(['type']))} as e where type is not null`;
  const window = `select distinct e.type from ${relationSql(relation, new Set(['type', 'at']))} as e where e.type is not null and ${windowCondition('event', 'e')}`;
  const limit = ` order by type limit ${String(TYPES_SHOWN)}`;
  const steps = await stepsOfIndex(session, relation, parameters);
  const ever = await session.ask(steps ?? all + limit, parameters, { statementMs: TYPES_MS });
  const answer = ever.ok ? ever : await session.ask(window + limit, parameters);
  return answer.ok ? [...new Set(answer.rows.map((row) => String(row['type'])))] : [];
}

/** From each type to the next greater one, as the bot stores them; null when the server would have to sort for a step. */
async function stepsOfIndex(
  session: Session,
  relation: Relation,
  parameters: Parameters,
): Promise<string | null> {
  const plan = relation.columns.find(({ name, state }) => name === 'type' && state === 'ok');
  if (plan === undefined) return null;
  const next = (condition: string): string =>
    `select m."type" as raw, ${expressionOf(relation, plan)} as type\nfrom (\n${relation.select}\n) as m where m."type" ${condition} order by m."type" limit 1`;
  const first = next('is not null');
  const explained = await session.ask(`explain (format json) ${first}`, parameters);
  if (!explained.ok || /Sort"/.test(JSON.stringify(explained.rows))) return null;
  return (
    `with recursive step as (\n(${first})\nunion all\n` +
    `select n.raw, n.type from step s cross join lateral (${next('> s.raw')}) n\n) ` +
    `select type from step limit ${String(TYPES_SHOWN)}`
  );
}
