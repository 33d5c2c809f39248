import type pg from 'pg';
import { canonicalJson, sha256 } from '../../audit/hash.ts';
import { PURGE_CLASSES, type PurgeClass } from '../../audit/retention.ts';
import { append } from '../chain.ts';
import { inTransaction } from '../transaction.ts';

export type PurgeApproval = 'dryRun' | 'schedule' | 'person';
export type PurgeOutcome =
  'dryRun' | 'refused' | 'notApproved' | 'done' | 'cancelled' | 'failed' | 'abandoned';

/** Times are ISO 8601 UTC. */
export interface PurgeRow {
  readonly id: string;
  readonly workflowId: string;
  readonly planHash: string;
  readonly cutoffs: Readonly<Record<PurgeClass, string>>;
  readonly approvedBy: string | null;
  readonly outcome: PurgeOutcome | null;
}

/** What became of one class. */
export interface RemovedClass {
  readonly items: number;
  readonly rows: number;
  readonly freedBytes: number;
  readonly reusableBytes: number;
  readonly skipped: number;
  /** sha256 of the keys that were removed, a line each. */
  readonly sha256: string;
}

export type Removed = Readonly<Partial<Record<PurgeClass, RemovedClass>>>;

/** Any number that nothing else of ours locks: tombstones are written one after another. */
const TOMBSTONE_LOCK = 7_306_120_203;

const COLUMNS = `id, workflow_id as "workflowId", plan_hash as "planHash", cutoffs, approved_by as "approvedBy", outcome`;

/** The purge of that id; null when there is none. */
export async function findPurge(pool: Pick<pg.Pool, 'query'>, id: string): Promise<PurgeRow | null> {
  const { rows } = await pool.query<PurgeRow>(`select ${COLUMNS} from audit.purge where id = $1`, [id]);
  return rows[0] ?? null;
}

/** Purges that have no tombstone yet. */
export async function unfinishedPurges(pool: pg.Pool): Promise<readonly PurgeRow[]> {
  const { rows } = await pool.query<PurgeRow>(
    `select ${COLUMNS} from audit.purge where outcome is null order by planned_at, id`,
  );
  return rows;
}

/** What became of a plan. Times are ISO 8601 UTC. */
export interface PlanFate {
  readonly approvedBy: string | null;
  readonly approvedAt: string | null;
  readonly outcome: PurgeOutcome | null;
  readonly endedAt: string | null;
}

/** Of the newest plan whose hash begins so; null when there is none. */
export async function findPlan(pool: Pick<pg.Pool, 'query'>, beginning: string): Promise<PlanFate | null> {
  const { rows } = await pool.query<PlanFate>(
    `select approved_by as "approvedBy", approved_at as "approvedAt", outcome, ended_at as "endedAt"
     from audit.purge where starts_with(plan_hash, lower($1)) order by planned_at desc, id desc limit 1`,
    [beginning],
  );
  return rows[0] ?? null;
}

/** Whether a dry run has shown what purges of this store do. */
export async function hadDryRun(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ had: boolean }>(
    `select exists (select 1 from audit.purge where outcome in ('dryRun', 'done')) as had`,
  );
  return rows[0]?.had === true;
}

/** Hash of the planned items, whatever became of them since. */
export async function planHashOf(pool: Pick<pg.Pool, 'query'>, id: string): Promise<string> {
  const { rows } = await pool.query<{ line: string }>(
    `select class || ' ' || key || ' ' || rows as line from audit.purge_item where purge = $1 order by class collate "C", key`,
    [id],
  );
  return sha256(rows.map(({ line }) => `${line}\n`).join(''));
}

/** Notes who approved the plan. False: the items are no longer those that were approved, or the purge is over. */
export async function approvePurge(pool: pg.Pool, id: string, by: string): Promise<boolean> {
  const hash = await planHashOf(pool, id);
  const result = await pool.query(
    `update audit.purge set approved_by = coalesce(approved_by, $3), approved_at = coalesce(approved_at, now())
     where id = $1 and plan_hash = $2 and outcome is null`,
    [id, hash, by],
  );
  return result.rowCount === 1;
}

