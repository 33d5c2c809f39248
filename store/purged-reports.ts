import type pg from 'pg';
import type { ReportFilter } from './reports.ts';

/** What the chain says of a report that a purge removed. */
export interface PurgedReport {
  readonly bot: string;
  readonly kind: string;
  readonly purge: string;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** The newest removal of a report that fits; null: no purge removed one. Reads the whole chain. */
export async function purgedReport(
  pool: pg.Pool,
  { bot, kind, window, hashPrefix }: Omit<ReportFilter, 'limit'>,
): Promise<PurgedReport | null> {
  const { rows } = await pool.query<PurgedReport>(
    `select said->>'bot' as bot, said->>'kind' as kind, body->>'purge' as purge, body->>'at' as at
     from (select seq, entry::jsonb as body from audit.chain where entry like '%"entry": "reports purged"%') e,
       lateral jsonb_array_elements(body->'reports') said
     where ($1::text is null or said->>'bot' = $1) and ($2::text is null or said->>'kind' = $2)
       and ($3::timestamptz is null or said->>'from' = audit.utc_text($3))
       and ($4::timestamptz is null or said->>'to' = audit.utc_text($4))
       and ($5::text is null or starts_with(said->>'report', $5))
     order by seq desc limit 1`,
    [bot ?? null, kind ?? null, window?.from ?? null, window?.to ?? null, hashPrefix ?? null],
  );
  return rows[0] ?? null;
}
