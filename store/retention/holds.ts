import type pg from 'pg';
import type { StoredReport } from '../reports.ts';

/** A report that no purge takes. Times are ISO 8601 UTC. */
export interface Hold {
  readonly id: number;
  readonly bot: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly revision: number;
  readonly reportHash: string;
  readonly reason: string;
  readonly placedBy: string;
  readonly placedAt: string;
  /** When a purge took the report's evidence, before the hold; null: it is there. */
  readonly evidencePurgedAt: string | null;
}

type Revision = Pick<StoredReport, 'bot' | 'kind' | 'window' | 'scopeHash' | 'revision'>;

/** Whether anything holds the report of the row `r`; a hold of one revision keeps all of them. */
export const IS_HELD = `exists (select 1 from audit.hold h where h.bot = r.bot and h.kind = r.kind
  and h.window_from = r.window_from and h.window_to = r.window_to and h.scope_hash = r.scope_hash)`;

/** Holds a revision and returns the id; one that is held for this reason already stays as it is. Null: a purge was first. */
export async function addHold(
  pool: pg.Pool,
  report: Revision,
  { reason, placedBy }: { readonly reason: string; readonly placedBy: string },
): Promise<number | null> {
  const { bot, kind, window, scopeHash, revision } = report;
  const key = [bot, kind, window.from, window.to, scopeHash, revision];
  const { rows: found } = await pool.query<{ id: number }>(
    `select id from audit.hold where (bot, kind, window_from, window_to, scope_hash, revision)
       = ($1, $2, $3::timestamptz, $4::timestamptz, $5, $6::integer) and reason = $7`,
    [...key, reason],
  );
  if (found[0] !== undefined) return found[0].id;
  try {
    const { rows } = await pool.query<{ id: number }>(
      `insert into audit.hold (bot, kind, window_from, window_to, scope_hash, revision, reason, placed_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
      [...key, reason, placedBy],
    );
    return rows[0]?.id ?? null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '23503') return null;
    throw error;
  }
}

/** All holds, the oldest first. */
export async function listHolds(pool: pg.Pool): Promise<readonly Hold[]> {
  const { rows } = await pool.query<Hold>(
    `select h.id, h.bot, h.kind, h.window_from as "from", h.window_to as "to", h.revision, r.report_hash as "reportHash",
       h.reason, h.placed_by as "placedBy", h.placed_at as "placedAt", r.evidence_purged_at as "evidencePurgedAt"
     from audit.hold h join audit.report r using (bot, kind, window_from, window_to, scope_hash, revision)
     order by h.placed_at, h.id`,
  );
  return rows;
}

/** Ends all holds of a report, whichever of its revisions they name; returns how many there were. */
export async function releaseHolds(
  pool: pg.Pool,
  { bot, kind, window, scopeHash }: Revision,
): Promise<number> {
  const result = await pool.query(
    'delete from audit.hold where bot = $1 and kind = $2 and window_from = $3 and window_to = $4 and scope_hash = $5',
    [bot, kind, window.from, window.to, scopeHash],
  );
  return result.rowCount ?? 0;
}
