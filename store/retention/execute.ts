import type pg from 'pg';
import type { PurgeClass } from '../../audit/retention.ts';
import type { ArtifactPlace } from '../artifact-place.ts';
import { append, said } from '../chain.ts';
import { inTransaction } from '../transaction.ts';
import { codeOf } from '../system-codes.ts';
import { IS_HELD } from './holds.ts';
import { blindText } from './plan.ts';
import { REPORT_KEY, REVISION_KEY, IS_IN_DELIVERY, IS_OLD, type PinnedBot } from './plan-rows.ts';
import type { PurgeRow } from './purges.ts';
import { readReferences } from './references.ts';
import { dropMonth } from './snapshot-months.ts';

/** One planned thing. */
interface Item {
  readonly key: string;
  readonly rows: number;
  /** Of a month of snapshots: by which count it was planned. */
  readonly detail: string | null;
}

export interface ExecuteContext {
  readonly pool: pg.Pool;
  readonly artifacts: ArtifactPlace;
  readonly pinned: readonly PinnedBot[];
  /** Called before each item; throws to end the work, which goes on later where it stood. */
  readonly alive: () => void;
}

/** Items of one batch; what a batch of files must read first is worth more of them. */
const BATCH: Readonly<Record<PurgeClass, number>> = {
  evidence: 200,
  reports: 200,
  mails: 1_000,
  snapshots: 12,
  artifacts: 20_000,
};
/** Nobody waits longer for a row that a purge has locked, and no purge for one that another has. */
const PATIENCE = `set local lock_timeout = '2s'; set local statement_timeout = '20s'`;

/**
 * Removes the next planned items of a class, each in a transaction of its own that looks again whether it may go; what
 * may not is skipped with the reason. Returns how many are left to do.
 */
export async function purgeBatch(
  context: ExecuteContext,
  purge: PurgeRow,
  name: PurgeClass,
): Promise<number> {
  const { pool, alive } = context;
  const { rows: items } = await pool.query<Item>(
    `select key, rows, detail from audit.purge_item where purge = $1 and class = $2 and state = 'planned' order by key limit $3`,
    [purge.id, name, BATCH[name]],
  );
  if (items.length === 0) return 0;
  if (name === 'artifacts') await removeFiles(context, purge, items);
  else
    for (const item of items) {
      alive();
      await removeOne(context, purge, name, item);
    }
  const { rows } = await pool.query<{ left: number }>(
    `select count(*) as left from audit.purge_item where purge = $1 and class = $2 and state = 'planned'`,
    [purge.id, name],
  );
  return rows[0]?.left ?? 0;
}

async function removeOne(
  { pool, pinned }: ExecuteContext,
  purge: PurgeRow,
  name: Exclude<PurgeClass, 'artifacts'>,
  item: Item,
): Promise<void> {
  const cutoff = purge.cutoffs[name];
  try {
    await inTransaction(pool, async (client) => {
      await client.query(PATIENCE);
      // Of two workers one does it; the other waits here and finds it done.
      const { rowCount } = await client.query(
        `select 1 from audit.purge_item where purge = $1 and class = $2 and key = $3 and state = 'planned' for update`,
        [purge.id, name, item.key],
      );
      if (rowCount === 0) return;
      const reason = await REMOVE[name](client, item, { purge: purge.id, cutoff, pinned });
      await settle(client, purge.id, name, item.key, reason);
    });
  } catch (error) {
    const why = error instanceof Stays ? error.message : STAYS[codeOf(error) ?? ''];
    if (why === undefined) throw error;
    await settle(pool, purge.id, name, item.key, why);
  }
}

/** What undoes the removal of one thing, which stays. */
class Stays extends Error {}
const STAYS: Readonly<Record<string, string>> = {
  '55P03': 'in use by another session',
  // Two that wait for each other: the purge is the one that can come again.
  '40P01': 'in use by another session',
  '23503': 'held',
};

/** Removes one thing; the reason when it stays. */
type Remove = (
  client: pg.PoolClient,
  item: Item,
  by: { readonly purge: string; readonly cutoff: string; readonly pinned: readonly PinnedBot[] },
) => Promise<string | null>;

