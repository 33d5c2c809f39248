/**
 * What PostgreSQL has counted of a table so far: live rows (estimated), bytes with indexes, rows inserted, updated and
 * deleted (rolled back ones too), sequential scans and the rows that they read. A list, since there is one a minute.
 */
export type TableCounts = readonly [
  rows: number,
  bytes: number,
  inserts: number,
  updates: number,
  deletes: number,
  scans: number,
  scanned: number,
];

/** Counters of the tables that a mapping reads, by table, and since when they count; or why there are none. */
export type TableCounters =
  | { readonly reset: string | null; readonly tables: Readonly<Record<string, TableCounts>> }
  | { readonly reason: string };
