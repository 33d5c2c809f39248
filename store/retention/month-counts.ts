import type pg from 'pg';
import { inTransaction } from '../transaction.ts';
import { codeOf } from '../system-codes.ts';

/** A monthly partition of the snapshots. */
export interface Month {
  readonly name: string;
  /** ISO 8601 UTC. */
  readonly start: string;
  /** ISO 8601 UTC, exclusive. */
  readonly end: string;
  /** What it holds; null when it was not counted, or was changed since. */
  readonly count: MonthCount | null;
}

interface MonthCount {
  readonly id: number;
  readonly rows: number;
  /** ISO 8601 UTC; null of an empty month. */
  readonly newest: string | null;
}

const NAME = /^snapshot_(\d{4})(\d{2})$/;
const NOTE = 'audit.note_snapshot_change()';

/** Whether a count is still what its month `c` holds. `alter table … enable trigger all` leaves no trigger as it was. */
const STANDS = `k.rows is not null
  and not exists (select 1 from audit.snapshot_change g where g.month = k.month)
  and (select count(*) from pg_catalog.pg_trigger t
    where t.tgrelid = c.oid and t.tgfoid = '${NOTE}'::regprocedure and t.tgenabled = 'A') = 2`;

/** The oldest first. Names that are not ours are left alone. */
export async function monthsOf(client: Pick<pg.ClientBase, 'query'>): Promise<readonly Month[]> {
  const { rows } = await client.query<{ name: string; count: MonthCount | null }>(
    `select c.relname as name,
       case when k.id is not null then jsonb_build_object('id', k.id, 'rows', k.rows, 'newest', k.newest) end as count
     from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
       left join audit.snapshot_count k on k.month = c.relname and ${STANDS}
     where i.inhparent = 'audit.snapshot'::regclass order by c.relname`,
  );
  return rows.flatMap(({ name, count }) => {
    const [, year, month] = NAME.exec(name) ?? [];
    if (year === undefined) return [];
    const first = (offset: number): string =>
      new Date(Date.UTC(Number(year), Number(month) - 1 + offset, 1)).toISOString();
    return [{ name, start: first(0), end: first(1), count }];
  });
}

/** Counts the months that were over before a time and have no count that stands, so that no purge has to. */
export async function countMonths(pool: pg.Pool, before: string, alive: () => void): Promise<void> {
  for (const { name, end, count } of await monthsOf(pool)) {
    if (count !== null || end > before) continue;
    alive();
    try {
      await countMonth(pool, name);
    } catch (error) {
      // Somebody writes there for long, or it was dropped: the next one counts it.
      if (!['55P03', '42P01'].includes(codeOf(error) ?? '')) throw error;
    }
  }
}

/** From the lock on whoever changes the month notes it; what was changed before is what is counted. */
async function countMonth(pool: pg.Pool, name: string): Promise<void> {
  const id = await inTransaction(pool, async (client) => {
    await client.query(
      `set local lock_timeout = '2s';
       lock table audit.${name} in share row exclusive mode;
       create or replace trigger noted after insert or update or delete on audit.${name}
         for each row execute function ${NOTE};
       create or replace trigger noted_whole after truncate on audit.${name}
         for each statement execute function ${NOTE};
       alter table audit.${name} enable always trigger noted, enable always trigger noted_whole`,
    );
    await client.query('delete from audit.snapshot_change where month = $1', [name]);
    await client.query('delete from audit.snapshot_count where month = $1', [name]);
    const { rows } = await client.query<{ id: number }>(
      'insert into audit.snapshot_count (month) values ($1) returning id',
      [name],
    );
    return rows[0]?.id;
  });
  const { rows, newest } = await countNow(pool, name);
  await pool.query('update audit.snapshot_count set rows = $2, newest = $3 where id = $1', [
    id,
    rows,
    newest,
  ]);
}

/** Counts a month as it is now. */
export async function countNow(
  client: Pick<pg.ClientBase, 'query'>,
  name: string,
): Promise<Omit<MonthCount, 'id'>> {
  const { rows } = await client.query<Omit<MonthCount, 'id'>>(
    `select count(*) as rows, max(at) as newest from audit.${name}`,
  );
  return rows[0] ?? { rows: 0, newest: null };
}
