import type { QueryRun } from '../audit/evidence.ts';
import { canonicalLines, sha256 } from '../audit/hash.ts';
import type { Query } from '../audit/query.ts';
import type { Reason } from '../audit/value.ts';
import { hasTopLevelOrder } from './database/sql-text.ts';

/** A query's place in the bundle, and its rows as JSON Lines beside it. */
export interface Ran {
  readonly run: QueryRun;
  readonly blob: string | null;
}

interface Text {
  readonly sql: string;
  readonly parameters: QueryRun['parameters'];
}

/** The rows as they are stored and hashed: JSON Lines with sorted keys. Without ORDER BY they are sorted as text. */
export function ranQuery(query: Query, text: Text, rows: readonly unknown[]): Ran {
  return ranLines(query, text, canonicalLines(rows));
}

/** The same of rows that are lines already, of canonical JSON. */
export function ranLines(query: Query, text: Text, rows: readonly string[]): Ran {
  const lines = hasTopLevelOrder(query.sql) ? rows : rows.toSorted();
  const blob = lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  return {
    run: { ...head(query, text), status: 'ok', rowCount: rows.length, rows: sha256(blob) },
    blob,
  };
}

/** `error`: it ran and failed. `skipped`: there was nothing to run it on. */
export function unusableQuery(
  query: Query,
  text: Text,
  failure: {
    readonly status: 'error' | 'skipped';
    readonly reason: Reason;
    readonly error: string;
    readonly rowCount?: number;
  },
): Ran {
  const { status, reason, error, rowCount = 0 } = failure;
  return { run: { ...head(query, text), status, reason, error, rowCount, rows: null }, blob: null };
}

/** The text of a query that never met a database: as the section wrote it. */
export function asWritten(query: Query): Text {
  return { sql: query.sql.trim(), parameters: {} };
}

function head(
  query: Query,
  text: Text,
): Pick<QueryRun, 'id' | 'title' | 'source' | 'written' | 'sql' | 'parameters'> {
  return {
    id: query.id,
    title: query.title,
    source: query.source,
    written: withoutMargin(query.sql),
    sql: text.sql,
    parameters: text.parameters,
  };
}

/** SQL as people read it: the indentation of the source file taken off. */
function withoutMargin(sql: string): string {
  const lines = sql.trim().split('\n');
  const margins = lines
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => line.search(/\S/));
  const margin = Math.min(...margins);
  return lines.map((line, index) => (index === 0 ? line : line.slice(margin))).join('\n');
}