const REMOVE: Readonly<Record<Exclude<PurgeClass, 'artifacts'>, Remove>> = {
  async evidence(client, { key }, { cutoff }) {
    const report = await lockedReport(client, REVISION_KEY, key, cutoff);
    if (report.why !== null) return report.why;
    await client.query(
      `with purged as (update audit.report r set evidence_purged_at = now()
         where ${SAME_BOT} and ${REVISION_KEY} = $1 and evidence_purged_at is null returning r)
       select ${said('evidence purged', 'r')} from purged`,
      [key, botOf(key)],
    );
    return null;
  },
  async reports(client, { key, rows }, { purge, cutoff }) {
    const report = await lockedReport(client, REPORT_KEY, key, cutoff);
    if (report.why !== null) return report.why;
    if (report.rows !== rows) return 'other revisions than were planned';
    // A hold that is placed in this moment is refused by its foreign key, or refuses this.
    const where = `where ${SAME_BOT} and ${REPORT_KEY} = $1`;
    const { rows: gone } = await client.query<{ said: unknown }>(
      `delete from audit.report r ${where} and ${IS_OLD} returning audit.report_said(r) as said`,
      [key, botOf(key), cutoff],
    );
    // No lock keeps a run from adding a revision between two statements; it and what it follows stay.
    const { rowCount: left } = await client.query(`select 1 from audit.report r ${where}`, [key, botOf(key)]);
    if (left !== 0) throw new Stays('made again');
    await client.query(
      `select ${append('reports purged', `jsonb_build_object('purge', $1::text, 'reports', $2::jsonb)`)}`,
      [purge, JSON.stringify(gone.map(({ said: report }) => report))],
    );
    return null;
  },
  async mails(client, { key }, { purge, cutoff }) {
    const { rowCount } = await client.query(
      `with gone as (delete from audit.outbox o where o.id = $1 and o.updated_at < $2
         and not exists (select 1 from audit.report r where r.report_hash = o.report_hash) returning o.id)
       select ${append('mail purged', `jsonb_build_object('purge', $3::text, 'mail', id)`)} from gone`,
      [key, cutoff, purge],
    );
    return rowCount === 1 ? null : 'gone, used again, or of a report that stays';
  },
  async snapshots(client, item, { cutoff, pinned }) {
    const outcome = await dropMonth(client, item, cutoff, pinned);
    return outcome.removed ? null : outcome.reason;
  },
};

/** With it the rows of one report are found by the primary key, not by reading all. */
const SAME_BOT = 'r.bot = $2';

function botOf(key: string): string {
  const [bot] = JSON.parse(key) as readonly [string];
  return bot;
}

/** Locks the rows of a report against holds, runs and mails, then looks whether they may go. */
async function lockedReport(
  client: pg.PoolClient,
  keyExpression: string,
  key: string,
  cutoff: string,
): Promise<{ readonly rows: number; readonly why: string | null }> {
  const where = `where ${SAME_BOT} and ${keyExpression} = $1`;
  const { rowCount } = await client.query(`select 1 from audit.report r ${where} for update`, [
    key,
    botOf(key),
  ]);
  // A new statement sees what was committed while the locks were waited for.
  const { rows } = await client.query<{ old: boolean | null; held: boolean | null; mailing: boolean | null }>(
    `select bool_and(${IS_OLD}) as old, bool_or(${IS_HELD}) as held,
       bool_or(${IS_IN_DELIVERY}) as mailing
     from audit.report r ${where}`,
    [key, botOf(key), cutoff],
  );
  const { old = null, held = null, mailing = null } = rows[0] ?? {};
  const why =
    old === null
      ? 'gone before'
      : held === true
        ? 'held'
        : mailing === true
          ? 'its mail is not sent yet'
          : old
            ? null
            : 'younger than its period';
  return { rows: rowCount ?? 0, why };
}

async function removeFiles(context: ExecuteContext, purge: PurgeRow, items: readonly Item[]): Promise<void> {
  const { pool, artifacts, alive } = context;
  // Anew for every batch: what reports point at now, not when it was planned.
  const references = await readReferences(pool, artifacts, null, alive);
  const isBlind = references.unreadable.length > 0;
  const cutoffMs = Date.parse(purge.cutoffs.artifacts);
  for (const { key } of items) {
    alive();
    const why = isBlind
      ? blindText(references.unreadable)
      : references.has(key)
        ? 'a report points at it'
        : await artifacts.remove(key, cutoffMs);
    await settle(pool, purge.id, 'artifacts', key, ['removed', 'gone'].includes(why) ? null : why);
  }
}

async function settle(
  pool: Pick<pg.Pool, 'query'>,
  purge: string,
  name: PurgeClass,
  key: string,
  reason: string | null,
): Promise<void> {
  await pool.query(
    `update audit.purge_item set state = $4, reason = $5 where purge = $1 and class = $2 and key = $3 and state = 'planned'`,
    [purge, name, key, reason === null ? 'removed' : 'skipped', reason],
  );
}
