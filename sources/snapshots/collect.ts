import type pg from 'pg';
import { columnsOf } from '../../audit/contract.ts';
import type { EntityState } from '../../audit/evidence.ts';
import type { Query } from '../../audit/query.ts';
import { StoreUnavailable } from '../../store/trouble.ts';
import { bindParameters, type Parameters } from '../database/compile.ts';
import { evidenceTypes } from '../database/type-parsers.ts';
import { asWritten, ranQuery, unusableQuery, type Ran } from '../query-run.ts';
import { compileSnapshotQuery } from './relation.ts';

export interface SnapshotRequest {
  readonly pool: pg.Pool;
  readonly bot: string;
  readonly queries: readonly Query[];
  readonly parameters: Parameters;
  /** The bot declares snapshots. */
  readonly declared: boolean;
}

export interface SnapshotEvidence {
  readonly entity: EntityState;
  readonly ran: readonly Ran[];
  /** The bot has ever had a snapshot. */
  readonly everHadRows: boolean;
  /** Snapshots lie in the window. */
  readonly seen: boolean;
  readonly dataAsOf: string | null;
}

type Client = Pick<pg.PoolClient, 'query'>;

/** Reads the snapshots of a window from our own store, in one transaction. Throws when the store cannot be read. */
export async function collectSnapshots(request: SnapshotRequest): Promise<SnapshotEvidence> {
  const { pool, bot, parameters, declared } = request;
  if (!declared) {
    const skip = {
      status: 'skipped',
      reason: 'not_applicable',
      error: 'this bot declares no snapshots',
    } as const;
    const ran = request.queries.map((query) => unusableQuery(query, asWritten(query), skip));
    return { entity: snapshotState(false, false), ran, everHadRows: false, seen: false, dataAsOf: null };
  }
  const client = await pool.connect();
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    await client.query(`set local timezone = 'UTC'; set local statement_timeout = ${String(STATEMENT_MS)}`);
    const [life] = await rowsOf(client, LIFE, { ...parameters, bot });
    const everHadRows = life?.['ever'] === true;
    const seen = life?.['seen'] === true;
    const ran: Ran[] = [];
    await client.query('savepoint evidence');
    for (const query of request.queries)
      ran.push(await runQuery(client, query, { bot, parameters, everHadRows }));
    await client.query('commit');
    client.release();
    return {
      entity: snapshotState(true, everHadRows),
      ran,
      everHadRows,
      seen,
      dataAsOf: timeOf(life?.['newest']),
    };
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** A year of snapshots takes longer than the small statements that the pool is bounded for. */
const STATEMENT_MS = 60_000;

/** The driver's types lack the bound of one query. */
interface Question extends pg.QueryConfig {
  readonly query_timeout: number;
}

const LIFE = `select exists (select 1 from audit.snapshot where bot = :bot) as ever,
  exists (select 1 from audit.snapshot where bot = :bot and at >= :from and at < :to) as seen,
  (select max(at) from audit.snapshot where bot = :bot and at < :to) as newest`;

async function runQuery(
  client: Client,
  query: Query,
  context: { readonly bot: string; readonly parameters: Parameters; readonly everHadRows: boolean },
): Promise<Ran> {
  const text = compileSnapshotQuery(query, context.bot, context.parameters);
  if (!context.everHadRows && query.entities.includes('snapshot')) {
    const error = `no snapshots of bot ${context.bot} are in the store`;
    return unusableQuery(query, text, { status: 'skipped', reason: 'no_data', error });
  }
  try {
    const limited = `select * from (\n${text.sql}\n) as limited limit ${String(query.limit + 1)}`;
    const rows = await rowsOf(client, limited, text.parameters);
    if (rows.length <= query.limit) return ranQuery(query, text, rows);
    const error = `more than ${String(query.limit)} rows; none of them were used`;
    return unusableQuery(query, text, { status: 'error', reason: 'truncated', error, rowCount: query.limit });
  } catch (error) {
    // What keeps the store from answering says nothing of the bot.
    if (!(error instanceof StoreUnavailable) || error.trouble !== null) throw error;
    await client.query('rollback to savepoint evidence');
    return unusableQuery(query, text, {
      status: 'error',
      reason: 'source_failed',
      error: error.said,
    });
  }
}

async function rowsOf(
  client: Client,
  sql: string,
  parameters: Parameters,
): Promise<readonly Record<string, unknown>[]> {
  const { text, values } = bindParameters(sql, parameters);
  const question: Question = {
    text,
    values: [...values],
    types: evidenceTypes,
    query_timeout: STATEMENT_MS + 5_000,
  };
  const { rows } = await client.query<Record<string, unknown>>(question);
  return rows;
}

function snapshotState(declared: boolean, everHadRows: boolean): EntityState {
  return {
    entity: 'snapshot',
    status: declared ? 'ok' : 'missing',
    columns: declared ? columnsOf('snapshot').map(({ name }) => name) : [],
    wrongTypes: [],
    everHadRows,
    unknownSpellings: [],
    unusable: [],
  };
}

function timeOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
