import type pg from 'pg';
import {
  daysBefore,
  periodDays,
  PURGE_CLASSES,
  tripwires,
  type PlannedClass,
  type PurgeClass,
  type Retention,
  type Tripwire,
} from '../../audit/retention.ts';
import type { ArtifactPlace } from '../artifact-place.ts';
import { inTransaction } from '../transaction.ts';
import { planRows, totalRows, type PinnedBot } from './plan-rows.ts';
import { planHashOf, type PurgeApproval } from './purges.ts';
import { readReferences } from './references.ts';
import { countMonths } from './month-counts.ts';
import { planMonths } from './snapshot-months.ts';

export interface PlanRequest {
  readonly id: string;
  readonly workflowId: string;
  readonly approval: PurgeApproval;
  readonly retention: Retention;
  readonly maxSharePercent: number;
  /** ISO 8601 UTC; where the store's clock says less, that counts. */
  readonly now: string;
  /** When the oldest run that has not ended was started; what was put since may be its. ISO 8601 UTC. */
  readonly openSince: string | null;
  readonly pinned: readonly { readonly bot: string; readonly asOf: string }[];
  /** Called as planning goes on; throws to end it. */
  readonly alive: () => void;
}

export interface Plan {
  readonly planHash: string;
  readonly classes: readonly PlannedClass[];
  readonly tripped: readonly Tripwire[];
  /** What could not be planned, and why. */
  readonly notes: readonly string[];
}

/** Plans a purge and writes the plan down, item by item; nothing is removed. A plan of the same id is made anew. */
export async function planPurge(
  pool: pg.Pool,
  artifacts: ArtifactPlace,
  request: PlanRequest,
): Promise<Plan> {
  const { id, retention, now, alive } = request;
  const { rows: clock } = await pool.query<{ now: string }>('select now() as now');
  const storeNow = new Date(clock[0]?.now ?? now).toISOString();
  const earlier = now < storeNow ? now : storeNow;
  const cutoffs = cutoffsAt(earlier, request);
  await countMonths(pool, earlier, alive);
  const counts = await inTransaction(pool, async (client) => {
    await client.query(`set local statement_timeout = '10min'; set local lock_timeout = '10s'`);
    await client.query('delete from audit.purge_item where purge = $1', [id]);
    await client.query(
      `insert into audit.purge (id, workflow_id, planned_at, approval, plan, plan_hash, cutoffs)
       values ($1, $2, $3, $4, '{}', '', $5)
       on conflict (id) do update set cutoffs = excluded.cutoffs, approval = excluded.approval`,
      [id, request.workflowId, earlier, request.approval, JSON.stringify(cutoffs)],
    );
    const totals = await totalRows(client);
    // Mails and evidence are planned by what reports are left.
    const reports = await planRows(client, 'reports', id, cutoffs.reports);
    const evidence = await planRows(client, 'evidence', id, cutoffs.evidence);
    const mails = await planRows(client, 'mails', id, cutoffs.mails);
    alive();
    const months = await planMonths(client, id, cutoffs.snapshots, pinnedOf(request));
    return {
      totals: { ...totals, snapshots: months.totalRows },
      kept: { reports, evidence, mails, snapshots: months.kept },
    };
  });
  const files = await planFiles(pool, artifacts, request, cutoffs.artifacts);
  const classes = await classesOf(pool, id, cutoffs, {
    totals: { ...counts.totals, artifacts: files.total },
    kept: { ...counts.kept, artifacts: 0 },
  });
  const tripped = tripwires(classes, {
    retention,
    maxSharePercent: request.maxSharePercent,
    temporalNow: now,
    storeNow,
  });
  const planHash = await planHashOf(pool, id);
  const plan = { classes, tripped, notes: files.notes };
  await pool.query('update audit.purge set plan = $2, plan_hash = $3 where id = $1', [
    id,
    JSON.stringify(plan),
    planHash,
  ]);
  return { planHash, ...plan };
}

