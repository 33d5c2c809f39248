import { createHash } from 'node:crypto';

/** Hex sha256 of text (UTF-8) or bytes. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** JSON with object keys sorted at every level: one value, one text, whatever built it. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** `canonicalJson` of each row. Rows of one query have the same columns in the same order, which are sorted once for all. */
export function canonicalLines(rows: readonly unknown[]): readonly string[] {
  let columns: readonly string[] = [];
  let inOrder: readonly string[] = [];
  return rows.map((row) => {
    if (row === null || typeof row !== 'object' || Array.isArray(row) || 'toJSON' in row)
      return canonicalJson(row);
    const own = Object.keys(row);
    if (own.length !== columns.length || own.some((column, index) => column !== columns[index]))
      [columns, inOrder] = [own, own.toSorted()];
    const copy: Record<string, unknown> = {};
    for (const column of inOrder) copy[column] = sorted((row as Readonly<Record<string, unknown>>)[column]);
    return JSON.stringify(copy);
  });
}

/** A copy with sorted keys: far cheaper than a replacer, which JSON.stringify calls for every cell of every row. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sorted);
  const { toJSON } = value as { readonly toJSON?: (this: unknown) => unknown };
  if (typeof toJSON === 'function') return sorted(toJSON.call(value));
  const source = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.keys(source)
      .sort()
      .map((key) => [key, sorted(source[key])]),
  );
}
