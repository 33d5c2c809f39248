import type pg from 'pg';
import type { Window } from '../audit/evidence.ts';
import type { MonitorGap } from '../audit/snapshot-gap.ts';

const MINUTES = `select g.slot, r.reason, r.detail
  from jsonb_to_recordset($2::jsonb) as r ("from" timestamptz, "to" timestamptz, reason text, detail text),
    generate_series(r."from", r."to" - interval '1 minute', interval '1 minute') as g (slot)`;

/** A snapshot of the same minute, whoever took it. */
const HAS_SNAPSHOT = `select 1 from audit.snapshot s
  where s.bot = $1 and s.slot = m.slot
    and s.at >= m.slot - interval '1 minute' and s.at < m.slot + interval '1 minute'`;

/**
 * Notes why minutes of a bot were missed, one row each; noted again, the newest reason stands. Minutes that have a
 * snapshot are not noted and returned, ISO 8601 UTC.
 */
export async function noteGaps(
  pool: pg.Pool,
  bot: string,
  gaps: readonly MonitorGap[],
): Promise<readonly string[]> {
  const values = [bot, JSON.stringify(gaps)];
  await pool.query(
    `insert into audit.snapshot_gap (bot, slot, reason, detail)
     select $1, m.slot, m.reason, m.detail from (${MINUTES}) m where not exists (${HAS_SNAPSHOT})
     on conflict (bot, slot) do update set reason = excluded.reason, detail = excluded.detail, noted_at = now()`,
    values,
  );
  const { rows } = await pool.query<{ slot: string }>(
    `select m.slot from (${MINUTES}) m where exists (${HAS_SNAPSHOT}) order by m.slot`,
    values,
  );
  return rows.map(({ slot }) => slot);
}

/** A minute that there is a snapshot of is not missed, whatever was noted before. */
export async function forgetGap(pool: pg.Pool, bot: string, slot: string): Promise<void> {
  await pool.query('delete from audit.snapshot_gap where bot = $1 and slot = $2', [bot, slot]);
}

/** A missed minute as it is stored. */
export interface NotedGap {
  readonly slot: string;
  readonly reason: string;
  readonly detail: string | null;
}

/** The noted minutes of a window that have no snapshot, oldest first. */
export async function findGaps(pool: pg.Pool, bot: string, window: Window): Promise<readonly NotedGap[]> {
  const { rows } = await pool.query<NotedGap>(
    `select m.slot, m.reason, m.detail from audit.snapshot_gap m
     where m.bot = $1 and m.slot >= $2 and m.slot < $3 and not exists (${HAS_SNAPSHOT}) order by m.slot`,
    [bot, window.from, window.to],
  );
  return rows;
}
