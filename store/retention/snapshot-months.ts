import type pg from 'pg';
import { countNow, monthsOf, type Month } from './month-counts.ts';
import type { PinnedBot } from './plan-rows.ts';

/** Writes the months that are over and old, and returns how many rows there are in all and how many months are kept. */
export async function planMonths(
  client: pg.PoolClient,
  purge: string,
  cutoff: string,
  pinned: readonly PinnedBot[],
): Promise<{ readonly totalRows: number; readonly kept: number }> {
  let [totalRows, kept] = [0, 0];
  for (const { name, end, count } of await monthsOf(client)) {
    totalRows += count?.rows ?? (await countNow(client, name)).rows;
    if (end > cutoff) continue;
    // One that somebody is changing is not counted: it is in use.
    if (count === null || (await isNeeded(client, name, pinned))) kept += 1;
    else
      await client.query(
        `insert into audit.purge_item (purge, class, key, rows, freed_bytes, reusable_bytes, newest, detail)
         values ($1, 'snapshots', $2, $3, pg_total_relation_size('audit.${name}'), 0, $4, $5)`,
        // An empty month is as old as its end.
        [purge, name, count.rows, count.newest ?? lastMoment(end), count.id],
      );
  }
  return { totalRows, kept };
}

export type MonthOutcome = { readonly removed: true } | { readonly removed: false; readonly reason: string };

/** Drops a planned month in the caller's transaction, when it is still what was planned. */
export async function dropMonth(
  client: pg.PoolClient,
  planned: { readonly key: string; readonly detail: string | null },
  cutoff: string,
  pinned: readonly PinnedBot[],
): Promise<MonthOutcome> {
  // No hold comes in between; one that is being placed is waited for.
  await client.query('lock table audit.hold in share mode');
  const month = await lockedMonth(client, planned.key);
  if (month === undefined) return { removed: false, reason: 'gone before' };
  if (month.end > cutoff) return { removed: false, reason: 'younger than its period' };
  if (month.count === null || String(month.count.id) !== planned.detail)
    return { removed: false, reason: 'changed after it was planned' };
  if (await isNeeded(client, month.name, pinned))
    return { removed: false, reason: 'held, or of a pinned bot' };
  await client.query(`drop table audit.${month.name}`);
  await client.query('delete from audit.snapshot_count where month = $1', [month.name]);
  // Why minutes have no snapshot is told beside those that have one, and not longer.
  await client.query('delete from audit.snapshot_gap where slot >= $1 and slot < $2', [
    month.start,
    month.end,
  ]);
  return { removed: true };
}

/** Whoever writes locks the parent first, as does a drop: the other way round each would wait for the other. */
async function lockedMonth(client: pg.PoolClient, key: string): Promise<Month | undefined> {
  await client.query('lock table only audit.snapshot in access exclusive mode');
  const find = async (): Promise<Month | undefined> =>
    (await monthsOf(client)).find(({ name }) => name === key);
  const month = await find();
  if (month === undefined) return undefined;
  // Somebody may write to the partition itself.
  await client.query(`lock table audit.${month.name} in access exclusive mode`);
  return find();
}

/** Whether a held report's window has rows in the month, or a pinned bot ones that are young for it. */
async function isNeeded(client: pg.PoolClient, name: string, pinned: readonly PinnedBot[]): Promise<boolean> {
  const { rows } = await client.query<{ needed: boolean }>(
    `select exists (select 1 from audit.hold h join audit.${name} s
         on s.bot = h.bot and s.at >= h.window_from and s.at < h.window_to)
       or exists (select 1 from jsonb_to_recordset($1::jsonb) as p (bot text, "keepFrom" timestamptz)
         join audit.${name} s on s.bot = p.bot and s.at >= p."keepFrom") as needed`,
    [JSON.stringify(pinned)],
  );
  return rows[0]?.needed !== false;
}

function lastMoment(end: string): string {
  return new Date(Date.parse(end) - 1).toISOString();
}
