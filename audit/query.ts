import type { z } from 'zod';
import type { EntityName } from './contract.ts';

/** What a bot can declare; `sources/collect.ts` lists those that are read. */
export const SOURCE_NAMES = ['database', 'snapshots', 'logs', 'exchange', 'configuration', 'code'] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

/**
 * One question to a source. SQL is a string in a value: only the collector holds a connection.
 * Relations are written `@position`; parameters are `:from`, `:to` (timestamptz), and `:bucket_s` (integer).
 */
export interface Query<Row = unknown> {
  /** Unique in a report; kebab-case noun. */
  readonly id: string;
  /** What it asks, in a few words, for Appendix C. */
  readonly title: string;
  readonly source: SourceName;
  /** `rows` is bounded evidence; `aggregate` is counted in SQL. */
  readonly kind: 'rows' | 'aggregate';
  /** Exact value -> count by group. Its relation is the window's rows by their words, without time: see `countedSql`. */
  readonly distribution?: Distribution;
  /** The contract relations that the SQL names; the first is the one that decides whether there is data. */
  readonly entities: readonly EntityName[];
  readonly sql: string;
  /** With more rows than this the result is not used: its figures are null `truncated`. */
  readonly limit: number;
  readonly row: z.ZodType<Row>;
}

/** Rows that differ in none but these columns are one. */
export interface Distribution {
  /** A list of measured values as text, which becomes the distinct ones by size, in whole numbers. */
  readonly values: string;
  /** The column that then says how many rows have each of them. */
  readonly counts: string;
  /** The column that then holds their exact sum, null where there is none. */
  readonly total: string;
  /** Columns of whole numbers. */
  readonly sums: readonly string[];
}

export type RowOf<Q> = Q extends Query<infer Row> ? Row : never;

/** Declares a query; the row type follows from the schema. */
export function defineQuery<Row>(query: Omit<Query<Row>, 'limit'> & { readonly limit?: number }): Query<Row> {
  return { limit: 50_000, ...query };
}