/**
 * Writes the tombstone: what was removed, chained by hash to the tombstone before. A purge that has one keeps it. Items
 * of files and mails go, their hash stays; what was removed of reports, evidence and snapshots stays listed.
 */
export async function finishPurge(pool: pg.Pool, id: string, outcome: PurgeOutcome): Promise<Removed> {
  return inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [TOMBSTONE_LOCK]);
    const { rows } = await client.query<{ outcome: string | null; removed: Removed | null }>(
      'select outcome, removed from audit.purge where id = $1',
      [id],
    );
    const [row] = rows;
    if (row === undefined) return {};
    if (row.outcome !== null) return row.removed ?? {};
    const removed = await removedOf(client, id);
    const { rows: last } = await client.query<{ hash: string }>(
      'select hash from audit.purge where hash is not null order by ended_at desc, id desc limit 1',
    );
    await client.query(
      `update audit.purge set ended_at = greatest(clock_timestamp(),
         (select max(ended_at) from audit.purge) + interval '1 microsecond') where id = $1`,
      [id],
    );
    await client.query(
      `update audit.purge set outcome = $2, removed = $3, previous_hash = $4, hash = $5 where id = $1`,
      [
        id,
        outcome,
        JSON.stringify(removed),
        last[0]?.hash ?? null,
        await tombstoneHash(client, id, outcome, removed, last[0]?.hash ?? null),
      ],
    );
    await client.query(
      `delete from audit.purge_item where purge = $1 and (state = 'planned' or class in ('mails', 'artifacts'))`,
      [id],
    );
    await client.query(
      `select ${append('purge ended', `jsonb_build_object('purge', id, 'hash', hash)`)} from audit.purge where id = $1`,
      [id],
    );
    return removed;
  });
}

async function tombstoneHash(
  client: Pick<pg.ClientBase, 'query'>,
  id: string,
  outcome: PurgeOutcome,
  removed: Removed,
  previous: string | null,
): Promise<string> {
  const { rows } = await client.query<Record<string, unknown>>(
    `select id, workflow_id, planned_at, approval, plan, plan_hash, cutoffs, approved_by, approved_at, ended_at
     from audit.purge where id = $1`,
    [id],
  );
  return sha256(canonicalJson({ ...rows[0], outcome, removed, previous }));
}

/** The first tombstone that is not as it was written, or follows another than it did; null when all are whole. */
export async function brokenTombstone(client: Pick<pg.ClientBase, 'query'>): Promise<string | null> {
  const { rows } = await client.query<{
    id: string;
    outcome: PurgeOutcome;
    removed: Removed;
    previous_hash: string | null;
    hash: string;
  }>(
    'select id, outcome, removed, previous_hash, hash from audit.purge where hash is not null order by ended_at, id',
  );
  let previous: string | null = null;
  for (const { id, outcome, removed, previous_hash: named, hash } of rows) {
    if (named !== previous || (await tombstoneHash(client, id, outcome, removed, named)) !== hash) return id;
    previous = hash;
  }
  return null;
}

async function removedOf(client: pg.PoolClient, id: string): Promise<Removed> {
  const removed: Partial<Record<PurgeClass, RemovedClass>> = {};
  for (const name of PURGE_CLASSES) {
    const { rows } = await client.query<Omit<RemovedClass, 'sha256'> & { keys: string }>(
      `select count(*) filter (where state = 'removed') as items,
         coalesce(sum(rows) filter (where state = 'removed'), 0)::bigint as rows,
         coalesce(sum(freed_bytes) filter (where state = 'removed'), 0)::bigint as "freedBytes",
         coalesce(sum(reusable_bytes) filter (where state = 'removed'), 0)::bigint as "reusableBytes",
         count(*) filter (where state = 'skipped') as skipped,
         coalesce(string_agg(key || E'\\n', '' order by key) filter (where state = 'removed'), '') as keys
       from audit.purge_item where purge = $1 and class = $2`,
      [id, name],
    );
    const [row] = rows;
    if (row === undefined || row.items + row.skipped === 0) continue;
    const { keys, ...counts } = row;
    removed[name] = { ...counts, sha256: sha256(keys) };
  }
  return removed;
}
