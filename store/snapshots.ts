import type pg from 'pg';
import type { Window } from '../audit/evidence.ts';
import { SNAPSHOT_COUNTS, type SnapshotRow } from '../audit/snapshot.ts';
import { ensureSnapshotMonths } from './snapshot-partitions.ts';

export type { SnapshotRow } from '../audit/snapshot.ts';

const COLUMNS = ['at', 'slot', 'by_exchange', ...SNAPSHOT_COUNTS] as const;
/** Rows of one statement; more only grow the message. */
const BATCH = 5_000;

/**
 * Stores snapshots of a bot and returns how many were new. The key is (bot, at): a snapshot that is there already stays
 * as it is, so importing a file twice or retrying changes nothing.
 */
export async function insertSnapshots(
  pool: pg.Pool,
  bot: string,
  rows: readonly SnapshotRow[],
): Promise<number> {
  if (rows.length === 0) return 0;
  await ensureSnapshotMonths(
    pool,
    rows.map(({ at }) => at),
  );
  let inserted = 0;
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH);
    const result = await pool.query(
      `insert into audit.snapshot (bot, ${COLUMNS.join(', ')})
       select $1, ${COLUMNS.map((name) => `r.${name}`).join(', ')}
       from jsonb_to_recordset($2::jsonb) as r (at timestamptz, slot timestamptz, by_exchange jsonb,
         ${SNAPSHOT_COUNTS.map((name) => `${name} integer`).join(', ')})
       on conflict (bot, at) do nothing`,
      [bot, JSON.stringify(batch)],
    );
    inserted += result.rowCount ?? 0;
  }
  return inserted;
}

/** The snapshots of a window, oldest first. */
export async function findSnapshots(
  pool: pg.Pool,
  bot: string,
  window: Window,
): Promise<readonly SnapshotRow[]> {
  const { rows } = await pool.query<SnapshotRow>(
    `select ${COLUMNS.join(', ')} from audit.snapshot where bot = $1 and at >= $2 and at < $3 order by at`,
    [bot, window.from, window.to],
  );
  return rows;
}