function cutoffsAt(now: string, { retention, openSince }: PlanRequest): Readonly<Record<PurgeClass, string>> {
  const cutoffs = Object.fromEntries(
    PURGE_CLASSES.map((name) => [name, daysBefore(now, periodDays(retention, name))]),
  ) as Record<PurgeClass, string>;
  const { artifacts } = cutoffs;
  return { ...cutoffs, artifacts: openSince !== null && openSince < artifacts ? openSince : artifacts };
}

/** What is young for a bot whose time stands still. */
export function pinnedOf({
  pinned,
  retention,
}: Pick<PlanRequest, 'pinned' | 'retention'>): readonly PinnedBot[] {
  return pinned.map(({ bot, asOf }) => ({ bot, keepFrom: daysBefore(asOf, retention.snapshotsDays) }));
}

const INSERT_FILES = `insert into audit.purge_item (purge, class, key, rows, freed_bytes, reusable_bytes, newest)
  select $1, 'artifacts', f.hash, 1, f.bytes, 0, to_timestamp(f."putMs" / 1000.0)
  from jsonb_to_recordset($2::jsonb) as f (hash text, bytes bigint, "putMs" float8)`;
const FILES_AT_ONCE = 2_000;

async function planFiles(
  pool: pg.Pool,
  artifacts: ArtifactPlace,
  { id, alive }: PlanRequest,
  cutoff: string,
): Promise<{ readonly total: number; readonly notes: readonly string[] }> {
  const references = await readReferences(pool, artifacts, id, alive);
  const isBlind = references.unreadable.length > 0;
  let total = 0;
  let batch: unknown[] = [];
  const write = async (): Promise<void> => {
    if (batch.length > 0) await pool.query(INSERT_FILES, [id, JSON.stringify(batch)]);
    batch = [];
  };
  for await (const file of artifacts.files()) {
    alive();
    total += 1;
    if (isBlind || file.putMs >= Date.parse(cutoff) || references.has(file.hash)) continue;
    batch.push({ ...file, putMs: Math.floor(file.putMs) });
    if (batch.length === FILES_AT_ONCE) await write();
  }
  await write();
  return { total, notes: isBlind ? [blindText(references.unreadable)] : [] };
}

/** Why no file can be taken for one that nothing points at. */
export function blindText(unreadable: readonly string[]): string {
  return `No file is removed: ${String(unreadable.length)} evidence bundle${unreadable.length === 1 ? '' : 's'} of stored reports cannot be read (${unreadable.slice(0, 3).join(', ')}), so what they point at is not known. Restore them from a backup.`;
}

async function classesOf(
  pool: pg.Pool,
  id: string,
  cutoffs: Readonly<Record<PurgeClass, string>>,
  { totals, kept }: Readonly<Record<'totals' | 'kept', Readonly<Record<PurgeClass, number>>>>,
): Promise<readonly PlannedClass[]> {
  const { rows } = await pool.query<Omit<PlannedClass, 'totalRows' | 'kept' | 'cutoff'>>(
    `select class as name, count(*) as items, sum(rows)::bigint as rows, sum(freed_bytes)::bigint as "freedBytes",
       sum(reusable_bytes)::bigint as "reusableBytes", min(newest) as oldest, max(newest) as newest
     from audit.purge_item where purge = $1 group by class`,
    [id],
  );
  return PURGE_CLASSES.map((name) => {
    const none = { items: 0, rows: 0, freedBytes: 0, reusableBytes: 0, oldest: null, newest: null };
    const found = rows.find((row) => row.name === name) ?? none;
    const { oldest, newest } = found;
    const times = { oldest: utc(oldest), newest: utc(newest) };
    return { ...found, ...times, name, totalRows: totals[name], kept: kept[name], cutoff: cutoffs[name] };
  });
}

function utc(time: string | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
