import type { EntityName } from '../../audit/contract.ts';
import type { EntityState } from '../../audit/evidence.ts';
import { READ_BY, SWITCHES } from '../../audit/word-kinds.ts';
import type { ColumnPlan } from './column-plan.ts';
import { columnList, relationSql, type Parameters, type Relation } from './compile.ts';
import type { Session } from './session.ts';
import { quoteLiteral } from './sql-text.ts';
import { rawRows, windowCondition } from './window-rows.ts';
import { wordsOf } from './word-reading.ts';

/** Words that nothing reads, listed per entity: enough to act on, bounded for the report. */
const UNREAD_SHOWN = 50;
const WORD_LIMIT = 100;

/** The columns of a relation that are read by words which its mapping gives. */
export function readColumns(relation: Relation): readonly string[] {
  const given = new Set(relation.columns.filter(({ state }) => state === 'ok').map(({ name }) => name));
  const readings: Readonly<Partial<Record<EntityName, object>>> = READ_BY;
  return Object.keys(readings[relation.entity] ?? {}).filter((column) => {
    const words = wordsOf(relation.entity, column);
    return column === 'on' ? words.every((word) => given.has(word)) : words.some((word) => given.has(word));
  });
}

/**
 * `word, reading, n` of one column: its distinct words in the window with what each is read as, NULL where nothing reads
 * it. Of states also the last row of each name, which counts until there is another.
 */
export function distinctWords(relation: Relation, column: string): string {
  const { entity } = relation;
  const plans = relation.columns.filter(({ name }) =>
    [...wordsOf(entity, column), ...ALSO, column].includes(name),
  );
  const word = WORDS[`${entity}.${column}`] ?? `r."${wordsOf(entity, column)[0] ?? column}"`;
  const only = column === 'on' ? ` and r.kind in (${SWITCHES.map(quoteLiteral).join(', ')})` : '';
  // What is stored is counted first, so that each spelling is read once and not once a row; without the offset the server
  // would ask each row for what is asked of the counted ones.
  return (
    `select left(${word}, ${String(WORD_LIMIT)}) as word, r."${column}"::text as reading, sum(r.n)::int as n\n` +
    `from (select\n${columnList(relation, plans)},\n    m.n\n  from (\n${counted(relation, plans)} offset 0\n  ) as m) as r\n` +
    `where btrim(${word}) <> ''${only}\ngroup by 1, 2`
  );
}

/** Columns on which a reading may depend beside its words. */
const ALSO = ['kind', 'exchange'];

const WORDS: Readonly<Record<string, string>> = {
  'state.on': `r."name" || '=' || coalesce(r."value", '')`,
  'api_call.error_kind': `coalesce(nullif(btrim(r.error_class), ''), r.error_code)`,
  'order.reject_class': `coalesce(nullif(btrim(r.reject_code), ''), r.reject_reason)`,
};

/** Rows of the window by what they store in these columns. */
function counted(relation: Relation, plans: readonly ColumnPlan[]): string {
  const given = plans.filter(({ state }) => state === 'ok');
  const list = given
    .map(({ name, type }) => `m."${name}"${type === 'switch' ? '' : '::text'} as "${name}"`)
    .join(', ');
  const by = `group by ${given.map((_plan, index) => String(index + 1)).join(', ')}`;
  if (relation.entity !== 'state') return `select ${list}, count(*) as n from ${rawRows(relation)} ${by}`;
  const place = 'row_number() over (partition by m."name" order by w.at desc, m."value"::text)';
  const names = given.map(({ name }) => `s."${name}"`).join(', ');
  const before = rawRows(relation, 'w.at < :to');
  // The last of each name is found first, so that only rows that may count are read and sorted.
  const last = `select m."name", max(w.at) from ${before} group by 1`;
  return (
    `select ${names}, count(*) as n from (select ${list}, w.at, ${place} as place from ${before}\n` +
    `  and (w.at >= :from or (m."name", w.at) in (${last}))) as s\nwhere s.place = 1 or s.at >= :from ${by}`
  );
}

/** What nothing reads, most frequent first; absent when there is no such column, or the question failed. */
export async function unreadWords(
  session: Session,
  relation: Relation,
  parameters: Parameters,
): Promise<Pick<EntityState, 'unread'>> {
  const parts = readColumns(relation).map(
    (column) =>
      `select ${quoteLiteral(column)} as name, d.word, d.n from (\n${distinctWords(relation, column)}\n) as d where d.reading is null`,
  );
  parts.push(...unjudgedEvents(relation));
  if (parts.length === 0) return {};
  const sql =
    `select name, word, n from (\n${parts.join('\nunion all\n')}\n) as u ` +
    `order by n desc, name, word limit ${String(UNREAD_SHOWN)}`;
  const answer = await session.ask(sql, parameters);
  if (!answer.ok) return {};
  return {
    unread: answer.rows.map((row) => ({
      column: String(row['name']),
      word: String(row['word']),
      rows: Number(row['n']),
    })),
  };
}

/** Events whose severity, or even type, is lost, and whose kind does not say how bad it was: any of them may have been CRITICAL. */
function unjudgedEvents(relation: Relation): readonly string[] {
  const given = (column: string): boolean =>
    relation.columns.some(({ name, state }) => name === column && state === 'ok');
  if (relation.entity !== 'event' || !given('severity')) return [];
  const rows = relationSql(relation, new Set(['at', 'type', 'kind', 'severity']));
  const word = `coalesce(nullif(btrim(e.type), ''), '(no type)')`;
  return [
    `select 'severity' as name, left(${word}, ${String(WORD_LIMIT)}) as word, count(*)::int as n from ${rows} as e\n` +
      `where ${windowCondition('event', 'e')} and coalesce(e.kind, 'error') = 'error'\n` +
      `  and (coalesce(e.severity, 'unknown') = 'unknown' or coalesce(btrim(e.type), '') = '') group by 2`,
  ];
}
