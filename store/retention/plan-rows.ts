import type pg from 'pg';
import type { PurgeClass } from '../../audit/retention.ts';
import { IS_HELD } from './holds.ts';

/** A bot whose time stands still: what is young for it, is young. */
export interface PinnedBot {
  readonly bot: string;
  /** ISO 8601 UTC: its `asOf` less the period of snapshots. */
  readonly keepFrom: string;
}

/** Age of a report's row `r`: when a run last made it or found it. */
const AGE = 'greatest(r.confirmed_at, r.used_at)';
/** One report with all its revisions, as text that is the same in every session of ours (their zone is UTC). */
export const REPORT_KEY =
  'jsonb_build_array(r.bot, r.kind, r.window_from, r.window_to, r.scope_hash)::text collate "C"';
/** One revision. */
export const REVISION_KEY =
  'jsonb_build_array(r.bot, r.kind, r.window_from, r.window_to, r.scope_hash, r.revision)::text collate "C"';

/** Whether a mail of these reports may still be sent; nobody tries one that was left alone for a week. */
const IN_DELIVERY = (
  hashes: string,
): string => `exists (select 1 from audit.outbox o where o.report_hash = any(${hashes})
  and o.state in ('pending', 'sending', 'deferred') and o.updated_at > now() - interval '7 days')`;

/** Old reports with all their revisions: $1 the cutoff. */
const REPORTS = `select ${REPORT_KEY} as key, count(*) as rows, sum(pg_column_size(r.*)) as bytes, max(${AGE}) as newest,
    string_agg(r.report_hash, ' ' order by r.revision) as detail,
    bool_or(${IS_HELD}) or ${IN_DELIVERY('array_agg(r.report_hash)')} as kept
  from audit.report r group by r.bot, r.kind, r.window_from, r.window_to, r.scope_hash
  having max(${AGE}) < $1 and max(r.window_to) < $1`;

/** Old evidence of reports that stay: $1 the cutoff, $2 the purge whose reports go. */
const EVIDENCE = `select ${REVISION_KEY} as key, 1 as rows, 0 as bytes, ${AGE} as newest, r.evidence_hash as detail,
    ${IS_HELD} or ${IN_DELIVERY('array[r.report_hash]')} as kept
  from audit.report r
  where r.evidence_purged_at is null and ${AGE} < $1 and r.window_to < $1
    and not exists (select 1 from audit.purge_item i where i.purge = $2 and i.class = 'reports' and i.key = ${REPORT_KEY})`;

/** Old mails whose report is gone, or goes: $1 the cutoff, $2 the purge. */
const MAILS = `select o.id as key, 1 as rows, pg_column_size(o.*) as bytes, o.updated_at as newest, null as detail, false as kept
  from audit.outbox o
  where o.updated_at < $1 and not exists (select 1 from audit.report r where r.report_hash = o.report_hash
    and not exists (select 1 from audit.purge_item i where i.purge = $2 and i.class = 'reports' and i.key = ${REPORT_KEY}))`;

const INSERT = `insert into audit.purge_item (purge, class, key, rows, freed_bytes, reusable_bytes, newest, detail)`;

/** Writes the items of one class of rows and returns how many old enough ones are kept. */
export async function planRows(
  client: pg.PoolClient,
  name: Extract<PurgeClass, 'evidence' | 'reports' | 'mails'>,
  purge: string,
  cutoff: string,
): Promise<number> {
  const found = { evidence: EVIDENCE, reports: REPORTS, mails: MAILS }[name];
  const { rows } = await client.query<{ kept: number }>(
    `with found as (${found}), written as (${INSERT}
       select $2::text, $3, key, rows, 0, bytes, newest, detail from found where not kept returning 1)
     select count(*) filter (where kept) as kept from found`,
    [cutoff, purge, name],
  );
  return rows[0]?.kept ?? 0;
}

/** How many rows each class of rows has in all, for the share that a plan removes. */
export async function totalRows(
  client: pg.PoolClient,
): Promise<Readonly<Record<'evidence' | 'reports' | 'mails', number>>> {
  const { rows } = await client.query<{ evidence: number; reports: number; mails: number }>(
    `select (select count(*) from audit.report where evidence_purged_at is null) as evidence,
       (select count(*) from audit.report) as reports, (select count(*) from audit.outbox) as mails`,
  );
  return rows[0] ?? { evidence: 0, reports: 0, mails: 0 };
}

/** Whether the report of the row `r` is as old as a plan wants it: $3 the cutoff. */
export const IS_OLD = `(${AGE} < $3 and r.window_to < $3)`;
export const IS_IN_DELIVERY = IN_DELIVERY('array[r.report_hash]');
