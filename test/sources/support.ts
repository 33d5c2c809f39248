import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { BotConfig } from '../../audit/configuration.ts';
import type { EntityName } from '../../audit/contract.ts';
import { defineQuery, type Query } from '../../audit/query.ts';
import type { Section } from '../../audit/section.ts';
import { waitFor } from '../../local/process.ts';
import type { CollectRequest } from '../../sources/collect.ts';
import { migrate } from '../../store/migrate.ts';
import { createPool } from '../../store/pool.ts';
import { botFacts, NO_LIMITS } from '../support/bot-facts.ts';
import { freshDatabase } from '../support/postgres.ts';
import { z } from 'zod';
import { scratchDirectory } from '../support/scratch.ts';

export const WINDOW = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T08:00:00.000Z' };

export interface BotDatabase {
  readonly adminUrl: string;
  /** A role that may only SELECT in schema `bot`. */
  readonly readerUrl: string;
  readonly reader: string;
  run(sql: string): Promise<readonly Record<string, unknown>[]>;
  drop(): Promise<void>;
}

/** A database with the given schema `bot` and a role that only reads it. */
export async function botDatabase(sql: string): Promise<BotDatabase> {
  const database = await freshDatabase({ name: 'bot' });
  const reader = `reader_${randomBytes(5).toString('hex')}`;
  const run = async (text: string): Promise<readonly Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(text);
      return rows;
    } finally {
      await client.end();
    }
  };
  await run(`create schema bot; ${sql}; create role ${reader} login password 'reader-secret';
    grant usage on schema bot to ${reader}; grant select on all tables in schema bot to ${reader}`);
  const readerUrl = new URL(database.url);
  readerUrl.username = reader;
  readerUrl.password = 'reader-secret';
  return {
    adminUrl: database.url,
    readerUrl: readerUrl.href,
    reader,
    run,
    async drop() {
      await run(`drop owned by ${reader}; drop role ${reader}`);
      await database.drop();
    },
  };
}

/** What reads a table that is emptied and refilled after its snapshot was taken, and before it comes to the table. */
export async function refilledMeanwhile<T>(
  { adminUrl, run }: BotDatabase,
  table: string,
  read: () => Promise<T>,
): Promise<T> {
  const owner = new pg.Client({ connectionString: adminUrl });
  await owner.connect();
  await owner.query(`begin; lock table ${table} in access exclusive mode; create temporary table kept as table ${table};
    truncate ${table}; insert into ${table} table kept`);
  const reading = read();
  const done = reading.then(
    () => true,
    () => true,
  );
  await waitFor(async () => {
    const waiting = await run(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return waiting.length > 0;
  }, 30_000);
  await owner.query('commit');
  await done;
  await owner.end();
  return reading;
}

/** A migrated store of its own. */
export async function freshStore(): Promise<{ pool: pg.Pool; url: string; drop(): Promise<void> }> {
  const database = await freshDatabase({ name: 'store' });
  const pool = createPool(database.url);
  await migrate(pool);
  return {
    pool,
    url: database.url,
    async drop() {
      await pool.end();
      await database.drop();
    },
  };
}

/** A mapping folder with these SELECTs. */
export async function mappingFolderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(scratchDirectory('mapping'), 'custom');
  await mkdir(folder);
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, `${name}.sql`), sql);
  return folder;
}

export function botOf(overrides: {
  readonly mapping: string;
  readonly databaseUrl: string | null;
  readonly timeZone?: string;
  readonly allowWritableRole?: boolean;
  readonly database?: 'required' | 'optional' | 'none';
  readonly snapshots?: 'required' | 'optional' | 'none';
  readonly maxAgeH?: number;
}): BotConfig {
  return {
    databaseUrl: overrides.databaseUrl,
    allowWritableRole: overrides.allowWritableRole ?? false,
    asOf: null,
    settleDelayS: 120,
    facts: botFacts({
      ...{ name: 'probe', mapping: overrides.mapping, environment: 'testnet', auditor: 'nobody' },
      timeZone: overrides.timeZone ?? 'UTC',
      sources: { database: overrides.database ?? 'required', snapshots: overrides.snapshots ?? 'none' },
      limits: { ...NO_LIMITS, maxAgeH: overrides.maxAgeH ?? null },
    }),
  };
}

export function queryOf(
  sql: string,
  options: Partial<Query> & { readonly entities: readonly EntityName[] },
): Query {
  return defineQuery({
    id: 'probe',
    title: 'Probe',
    source: 'database',
    kind: 'rows',
    row: z.record(z.string(), z.unknown()),
    ...options,
    sql,
  });
}

/** A section that only asks. */
export function asking(...queries: readonly Query[]): Section {
  return {
    id: 'probe',
    number: null,
    title: 'Probe',
    settings: z.object({}),
    queries,
    checks: [],
    rules: [],
    facts: [],
    evaluate: () => {
      throw new Error('this section is never evaluated');
    },
  };
}

/** These queries of a bot, asked an hour after `WINDOW`. */
export function requestOf(
  bot: BotConfig,
  queries: readonly Query[],
  storePool: pg.Pool,
  more: Partial<CollectRequest> = {},
): CollectRequest {
  return {
    ...{ bot, kind: 'production', window: WINDOW, sections: [asking(...queries)], storePool },
    ...{ entryIds: [], policy: {}, history: [], now: '2026-11-20T09:00:00.000Z' },
    ...more,
  };
}
