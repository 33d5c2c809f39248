import { parseArgs } from 'node:util';
import {
  countOld,
  FIRST_ROWS,
  nextRows,
  removeBatch,
  type PurgeCursor,
} from '../sources/bot-retention/remove-rows.ts';
import { withPurgedTables } from '../sources/bot-retention/session.ts';
import { connectedClient } from '../local/pg-client.ts';
import { wallMs } from './ratio.ts';
import { withServer } from './server.ts';

/**
 * `node bin/bootstrap.mjs bench/bot-purge.ts [--rows 500000] [--batch 1000]`: so many old rows of a bot's audit table of twice as many, to which
 * another table's foreign key points, removed in the batches of `botPurge`, or all of one size, against one DELETE of the same
 * rows; pauses excluded.
 */
const { values } = parseArgs({
  options: { rows: { type: 'string', default: '500000' }, batch: { type: 'string' } },
});
const rows = Number(values.rows);
const fixed = values.batch === undefined ? null : Number(values.batch);
const CUTOFF = '2025-01-01T00:00:00Z';

const filled = (table: string): string => `
  create table ${table} (id bigint generated always as identity primary key, payload jsonb not null, created_at timestamptz not null);
  insert into ${table} (payload, created_at)
    select jsonb_build_object('status', 200, 'body', repeat('x', 200)), '${CUTOFF}'::timestamptz + (i - ${String(rows)}) * interval '1 minute'
    from generate_series(0, ${String(2 * rows - 1)}) i;
  create index on ${table} (created_at);
  create table ${table}_calls (id bigint generated always as identity primary key, payload_id bigint references ${table});
  insert into ${table}_calls (payload_id) select id from ${table} where created_at >= '${CUTOFF}' and id % 2 = 0;
  create index on ${table}_calls (payload_id);`;

// What autovacuum makes of the deleted rows is no part of either.
const settings = { max_wal_size: '8GB', shared_buffers: '1GB', autovacuum: 'off' };
await withServer({ name: 'bot-purge', settings }, async (server) => {
  const admin = await connectedClient({ connectionString: server.url });
  try {
    for (const table of ['plain', 'audited']) await admin.query(filled(table));
    await admin.query(`create role purger login password 'x'; grant select, delete on audited to purger;
      grant select on audited_calls to purger`);
    await admin.query('vacuum analyze');
    const url = new URL(server.url);
    [url.username, url.password] = ['purger', 'x'];
    const retention = { databaseUrl: url.href, tables: [{ table: 'audited', time: 'created_at' }] };

    await admin.query('checkpoint');
    const [one] = await wallMs(() => admin.query(`delete from plain where created_at < '${CUTOFF}'`));
    await admin.query('checkpoint');
    const bounds = { cutoff: CUTOFF, timeZone: 'UTC', spared: [] };
    const batches: number[] = [];
    const [counted] = await withPurgedTables('bench', retention as never, async (client, [table]) => {
      if (table === undefined) throw new Error('not examined');
      const counting = await wallMs(() => countOld({ client, table, ...bounds }));
      let cursor: PurgeCursor | null = null;
      let removed = 0;
      let size = fixed ?? FIRST_ROWS;
      do {
        const [ms, batch] = await wallMs(() => removeBatch({ client, table, ...bounds, cursor, rows: size }));
        batches.push(ms);
        size = fixed ?? nextRows(size, ms);
        removed += batch.removed;
        ({ cursor } = batch);
      } while (cursor !== null);
      if (removed !== rows) throw new Error(`${String(removed)} rows were removed`);
      return counting;
    });
    const all = batches.reduce((sum, ms) => sum + ms, 0);
    process.stdout.write(
      [
        `| ${rows.toLocaleString('en')} old rows of a bot | time |`,
        '|---|---|',
        `| one DELETE | ${one.toFixed(0)} ms |`,
        `| counted first | ${counted.toFixed(0)} ms |`,
        `| ${String(batches.length)} batches of ${(rows / batches.length).toFixed(0)} on average, pauses excluded | ${all.toFixed(0)} ms, the longest ${Math.max(...batches).toFixed(0)} ms |`,
        `${(all / one).toFixed(2)} times one DELETE\n`,
      ].join('\n'),
    );
  } finally {
    await admin.end();
  }
});
