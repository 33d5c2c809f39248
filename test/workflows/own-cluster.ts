import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../local/ports.ts';
import { startPostgres } from '../../local/postgres.ts';
import { stopProcess, waitFor } from '../../local/process.ts';
import { scratchDirectory } from '../support/scratch.ts';

/** A PostgreSQL cluster of one test's own, which it may kill and start again at the same address. */
export interface OwnCluster {
  readonly url: string;
  kill(): Promise<void>;
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

export async function ownCluster(name: string): Promise<OwnCluster> {
  const folder = scratchDirectory(name);
  // The cluster's user, which is not ours when we are root, has to pass.
  chmodSync(folder, 0o755);
  const options = {
    dataDirectory: join(folder, 'data'),
    port: await freePort(process.env),
    environment: process.env,
    logFile: join(folder, 'postgres.log'),
  };
  let server = await startPostgres(options);
  return {
    url: server.url,
    kill: () => stopProcess(server.process, { signal: 'SIGKILL', graceMs: 10_000 }),
    async startAgain() {
      server = await startPostgres(options);
    },
    stop: () => server.stop(),
  };
}

/**
 * Locks all tables of a schema, so that an audit hangs at a known place: `access exclusive` stops whoever reads them,
 * `exclusive` whoever writes. The lock dies with the cluster. What a collection cost is written beside the audit, which waits
 * for nobody there.
 */
export async function hang(
  ownerUrl: string,
  schema: 'bot' | 'audit',
  mode: 'access exclusive' | 'exclusive',
): Promise<{ waitUntilHung(): Promise<boolean> }> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  const watcher = new pg.Client({ connectionString: ownerUrl });
  // Both die with the cluster, which is what they are for.
  for (const client of [owner, watcher]) {
    client.on('error', () => undefined);
    await client.connect();
  }
  const { rows } = await owner.query<{ tables: string }>(
    "select string_agg(format('%I.%I', schemaname, tablename), ', ') as tables from pg_tables where schemaname = $1 and tablename <> 'collection'",
    [schema],
  );
  await owner.query('begin');
  await owner.query(`lock table ${rows[0]?.tables ?? ''} in ${mode} mode`);
  return {
    waitUntilHung: () =>
      waitFor(async () => {
        const { rows: found } = await watcher.query<{ n: number }>(
          "select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock'",
        );
        return (found[0]?.n ?? 0) > 0;
      }, 30_000),
  };
}
