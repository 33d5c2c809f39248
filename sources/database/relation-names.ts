import { splitSql } from './sql-text.ts';

const NAME = /(?:"(?:[^"]|"")+"|[a-z_][\w$]*)(?:\s*\.\s*(?:"(?:[^"]|"")+"|[a-z_][\w$]*))*/giy;

/** What a SELECT names as tables: after FROM and JOIN, and after a comma where it is qualified. Not all are relations. */
export function namesAfterFrom(select: string): readonly string[] {
  const code = splitSql(select)
    .map(({ kind, text }) => (kind === 'code' || kind === 'identifier' ? text : ' '))
    .join('');
  const names: string[] = [];
  for (const match of code.matchAll(/\b(?:from|join)\s+(?:only\s+)?(?:lateral\s+)?|,\s*/gi)) {
    NAME.lastIndex = match.index + match[0].length;
    const name = NAME.exec(code)?.[0];
    if (name === undefined) continue;
    // After a comma a bare word is mostly a column; only a qualified name can be meant as a table.
    if (match[0].startsWith(',') && !name.includes('.')) continue;
    names.push(name.replace(/\s+/g, ''));
  }
  return names;
}
