import { timeColumnOf } from '../../audit/contract.ts';
import type { EntityState } from '../../audit/evidence.ts';
import { expectedType, spelled, spellingsOf, type ColumnPlan } from './column-plan.ts';
import { expressionOf, relationSql, type Parameters, type Relation } from './compile.ts';
import { unreadWords } from './distinct-words.ts';
import { notUtf8 } from './not-utf8.ts';
import { eventTypes } from './event-types.ts';
import { silencesOf } from './silences.ts';
import type { Probe } from './relations.ts';
import type { Row, Session } from './session.ts';
import { quoteLiteral } from './sql-text.ts';
import type { ReadAt } from './latest-time.ts';
import { rawRows } from './window-rows.ts';
import { timesAhead } from './times-ahead.ts';
import { wantingValues } from './wanting-values.ts';
import { readBySpelling } from './word-reading.ts';

/** Unknown spellings listed per entity: enough to act on, bounded for the report. */
const SPELLINGS_SHOWN = 50;
/** What the preflight says of one entity: present, runs, right types, ever had rows, what could not be read in the window. */
export async function entityState(
  session: Session,
  probe: Probe,
  parameters: Parameters,
  readAt: ReadAt,
): Promise<EntityState> {
  const { relation } = probe;
  const state: EntityState = {
    entity: probe.entity,
    status: probe.status,
    ...(probe.status === 'error' && { error: probe.error }),
    columns: relation?.columns.filter(({ state: found }) => found === 'ok').map(({ name }) => name) ?? [],
    wrongTypes: relation?.columns.filter(({ state: found }) => found === 'wrong').map(wrongType) ?? [],
    everHadRows: false,
    ...(relation !== undefined && { select: relation.select, expressions: expressionsOf(relation) }),
    unknownSpellings: [],
    unusable: [],
  };
  if (probe.status !== 'ok') return state;
  const everHadRows = await hasRows(session, probe.relation, parameters);
  if (!everHadRows) return probe.entity === 'event' ? { ...state, types: [] } : state;
  return {
    ...state,
    everHadRows,
    unknownSpellings: await unknownSpellings(session, probe.relation, parameters),
    ...(await unreadWords(session, probe.relation, parameters)),
    ...(await wantingValues(session, probe.relation, parameters)),
    ...(await notUtf8(session, probe.relation, parameters)),
    ...(await repeatedIds(session, probe.relation, parameters)),
    ...(await silencesOf(session, probe.relation, parameters)),
    ...(await timesAhead(session, probe.relation, parameters, readAt)),
    ...(probe.entity === 'event' && { types: await eventTypes(session, probe.relation, parameters) }),
  };
}

function expressionsOf(relation: Relation): Readonly<Record<string, string>> {
  return Object.fromEntries(
    relation.columns
      .filter(
        (plan) => plan.state === 'ok' || readBySpelling(relation.entity, plan, relation.columns) !== null,
      )
      .map((plan) => [plan.name, expressionOf(relation, plan)]),
  );
}

function wrongType({ name, type, found }: ColumnPlan): EntityState['wrongTypes'][number] {
  return { column: name, type: found ?? 'unknown', expected: expectedType(type) };
}

async function hasRows(session: Session, relation: Relation, parameters: Parameters): Promise<boolean> {
  const time = timeColumnOf(relation.entity);
  // Rows that all lie after the window say nothing of it: a table that starts later is no proof of zero.
  // A total is written when the time that it covers ends: at the end of the window it is one of it.
  const until = relation.entity === 'total' ? '<=' : '<';
  const before = time === null ? '' : ` where r.${time} ${until} :to or r.${time} is null`;
  const rows = await rowsOf(
    session,
    `select exists (select 1 from ${relationSql(relation, new Set(time === null ? [] : [time]))} as r${before}) as found`,
    parameters,
  );
  // A question that failed (a timeout) is no proof of emptiness.
  return rows[0]?.['found'] !== false;
}

async function unknownSpellings(
  session: Session,
  relation: Relation,
  parameters: Parameters,
): Promise<EntityState['unknownSpellings']> {
  const judged = relation.columns.filter(({ state, type }) => state === 'ok' && spellingsOf(type) !== null);
  if (judged.length === 0) return [];
  const columns = judged.map(({ name }) => `m."${name}"::text`);
  // The window is read once, and what is stored counted first, so that a word is looked at once and not once a row.
  const named = judged.map(({ name }) => `m."${name}"::text as "${name}"`);
  const stored = `select ${named.join(', ')}, count(*) as n from ${rawRows(relation)} group by ${columns.join(', ')}`;
  const words = judged.map(
    (plan) => `(${quoteLiteral(plan.name)}, ${spelled(`m."${plan.name}"`)}, ${isStrange(plan)})`,
  );
  const sql =
    `select w.name, coalesce(left(w.value, 100), '(empty)') as value, sum(m.n) as n from (\n${stored}\n) as m\n` +
    `cross join lateral (values ${words.join(',\n  ')}) as w (name, value, strange) where w.strange\n` +
    `group by 1, 2 order by 3 desc, 1, 2 limit ${String(SPELLINGS_SHOWN)}`;
  const rows = await rowsOf(session, sql, parameters);
  return rows.map((row) => ({
    column: String(row['name']),
    value: String(row['value']),
    rows: Number(row['n']),
  }));
}

/** An empty value of a required column is read as unknown too, and must be said like any other. */
function isStrange({ name, type, required }: ColumnPlan): string {
  const value = spelled(`m."${name}"`);
  const known = Object.keys(spellingsOf(type) ?? {}).map(quoteLiteral);
  const unlike = `${value} not in (${known.join(', ')})`;
  return required ? `(${value} is null or ${unlike})` : unlike;
}

/** An id is what rows are counted and joined by: one that stands twice doubles whatever is summed. */
async function repeatedIds(
  session: Session,
  relation: Relation,
  parameters: Parameters,
): Promise<Pick<EntityState, 'repeatedIds'>> {
  if (!relation.columns.some(({ name, state }) => name === 'id' && state === 'ok')) return {};
  const sql = `select count(m."id") - count(distinct m."id") as n from ${rawRows(relation)}`;
  const [row] = await rowsOf(session, sql, parameters);
  return row === undefined ? {} : { repeatedIds: Number(row['n']) };
}

/** Preflight questions must not cost the entity: one that fails (a timeout) is answered with nothing. */
async function rowsOf(session: Session, sql: string, parameters: Parameters): Promise<readonly Row[]> {
  const answer = await session.ask(sql, parameters);
  return answer.ok ? answer.rows : [];
}
