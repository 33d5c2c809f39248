import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import type pg from 'pg';
import { connectedClient } from '../../local/pg-client.ts';
import { migrate } from '../../store/migrate.ts';
import { chainHead, type ChainHead } from '../../store/chain.ts';
import { findReports } from '../../store/reports.ts';
import { addHold } from '../../store/retention/holds.ts';
import { approvePurge, finishPurge } from '../../store/retention/purges.ts';
import { verifyArchive } from '../../store/verify/verify.ts';
import { SERVERS, serverOfVersion } from '../support/postgres-versions.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { createRetentionWorld, type RetentionWorld } from './retention-world.ts';

const run = promisify(execFile);

/** A server that this machine's pg_dump may dump; null, which is said, where there is none. */
async function serverForDump() {
  const { stdout } = await run('pg_dump', ['--version']).catch(() => ({ stdout: '' }));
  const major = Number(/\) (\d+)/.exec(stdout)?.[1] ?? 0);
  const version = ([17, 16, 15] as const).find((one) => one <= major);
  if (version !== undefined) return serverOfVersion(SERVERS[version]);
  process.stderr.write(`Backup and restore were not tried: pg_dump is "${stdout.trim()}".\n`);
  return null;
}

/** An empty database of a role that owns it and may nothing else. */
async function emptyDatabase(serverUrl: string, name: string): Promise<string> {
  const client = await connectedClient({ connectionString: serverUrl });
  try {
    await client.query(`create role ${name} login password 'sesame'; `);
    await client.query(`create database ${name} owner ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  [url.username, url.password, url.pathname] = [name, 'sesame', `/${name}`];
  return url.href;
}

/** All rows of all tables, and what guards them. */
async function contents(pool: pg.Pool): Promise<Readonly<Record<string, unknown>>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c
     where c.relnamespace = 'audit'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  );
  const rows = await Promise.all(
    tables.map(async ({ name }) => {
      const sql = `select coalesce(jsonb_agg(to_jsonb(t) order by to_jsonb(t)), '[]') as rows from ${name} t`;
      return [name, (await pool.query<{ rows: unknown }>(sql)).rows[0]?.rows] as const;
    }),
  );
  const { rows: guards } = await pool.query<{ guard: string }>(
    `select conrelid::regclass || ' ' || pg_get_constraintdef(oid) as guard from pg_constraint
       where connamespace = 'audit'::regnamespace
     union all select pg_get_triggerdef(oid) || tgenabled::text from pg_trigger where not tgisinternal
     union all select pg_get_functiondef(oid) from pg_proc where pronamespace = 'audit'::regnamespace
     union all select indexdef from pg_indexes where schemaname = 'audit' order by 1`,
  );
  return { ...Object.fromEntries(rows), guards: guards.map(({ guard }) => guard) };
}

const verified = ({ pool, artifacts }: RetentionWorld, printed: ChainHead | null) =>
  verifyArchive({ pool, artifacts, bot: null, printed, alive: () => undefined });

test('a store and its artifacts that were dumped, lost and restored are the same archive, and it goes on', async () => {
  const server = await serverForDump();
  if (server === null) return;
  const worlds: RetentionWorld[] = [];
  try {
    const storeUrl = await emptyDatabase(server.url, 'keeper');
    const world = await createRetentionWorld({ storeUrl });
    worlds.push(world);
    await world.report('demo', 2_000);
    const held = await world.report('demo', 500);
    await world.told(held);
    await world.snapshots('demo', 200);
    await world.snapshots('demo', 1);
    await addHold(world.pool, held, { reason: 'case 7', placedBy: 'tests' });
    await world.plan('p1');
    await approvePurge(world.pool, 'p1', 'tests');
    await world.execute('p1');
    await finishPurge(world.pool, 'p1', 'done');
    const before = await contents(world.pool);
    const head = await chainHead(world.pool);
    expect(await verified(world, head)).toMatchObject({ problem: null });

    // The store first: what is stored meanwhile is in the copy of the artifacts, not the other way round.
    const backup = scratchDirectory('backup');
    const [dump, directory] = [join(backup, 'audit.dump'), join(backup, 'artifacts')];
    await run('pg_dump', ['--format=custom', '--file', dump, storeUrl]);
    await cp(world.directory, directory, { recursive: true, preserveTimestamps: true });
    await world.close();

    const restoredUrl = await emptyDatabase(server.url, 'other_owner');
    await run('pg_restore', ['--no-owner', '--exit-on-error', '--dbname', restoredUrl, dump]);
    const restored = await createRetentionWorld({ storeUrl: restoredUrl, directory });
    worlds.push(restored);
    expect(await migrate(restored.pool)).toEqual([]);
    expect(await contents(restored.pool)).toEqual(before);
    const again = await verified(restored, head);
    expect([again.problem, again.head]).toEqual([null, head]);

    for (const [forbidden, code] of [
      ['delete from audit.chain', '42501'],
      ['truncate audit.chain', '42501'],
      ['update audit.purge set approved_by = null', '42501'],
      ['delete from audit.report', '23503'],
    ] as const)
      await expect(restored.pool.query(forbidden)).rejects.toMatchObject({ code });

    await restored.report('demo', 3);
    await restored.snapshots('demo', 0);
    const grown = await verified(restored, head);
    expect([grown.problem, (grown.head?.seq ?? 0) > (head?.seq ?? 0)]).toEqual([null, true]);
    expect(await findReports(restored.pool)).toHaveLength(2);
  } finally {
    for (const world of worlds) await world.close().catch(() => undefined);
    await server.stop();
  }
});
