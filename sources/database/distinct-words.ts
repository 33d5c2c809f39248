import { timeColumnOf, type EntityName } from '../../audit/contract.ts';
import type { EntityState } from '../../audit/evidence.ts';
import { READ_BY, SWITCHES } from '../../audit/word-kinds.ts';
import { relationSql, type Parameters, type Relation } from './compile.ts';
import type { Session } from './session.ts';
import { quoteLiteral } from './sql-text.ts';
import { windowCondition } from './window-condition.ts';
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
  const words = wordsOf(entity, column);
  const names = new Set([...words, column, 'kind', 'value', 'closed_at', timeColumnOf(entity) ?? '']);
  const rows = relationSql(relation, names);
  const word = WORDS[`${entity}.${column}`] ?? `r.${words[0] ?? column}`;
  const from =
    entity === 'state'
      ? `(select s.*, row_number() over (partition by s.name order by s.at desc, s.value) as place\n` +
        `from ${rows} as s where s.at < :to) as r where (r.place = 1 or r.at >= :from)`
      : `${rows} as r where ${windowCondition(entity, 'r')}`;
  const only = column === 'on' ? ` and r.kind in (${SWITCHES.map(quoteLiteral).join(', ')})` : '';
  return (
    `select left(${word}, ${String(WORD_LIMIT)}) as word, r."${column}"::text as reading, count(*)::int as n\n` +
    `from ${from} and btrim(${word}) <> ''${only}\ngroup by 1, 2`
  );
}

const WORDS: Readonly<Record<string, string>> = {
  'state.on': `r.name || '=' || coalesce(r.value, '')`,
  'order.reject_class': `coalesce(nullif(btrim(r.reject_code), ''), r.reject_reason)`,
};

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
