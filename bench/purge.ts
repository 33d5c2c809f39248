import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { PURGE_CLASSES, type Retention } from '../audit/retention.ts';
import { retention } from '../config/retention-schema.ts';
import { connectedClient } from '../local/pg-client.ts';
import type { ArtifactPlace } from '../store/artifact-place.ts';
import { createArtifactStore } from '../store/artifacts.ts';
import { migrate } from '../store/migrate.ts';
import { createPool } from '../store/pool.ts';
import { purgeBatch } from '../store/retention/execute.ts';
import { countMonths } from '../store/retention/month-counts.ts';
import { pinnedOf, planPurge } from '../store/retention/plan.ts';
import { findPurge } from '../store/retention/purges.ts';
import { ensureSnapshotMonths } from '../store/snapshot-partitions.ts';
import { wallMs } from './ratio.ts';
import { withServer } from './server.ts';

/**
 * `node bin/bootstrap.mjs bench/purge.ts [--rows 5000000]`: a retention purge of so many old snapshots, planned and executed
 * as the workflow does it, against one DELETE of the same rows in a table that is not partitioned: time and bytes of WAL. The floor is
 * what PostgreSQL and the file system need to drop tables of those months, one after the other, and nothing else.
 */
const { values } = parseArgs({ options: { rows: { type: 'string', default: '5000000' } } });
const rows = Number(values.rows);
const MONTHS = 8;
const BOTS = Math.ceil(rows / (MONTHS * 30 * 1_440));
const BARE = Array.from({ length: MONTHS }, (_, month) => `bare_${String(month)}`);
const NOW = '2026-11-27T02:00:00.000Z';
const FIRST = '2025-11-01T00:00:00.000Z';
/** As configured by default, but for the tripwire: all of it goes. */
const RETENTION: Retention = { ...retention.parse({}), maxSharePercent: 100 };

// What autovacuum makes of the deleted rows is no part of either.
const settings = { max_wal_size: '8GB', shared_buffers: '1GB', autovacuum: 'off' };
await withServer({ name: 'purge', settings }, async (server, folder) => {
  const pool = createPool(server.url, { max: 4 });
  // The store's own connections end a statement after some seconds.
  const client = await connectedClient({ connectionString: server.url });
  try {
    await migrate(pool);
    await fill(pool, client);
    const deleted = await cost(client, () => client.query('delete from plain'));
    const artifacts = createArtifactStore(join(folder, 'artifacts'));
    const counted = await cost(client, () => countMonths(pool, NOW, alive));
    const planned = await cost(client, () => plan(pool, artifacts));
    const executed = await cost(client, () => execute(pool, artifacts));
    const dropped = await cost(client, async () => {
      for (const table of BARE) await client.query(`drop table ${table}`);
    });
    const purged = { ms: planned.ms + executed.ms, wal: planned.wal + executed.wal };
    const whole = { ms: counted.ms + purged.ms, wal: counted.wal + purged.wal };
    const against = (what: string, { ms, wal }: Cost): string =>
      `${what} ${(deleted.ms / ms).toFixed(1)} times as fast, ${((100 * wal) / deleted.wal).toFixed(3)} % of the WAL`;
    const line = (what: string, { ms, wal }: Cost): string =>
      `| ${what} | ${ms.toFixed(0)} ms | ${(wal / 1_048_576).toFixed(2)} MB |`;
    process.stdout.write(
      [
        `| ${rows.toLocaleString('en')} snapshots | time | WAL |`,
        '|---|---|---|',
        line('one DELETE', deleted),
        line(`${String(MONTHS)} months counted, each once, in the night after its end`, counted),
        line('the plan', planned),
        line('its execution, which drops the months that have not changed', executed),
        line('the floor: the same months as plain tables, dropped', dropped),
        against('plan and execution:', purged),
        against('with the counting:', whole),
        against('the floor:', dropped),
        `plan and execution take ${(purged.ms / dropped.ms).toFixed(2)} times the floor`,
        '',
      ].join('\n'),
    );
  } finally {
    await client.end();
    await pool.end();
  }
});

/** Snapshots of some bots a minute in months that are all past their period, and the same rows in one plain table. */
async function fill(pool: pg.Pool, store: pg.Client): Promise<void> {
  const months = Array.from({ length: MONTHS }, (_, index) =>
    new Date(Date.UTC(2025, 10 + index, 1)).toISOString(),
  );
  await ensureSnapshotMonths(pool, months);
  const columns = `bot, at, slot, total, by_exchange, unprotected, new_opened, closed, aged, errors`;
  await store.query(
    `insert into audit.snapshot (${columns})
     select 'bot-' || n % $2::int, at, at, 40, '{"binance": 24, "bybit": 16}', 0, 1, 1, 2, 0
     from (select n, $3::timestamptz + (n / $2::int) * interval '1 minute' as at from generate_series(0, $1::int - 1) n) one`,
    [rows, BOTS, FIRST],
  );
  await store.query(
    'create table plain (like audit.snapshot including defaults); insert into plain select * from audit.snapshot',
  );
  await store.query('alter table plain add primary key (bot, at)');
  for (const [index, table] of BARE.entries())
    await store.query(
      `create table ${table} (like audit.snapshot including all);
       insert into ${table} select * from plain where at >= '${months[index] ?? ''}' and at < '${months[index + 1] ?? NOW}'`,
    );
  await store.query('vacuum analyze');
}

interface Cost {
  readonly ms: number;
  /** Bytes of write-ahead log. */
  readonly wal: number;
}

async function cost(store: pg.Client, work: () => Promise<unknown>): Promise<Cost> {
  await store.query('checkpoint');
  const at = async (): Promise<string> =>
    (await store.query<{ lsn: string }>('select pg_current_wal_insert_lsn()::text as lsn')).rows[0]?.lsn ??
    '';
  const from = await at();
  const [ms] = await wallMs(work);
  const { rows: wal } = await store.query<{ bytes: string }>(
    'select pg_wal_lsn_diff($1::pg_lsn, $2::pg_lsn)::text as bytes',
    [await at(), from],
  );
  return { ms, wal: Number(wal[0]?.bytes) };
}

function alive(): void {
  // Nothing asks this bench to stop.
}

async function plan(store: pg.Pool, artifacts: ArtifactPlace): Promise<void> {
  await planPurge(store, artifacts, {
    id: 'bench',
    workflowId: 'bench',
    approval: 'person',
    retention: RETENTION,
    maxSharePercent: 100,
    now: NOW,
    openSince: null,
    pinned: [],
    alive,
  });
}

async function execute(store: pg.Pool, artifacts: ArtifactPlace): Promise<void> {
  const planned = await findPurge(store, 'bench');
  if (planned === null) throw new Error('no plan was made');
  const pinned = pinnedOf({ pinned: [], retention: RETENTION });
  const context = { pool: store, artifacts, pinned, alive };
  for (const name of PURGE_CLASSES) while ((await purgeBatch(context, planned, name)) > 0);
  const { rows: left } = await store.query<{ n: string }>('select count(*)::text as n from audit.snapshot');
  if (left[0]?.n !== '0') throw new Error(`${left[0]?.n ?? '?'} snapshots are left`);
}
