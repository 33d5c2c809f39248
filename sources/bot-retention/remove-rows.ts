import pg from 'pg';
import type { Window } from '../../audit/evidence.ts';
import type { PurgedTable } from './examine.ts';

/** Where a table's removal stands: the last row that was looked at. Both as text, exact. */
export interface PurgeCursor {
  readonly time: string;
  readonly key: string;
}

export interface RemoveRequest {
  readonly client: pg.Client;
  readonly table: PurgedTable;
  /** ISO 8601 UTC. */
  readonly cutoff: string;
  readonly timeZone: string;
  /** Rows of these windows stay: a held report or an open finding points at them. */
  readonly spared: readonly Window[];
  readonly cursor: PurgeCursor | null;
  readonly rows: number;
}

export interface Batch {
  readonly seen: number;
  readonly removed: number;
  /** Null: the table is done. */
  readonly cursor: PurgeCursor | null;
}

/**
 * A lock is not waited for longer, and no batch works longer: what the bot does goes first. A batch looks its rows up by their
 * indexes, which it was refused without, and never reads a whole table, however small the planner takes it for.
 */
export const GENTLE = `set lock_timeout = '250ms'; set statement_timeout = '5s'; set timezone = 'UTC'; set datestyle = 'ISO';
  set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off`;

/** Counting holds nobody up, and the first time there may be years of rows. */
const COUNTING = `begin read only; set local statement_timeout = '2min'; set local enable_seqscan = on`;

/** Rows of the first statement, and bounds of the next ones. */
export const FIRST_ROWS = 1_000;
const [FEWEST_ROWS, MOST_ROWS] = [100, 5_000];
const AIM_MS = 100;

/**
 * Rows of the next statement: as many as take a tenth of a second. Each statement ends with a write to the disk that is
 * waited for, and holds what it locks until then.
 */
export function nextRows(rows: number, tookMs: number): number {
  const fitting = Math.round((rows * AIM_MS) / Math.max(tookMs, 1));
  return Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, Math.min(2 * rows, fitting)));
}

/** Rows before the cutoff. */
export async function countOld(request: Omit<RemoveRequest, 'cursor' | 'rows'>): Promise<number> {
  const { client, table } = request;
  await client.query(COUNTING);
  const { rows } = await client.query<{ n: string }>(
    `select count(*)::text as n from ${table.name} t where ${before(request, '$1')}`,
    [request.cutoff],
  );
  await client.query('commit');
  return Number(rows[0]?.n ?? 0);
}

/** Removes the next rows in one statement of its own. One that meets a lock or a new reference is made smaller. */
export async function removeBatch(request: RemoveRequest): Promise<Batch> {
  try {
    return await attempt(request);
  } catch (error) {
    const code = error instanceof pg.DatabaseError ? error.code : undefined;
    if (!['23503', '55P03', '57014', '40P01'].includes(code ?? '')) throw error;
    if (request.rows > 1) return removeBatch({ ...request, rows: Math.ceil(request.rows / 10) });
    // This one row is in use: it stays for the next time.
    return attempt(request, false);
  }
}

async function attempt(request: RemoveRequest, removes = true): Promise<Batch> {
  const { client, table, cutoff, spared, cursor, rows: limit } = request;
  const { name, key, keyType, time, timeType } = table;
  const after = cursor === null ? '' : `and (t.${time}, t.${key}) > ($5::${timeType}, $6::${keyType})`;
  const result = await client.query<{
    seen: string;
    removed: string;
    time: string | null;
    key: string | null;
  }>(
    `with b as materialized (select t.${key} as k, t.${time} as at from ${name} t
         where ${before(request, '$1')} ${after} order by t.${time}, t.${key} limit $2),
       d as (delete from ${name} t using b where t.${key} = b.k and ${before(request, '$1')} ${removes ? '' : 'and false'}
         and not exists (select 1 from unnest($3::timestamptz[], $4::timestamptz[]) w (f, u)
           where ${zoned(request)} >= w.f and ${zoned(request)} < w.u)
         ${table.pointedBy.map(isPointedAt).join(' ')} returning 1)
     select (select count(*) from b)::text as seen, (select count(*) from d)::text as removed, last.time, last.key
     from (values (1)) one left join (select b.at::text as time, b.k::text as key from b
       order by b.at desc, b.k desc limit 1) last on true`,
    [
      cutoff,
      limit,
      spared.map(({ from }) => from),
      spared.map(({ to }) => to),
      ...(cursor === null ? [] : [cursor.time, cursor.key]),
    ],
  );
  const [row] = result.rows;
  const seen = Number(row?.seen ?? 0);
  const isOver = seen < limit || row?.time == null || row.key === null;
  return {
    seen,
    removed: Number(row?.removed ?? 0),
    cursor: isOver ? null : { time: row.time ?? '', key: row.key ?? '' },
  };
}

function isPointedAt({ child, columns, parentColumns }: PurgedTable['pointedBy'][number]): string {
  const same = columns.map((column, index) => `c.${column} = t.${parentColumns[index] ?? ''}`);
  return `and not exists (select 1 from ${child} c where ${same.join(' and ')})`;
}

/** On the column itself, so that its index serves. */
function before({ table, timeZone }: Pick<RemoveRequest, 'table' | 'timeZone'>, parameter: string): string {
  const bound = `${parameter}::timestamptz`;
  const isNaive = table.timeType === 'timestamp without time zone';
  return `t.${table.time} < ${isNaive ? `(${bound} at time zone ${pg.escapeLiteral(timeZone)})` : bound}`;
}

function zoned({ table, timeZone }: RemoveRequest): string {
  const isNaive = table.timeType === 'timestamp without time zone';
  return isNaive ? `(t.${table.time} at time zone ${pg.escapeLiteral(timeZone)})` : `t.${table.time}`;
}
