import type pg from 'pg';
import type { PinnedBot } from './plan-rows.ts';

/** A monthly partition of the snapshots. */
interface Month {
  readonly name: string;
  /** ISO 8601 UTC. */
  readonly start: string;
  /** ISO 8601 UTC, exclusive. */
  readonly end: string;
}

const NAME = /^snapshot_(\d{4})(\d{2})$/;

/** Writes the months that are over and old, and returns how many rows there are in all and how many months are kept. */
export async function planMonths(
  client: pg.PoolClient,
  purge: string,
  cutoff: string,
  pinned: readonly PinnedBot[],
): Promise<{ readonly totalRows: number; readonly kept: number }> {
  let [totalRows, kept] = [0, 0];
  for (const { name, end } of await monthsOf(client)) {
    const { rows } = await client.query<{ rows: number; bytes: number; newest: string | null }>(
      `select count(*) as rows, pg_total_relation_size('audit.${name}') as bytes, max(at) as newest from audit.${name}`,
    );
    const { rows: count = 0, bytes = 0, newest = null } = rows[0] ?? {};
    totalRows += count;
    if (end > cutoff) continue;
    if (await isNeeded(client, name, pinned)) kept += 1;
    else
      await client.query(
        `insert into audit.purge_item (purge, class, key, rows, freed_bytes, reusable_bytes, newest)
         values ($1, 'snapshots', $2, $3, $4, 0, $5)`,
        // An empty month is as old as its end.
        [purge, name, count, bytes, newest ?? lastMoment(end)],
      );
  }
  return { totalRows, kept };
}

export type MonthOutcome = { readonly removed: true } | { readonly removed: false; readonly reason: string };

/** Drops a planned month in the caller's transaction, when it is still what was planned. */
export async function dropMonth(
  client: pg.PoolClient,
  planned: { readonly key: string; readonly rows: number },
  cutoff: string,
  pinned: readonly PinnedBot[],
): Promise<MonthOutcome> {
  // No hold comes in between; one that is being placed is waited for.
  await client.query('lock table audit.hold in share mode');
  const month = (await monthsOf(client)).find(({ name }) => name === planned.key);
  if (month === undefined) return { removed: false, reason: 'gone before' };
  if (month.end > cutoff) return { removed: false, reason: 'younger than its period' };
  await client.query(`lock table audit.${month.name} in access exclusive mode`);
  const { rows } = await client.query<{ rows: number }>(`select count(*) as rows from audit.${month.name}`);
  if (rows[0]?.rows !== planned.rows) return { removed: false, reason: 'other rows than were planned' };
  if (await isNeeded(client, month.name, pinned))
    return { removed: false, reason: 'held, or of a pinned bot' };
  await client.query(`drop table audit.${month.name}`);
  // Why minutes have no snapshot is told beside those that have one, and not longer.
  await client.query('delete from audit.snapshot_gap where slot >= $1 and slot < $2', [
    month.start,
    month.end,
  ]);
  return { removed: true };
}

/** The oldest first. Names that are not ours are left alone. */
async function monthsOf(client: pg.PoolClient): Promise<readonly Month[]> {
  const { rows } = await client.query<{ relname: string }>(
    `select c.relname from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'audit.snapshot'::regclass order by c.relname`,
  );
  return rows.flatMap(({ relname: name }) => {
    const [, year, month] = NAME.exec(name) ?? [];
    if (year === undefined) return [];
    const first = (offset: number): string =>
      new Date(Date.UTC(Number(year), Number(month) - 1 + offset, 1)).toISOString();
    return [{ name, start: first(0), end: first(1) }];
  });
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
