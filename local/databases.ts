import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { connectedClient } from './pg-client.ts';

/** The databases of the local cluster, each by the narrowest role that its user needs. */
export interface LocalDatabases {
  /** Our store: the role `audit` owns the database `audit` and nothing else. */
  readonly auditUrl: string;
  /** For filling the demo bot: superuser on `demo_bot`; never given to the worker. */
  readonly demoAdminUrl: string;
  /** How the worker reads the demo bot: `audit_reader`, made by the fill. */
  readonly demoReaderUrl: string;
  readonly demoReaderPassword: string;
}

/** Makes the databases `audit` and `demo_bot` and the store's role unless they are there. */
export async function ensureDatabases(superuserUrl: string, stateDirectory: string): Promise<LocalDatabases> {
  const auditPassword = secret(stateDirectory, 'audit-role.password');
  const demoReaderPassword = secret(stateDirectory, 'demo-reader.password');
  const client = await connectedClient({ connectionString: superuserUrl, connectionTimeoutMillis: 10_000 });
  try {
    const role = await client.query("select 1 from pg_roles where rolname = 'audit'");
    await client.query(
      `${role.rowCount === 0 ? 'create' : 'alter'} role audit login password ${pg.escapeLiteral(auditPassword)}`,
    );
    await ensureDatabase(client, 'audit', 'audit');
    await ensureDatabase(client, 'demo_bot', 'postgres');
  } finally {
    await client.end();
  }
  return {
    auditUrl: urlOf(superuserUrl, 'audit', 'audit', auditPassword),
    demoAdminUrl: urlOf(superuserUrl, 'demo_bot'),
    demoReaderUrl: urlOf(superuserUrl, 'demo_bot', 'audit_reader', demoReaderPassword),
    demoReaderPassword,
  };
}

async function ensureDatabase(client: pg.Client, name: string, owner: string): Promise<void> {
  const found = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (found.rowCount === 0) await client.query(`create database ${name} owner ${owner} template template0`);
  // The bot's role has no business in our store.
  if (name === 'audit') await client.query('revoke connect, temporary on database audit from public');
}

function urlOf(server: string, database: string, user?: string, password?: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  if (user !== undefined) url.username = user;
  if (password !== undefined) url.password = password;
  return url.href;
}

/** A password made once and kept in the state folder, readable by its owner only. */
function secret(stateDirectory: string, name: string): string {
  const file = join(stateDirectory, name);
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(18).toString('hex')}\n`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}
