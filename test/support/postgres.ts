import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../local/ports.ts';
import { startPostgres } from '../../local/postgres.ts';
import { sharedServer } from './run-folder.ts';

/** Superuser URL of the run's one cluster; the first caller starts it (about a second). */
export async function serverUrl(): Promise<string> {
  return sharedServer('postgres', async (folder) => {
    const server = await startPostgres({
      dataDirectory: join(folder, 'data'),
      port: await freePort(process.env),
      environment: process.env,
      logFile: join(folder, 'postgres.log'),
      settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
    });
    return { process: server.process, facts: server.url };
  });
}

export interface FreshDatabase {
  /** Superuser URL. */
  readonly url: string;
  readonly name: string;
  drop(): Promise<void>;
}

/** An empty database of its own, so that test files never meet. */
export async function freshDatabase(options: { readonly name?: string } = {}): Promise<FreshDatabase> {
  const server = await serverUrl();
  const name = `${options.name ?? 'test'}_${randomBytes(5).toString('hex')}`;
  await runOnServer(server, `create database "${name}"`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    name,
    drop: () => runOnServer(server, `drop database if exists "${name}" with (force)`),
  };
}

async function runOnServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
