import type { Query } from '../audit/query.ts';
import type { Rows } from '../audit/section.ts';

/** What does not grow with trading: rows by the minute, the account's, the bot's settings and totals. */
const STEADY: ReadonlySet<string> = new Set([
  'prices',
  'snapshots',
  'equity',
  'day-equity',
  'heartbeat-gaps',
  'balance-edges',
  'balance-series',
  'transfers',
  'own-totals',
  'limits',
  'states',
]);
const IDENTIFIER = /(^|_)id$/;

/** The rows of a night that traded `times` as much: each row again under other ids, at the same times and symbols. */
export function multiplied(
  rowsOf: (query: Query) => Rows<unknown>,
  times: number,
): (query: Query) => Rows<unknown> {
  return (query) => {
    const rows = rowsOf(query);
    if (!rows.ok || query.kind !== 'rows' || STEADY.has(query.id)) return rows;
    return {
      ...rows,
      rows: rows.rows.flatMap((row) => Array.from({ length: times }, (_, copy) => copied(row, copy))),
    };
  };
}

function copied(row: unknown, copy: number): unknown {
  if (copy === 0) return row;
  return Object.fromEntries(
    Object.entries(row as Readonly<Record<string, unknown>>).map(([column, value]) => [
      column,
      IDENTIFIER.test(column) && typeof value === 'string' ? `${value}#${String(copy)}` : value,
    ]),
  );
}
