import type pg from 'pg';
import type { Window } from '../audit/evidence.ts';

/** A statement that an audit asked, with what it cost. */
export interface CostlyStatement {
  readonly name: string;
  readonly ms: number;
  readonly rows: number;
  readonly error: string | null;
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** What it cost to read a bot the last time. */
export interface LastCollection {
  readonly bot: string;
  readonly window: Window;
  /** ISO 8601 UTC. */
  readonly collectedAt: string;
  /** The slowest first. */
  readonly slowest: readonly CostlyStatement[];
}

/** No audit waits longer than this for a note of what it cost. */
const KEEP_MS = 2_000;

/** Keeps the newest collection of a bot; an older one that comes late changes nothing. */
export async function recordCollection(pool: pg.Pool, collection: LastCollection): Promise<void> {
  const { bot, window, collectedAt, slowest } = collection;
  const client = await pool.connect();
  try {
    await client.query(`begin; set local statement_timeout = ${String(KEEP_MS)}`);
    await client.query(
      `insert into audit.collection as last (bot, window_from, window_to, collected_at, slowest)
     values ($1, $2, $3, $4, $5::jsonb)
     on conflict (bot) do update set window_from = excluded.window_from, window_to = excluded.window_to,
       collected_at = excluded.collected_at, slowest = excluded.slowest
     where last.collected_at <= excluded.collected_at`,
      [bot, window.from, window.to, collectedAt, JSON.stringify(slowest)],
    );
    await client.query('commit');
    client.release();
  } catch (error) {
    // The connection goes with its transaction.
    client.release(true);
    throw error;
  }
}

/** What it cost to read the bot the last time; null when nobody has. */
export async function lastCollection(pool: pg.Pool, bot: string): Promise<LastCollection | null> {
  const { rows } = await pool.query<{
    window_from: string;
    window_to: string;
    collected_at: string;
    slowest: readonly CostlyStatement[];
  }>('select window_from, window_to, collected_at, slowest from audit.collection where bot = $1', [bot]);
  const [row] = rows;
  if (row === undefined) return null;
  const window = { from: row.window_from, to: row.window_to };
  return { bot, window, collectedAt: row.collected_at, slowest: row.slowest };
}
