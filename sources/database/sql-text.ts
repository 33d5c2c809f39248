/** A stretch of SQL: only `code` may be rewritten. */
export interface Piece {
  readonly kind: 'code' | 'string' | 'identifier' | 'comment';
  readonly text: string;
}

const STRING = /[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'/y;
const IDENTIFIER = /"(?:[^"]|"")*"/y;
const DOLLAR = /\$((?:[A-Za-z_]\w*)?)\$[\s\S]*?\$\1\$/y;
const LINE_COMMENT = /--[^\n]*/y;
/** What begins no literal: most of a statement. */
const PLAIN = /(?:[^'"$\-/eE]|[eE](?!'))+/y;
const BLOCK_EDGE = /\/\*|\*\//g;

/** By their first character. */
const LITERALS: Readonly<Record<string, readonly [RegExp, Piece['kind']]>> = {
  "'": [STRING, 'string'],
  '"': [IDENTIFIER, 'identifier'],
  $: [DOLLAR, 'string'],
  '-': [LINE_COMMENT, 'comment'],
  e: [STRING, 'string'],
  E: [STRING, 'string'],
};

/** The statement that was split last: each is looked at several times in a row. */
let last: { readonly sql: string; readonly pieces: readonly Piece[] } = { sql: '', pieces: [] };

/** Splits SQL into code, strings, quoted identifiers and comments, as PostgreSQL's scanner does with standard strings. */
export function splitSql(sql: string): readonly Piece[] {
  if (sql !== last.sql) last = { sql, pieces: piecesOf(sql) };
  return last.pieces;
}

function piecesOf(sql: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let code = '';
  let at = 0;
  while (at < sql.length) {
    PLAIN.lastIndex = at;
    const plain = PLAIN.exec(sql)?.[0] ?? '';
    code += plain;
    at += plain.length;
    if (at >= sql.length) break;
    const found = literalAt(sql, at, /\w/.test(code.at(-1) ?? ''));
    if (!found) {
      code += sql[at] ?? '';
      at += 1;
      continue;
    }
    if (code !== '') pieces.push({ kind: 'code', text: code });
    code = '';
    pieces.push(found);
    at += found.text.length;
  }
  if (code !== '') pieces.push({ kind: 'code', text: code });
  return pieces;
}

function literalAt(sql: string, at: number, insideWord: boolean): Piece | null {
  const character = sql[at] ?? '';
  if (character === '/' && sql[at + 1] === '*') return { kind: 'comment', text: blockComment(sql, at) };
  const literal = LITERALS[character];
  if (!literal || (insideWord && /[$eE]/.test(character))) return null;
  const [pattern, kind] = literal;
  pattern.lastIndex = at;
  const match = pattern.exec(sql);
  return match ? { kind, text: match[0] } : null;
}

/** Block comments nest in PostgreSQL. One that never ends takes the rest. */
function blockComment(sql: string, at: number): string {
  let depth = 0;
  BLOCK_EDGE.lastIndex = at;
  for (let match = BLOCK_EDGE.exec(sql); match; match = BLOCK_EDGE.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return sql.slice(at, BLOCK_EDGE.lastIndex);
  }
  return sql.slice(at);
}

/** Rewrites the code of a statement and leaves its strings, quoted names and comments as they are. */
export function rewriteCode(sql: string, rewrite: (code: string) => string): string {
  return splitSql(sql)
    .map((piece) => (piece.kind === 'code' ? rewrite(piece.text) : piece.text))
    .join('');
}

/** The statement without comments; strings are kept. */
export function withoutComments(sql: string): string {
  return splitSql(sql)
    .map((piece) => (piece.kind === 'comment' ? ' ' : piece.text))
    .join('')
    .trim();
}

export function quoteLiteral(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Whether the statement itself, not a subquery or an aggregate of it, says in which order its rows come. */
export function hasTopLevelOrder(sql: string): boolean {
  let depth = 0;
  let top = '';
  for (const { kind, text } of splitSql(sql)) {
    if (kind !== 'code') continue;
    for (const character of text) {
      if (character === '(') depth += 1;
      else if (character === ')') depth -= 1;
      else if (depth === 0) top += character;
    }
  }
  return /\border\s+by\b/i.test(top);
}
