import type pg from 'pg';

/** One lock for all that make partitions, so that two imports at once do not trip over each other. */
const PARTITION_LOCK = 7_306_120_202;

/** Makes the monthly partitions (UTC) that these times fall into, where they are missing; returns those that were. */
export async function ensureSnapshotMonths(
  pool: pg.Pool,
  times: readonly string[],
): Promise<readonly string[]> {
  const months = [...new Set(times.map((time) => time.slice(0, 7)))].sort();
  const missing = await missingMonths(pool, months);
  if (missing.length === 0) return [];
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [PARTITION_LOCK]);
    for (const month of await missingMonths(client, months)) {
      await client.query(
        `create table audit.${partitionOf(month)} partition of audit.snapshot
         for values from ('${month}-01T00:00:00Z') to ('${nextMonth(month)}-01T00:00:00Z')`,
      );
    }
    await client.query('commit');
    client.release();
    return missing;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Asks the catalogue's table and not `to_regclass`, whose cache may not know what another session just made. */
async function missingMonths(
  client: Pick<pg.Pool, 'query'>,
  months: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await client.query<{ relname: string }>(
    `select c.relname from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'audit' and c.relname = any($1::text[])`,
    [months.map(partitionOf)],
  );
  const present = new Set(rows.map(({ relname }) => relname));
  return months.filter((month) => !present.has(partitionOf(month)));
}

/** `2025-10` -> `snapshot_202510`. Months come from ISO times; anything else would be SQL. */
function partitionOf(month: string): string {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])$/.test(month)) throw new Error(`${month} is not a month`);
  return `snapshot_${month.replace('-', '')}`;
}

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}
