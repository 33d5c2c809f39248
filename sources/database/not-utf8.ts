import type { EntityState } from '../../audit/evidence.ts';
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

/**
 * The window's texts that are not UTF-8, by column. Only a SQL_ASCII database may hold them; the report shows U+FFFD for
 * what cannot be read of them.
 */
export async function notUtf8(
  session: Session,
  relation: Relation,
  parameters: Parameters,
): Promise<Pick<EntityState, 'notUtf8'>> {
  if (session.takesAnyBytes !== true) return {};
  const columns = relation.columns.filter(({ state }) => state === 'ok').map(({ name }) => name);
  const counts = columns.map((name) => {
    const text = `m.${quoteIdentifier(name)}::text`;
    const condition = `${text} ~ ${NOT_ASCII} and ${text} !~ ${VALID}`;
    return (
      `count(*) filter (where ${condition}) as ${quoteIdentifier(name)}, ` +
      `left(min(${text}) filter (where ${condition}), 60) as ${quoteIdentifier(`${name} value`)}`
    );
  });
  const answer = await session.ask(`select ${counts.join(', ')} from ${rawRows(relation)}`, parameters);
  const row = answer.ok ? answer.rows[0] : undefined;
  const found = columns
    .map((column) => {
      const value = row?.[`${column} value`];
      return { column, rows: Number(row?.[column] ?? 0), value: typeof value === 'string' ? value : '' };
    })
    .filter(({ rows }) => rows > 0);
  return found.length === 0 ? {} : { notUtf8: found };
}
