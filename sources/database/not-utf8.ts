import { timeColumnOf } from '../../audit/contract.ts';
import type { EntityState } from '../../audit/evidence.ts';
import { TEXT_LIMIT } from './column-plan.ts';
import type { Parameters, Relation } from './compile.ts';
import type { Session } from './session.ts';
import { quoteIdentifier, quoteLiteral } from './sql-text.ts';
import { rawRows } from './window-rows.ts';

/** UTF-8 (RFC 3629, section 4) over bytes, as a SQL_ASCII database gives them to its regular expressions. */
const UTF8 = [
  String.raw`[\x01-\x7f]`,
  String.raw`[\xc2-\xdf][\x80-\xbf]`,
  String.raw`\xe0[\xa0-\xbf][\x80-\xbf]`,
  String.raw`[\xe1-\xec\xee\xef][\x80-\xbf]{2}`,
  String.raw`\xed[\x80-\x9f][\x80-\xbf]`,
  String.raw`\xf0[\x90-\xbf][\x80-\xbf]{2}`,
  String.raw`[\xf1-\xf3][\x80-\xbf]{3}`,
  String.raw`\xf4[\x80-\x8f][\x80-\xbf]{2}`,
];
const VALID = quoteLiteral(`^(?:${UTF8.join('|')})*$`);
const NOT_ASCII = quoteLiteral(String.raw`[\x80-\xff]`);
const OUTSIDE_ASCII = quoteLiteral(String.raw`[^\x01-\x7f]`);

type NotUtf8 = NonNullable<EntityState['notUtf8']>;

/**
 * The window's texts that cannot be read, by column; the report shows U+FFFD for what is not. A SQL_ASCII database holds any
 * bytes, and in those of another encoding a character may have no UTF-8.
 */
export async function notUtf8(
  session: Session,
  relation: Relation,
  parameters: Parameters,
): Promise<Pick<EntityState, 'notUtf8'>> {
  const { encoding = 'UTF8' } = session;
  if (encoding === 'UTF8') return {};
  const found = await (encoding === 'SQL_ASCII' ? anyBytes : untranslatable)(session, relation, parameters);
  return found.length === 0 ? {} : { notUtf8: found };
}

const columnsOf = ({ columns }: Relation): readonly string[] =>
  columns.filter(({ state }) => state === 'ok').map(({ name }) => name);

/** What tells a row to people: its id, or else its time. */
function nameOfRow({ entity, columns }: Relation): string {
  const key =
    columns.find(({ name, state }) => name === 'id' && state === 'ok')?.name ?? timeColumnOf(entity);
  return key === null ? 'null::text' : `m.${quoteIdentifier(key)}::text`;
}

async function anyBytes(session: Session, relation: Relation, parameters: Parameters): Promise<NotUtf8> {
  const columns = columnsOf(relation);
  const counts = columns.map((name) => {
    const text = `m.${quoteIdentifier(name)}::text`;
    const condition = `${text} ~ ${NOT_ASCII} and ${text} !~ ${VALID}`;
    return (
      `count(*) filter (where ${condition}) as ${quoteIdentifier(name)}, ` +
      `min(array[left(${text}, 60), ${nameOfRow(relation)}]) filter (where ${condition}) as ${quoteIdentifier(`${name} value`)}`
    );
  });
  const answer = await session.ask(`select ${counts.join(', ')} from ${rawRows(relation)}`, parameters);
  const row = answer.ok ? answer.rows[0] : undefined;
  return columns.flatMap((column) => {
    const [rows, first] = [Number(row?.[column] ?? 0), row?.[`${column} value`]];
    const [value, name] = (first ?? []) as readonly (string | null)[];
    return rows === 0 ? [] : [{ column, rows, value: value ?? '', ...(name != null && { row: name }) }];
  });
}

/** Distinct texts that are not ASCII; what is more is not looked at one by one. */
const MOST_TEXTS = 20_000;

async function untranslatable(
  session: Session,
  relation: Relation,
  parameters: Parameters,
): Promise<NotUtf8> {
  const columns = columnsOf(relation);
  const names = columns.map(quoteLiteral).join(', ');
  const texts = columns.map((name) => `m.${quoteIdentifier(name)}::text`).join(', ');
  const sql =
    `select v.name, left(v.value, ${String(TEXT_LIMIT)}) as value, count(*) as n, min(r.named) as named\n` +
    `from (select array[${texts}] as texts, ${nameOfRow(relation)} as named from ${rawRows(relation)}) as r\n` +
    `cross join unnest(array[${names}], r.texts) as v (name, value)\nwhere v.value ~ ${OUTSIDE_ASCII}\n` +
    `group by 1, 2 order by 1, 2 limit ${String(MOST_TEXTS)}`;
  const answer = await session.ask(sql, parameters);
  const rows = (answer.ok ? answer.rows : []).filter(({ value }) => String(value).includes('\ufffd'));
  return columns.flatMap((column) => {
    const own = rows.filter(({ name }) => name === column);
    const [first] = own;
    if (first === undefined) return [];
    const count = own.reduce((sum, { n }) => sum + Number(n), 0);
    const named = typeof first['named'] === 'string' ? { row: first['named'] } : {};
    return [{ column, rows: count, value: String(first['value']).slice(0, 60), ...named }];
  });
}
