import type pg from 'pg';
import type { Window } from '../audit/evidence.ts';
import {
  SNAPSHOT_COUNTS,
  type ImportedSnapshot,
  type SnapshotRow,
  type TakenSnapshot,
} from '../audit/snapshot.ts';
import { ensureSnapshotMonths } from './snapshot-partitions.ts';

export type { SnapshotRow } from '../audit/snapshot.ts';

/** What is only known of an imported one, and of one that the monitor took. */
const ORIGIN = ['written', 'zone', 'taken_at', 'tables'] as const;
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
  rows: readonly (SnapshotRow | ImportedSnapshot | TakenSnapshot)[],
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
      `insert into audit.snapshot (bot, ${[...COLUMNS, ...ORIGIN].join(', ')})
       select $1, ${[...COLUMNS, ...ORIGIN].map((name) => `r.${name}`).join(', ')}
       from jsonb_to_recordset($2::jsonb) as r (at timestamptz, slot timestamptz, by_exchange jsonb, written text, zone text,
         taken_at timestamptz, tables jsonb,
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

/** An imported snapshot whose line is to be imported again and would then have another time. */
export interface OtherReading {
  readonly written: string;
  /** As it is in the store. */
  readonly at: string;
  readonly zone: string;
}

/** The first of these lines that the store has already, read in another zone; null when there is none. */
export async function readOtherwise(
  pool: pg.Pool,
  bot: string,
  rows: readonly ImportedSnapshot[],
): Promise<OtherReading | null> {
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH).filter(({ zone }) => zone !== null);
    const { rows: found } = await pool.query<OtherReading>(
      `select s.written, s.at, s.zone
       from audit.snapshot s join jsonb_to_recordset($2::jsonb) as r (at timestamptz, written text, zone text)
         on s.written = r.written and s.zone <> r.zone and s.at <> r.at
       where s.bot = $1 order by s.at limit 1`,
      [bot, JSON.stringify(batch.map(({ at, written, zone }) => ({ at, written, zone })))],
    );
    if (found[0] !== undefined) return found[0];
  }
  return null;
}

/**
 * Removes what an import of these lines put in, in whatever zone they were read then, and returns how many; what the
 * monitor took stays. Before lines were kept with their times an import is known by its exact times alone.
 */
export async function removeSnapshots(
  pool: pg.Pool,
  bot: string,
  rows: readonly ImportedSnapshot[],
): Promise<number> {
  let removed = 0;
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH);
    const result = await pool.query(
      `delete from audit.snapshot
       where bot = $1 and (written = any($2::text[])
         or written is null and at <> slot and at = any($3::timestamptz[]))`,
      [bot, batch.map(({ written }) => written), batch.map(({ at }) => at)],
    );
    removed += result.rowCount ?? 0;
  }
  return removed;
}
