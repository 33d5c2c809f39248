import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { BotConfig } from '../../audit/configuration.ts';
import { loadConfig } from '../../config.ts';
import type { Bench } from './audit.ts';

/** Other people's data without a licence: read where it lies when it is there, never a part of this project. */
const folder = new URL('../../../shared/real/', import.meta.url);
export const DUMP = new URL('backup_monitoring_20251009.sql', folder).pathname;
export const SNAPSHOTS = new URL('monitoring_snapshots_20251018.jsonl', folder).pathname;
export const hasDump = existsSync(DUMP);
export const hasSnapshots = existsSync(SNAPSHOTS);

const run = promisify(execFile);

export async function hasPsql(): Promise<boolean> {
  return run('psql', ['--version']).then(
    () => true,
    () => false,
  );
}

export interface LoadedDump {
  /** A role that may only SELECT. */
  readonly readerUrl: string;
  /** What one row of SQL says: the count by hand. */
  one(sql: string): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** psql goes on after the dump's few complaints (an owner that does not exist, views over absent tables). */
export async function loadDump(bench: Bench): Promise<LoadedDump> {
  await run('psql', ['--no-psqlrc', '--quiet', '--file', DUMP, bench.botUrl], { maxBuffer: 1 << 26 });
  const admin = new pg.Client({ connectionString: bench.botUrl });
  await admin.connect();
  const reader = `real_${randomBytes(5).toString('hex')}`;
  await admin.query(`set time zone 'UTC'; create role ${reader} login password 'reader-secret';
    grant usage on schema monitoring to ${reader}; grant select on all tables in schema monitoring to ${reader}`);
  const url = new URL(bench.botUrl);
  url.username = reader;
  url.password = 'reader-secret';
  return {
    readerUrl: url.href,
    async one(sql) {
      const { rows } = await admin.query<Record<string, unknown>>(sql);
      const [row] = rows;
      if (!row) throw new Error('This query has no row.');
      return row;
    },
    async close() {
      await admin.query(`drop owned by ${reader}; drop role ${reader}`);
      await admin.end();
    },
  };
}

export interface ReadBot {
  readonly bot: BotConfig;
  readonly policy: Awaited<ReturnType<typeof loadConfig>>['policy'];
}

/** The bot `real` of a configuration file with these lines under it. */
export async function readBot(bench: Bench, lines: string, databaseUrl?: string): Promise<ReadBot> {
  const directory = await mkdtemp(join(tmpdir(), 'audit-real-'));
  try {
    const path = join(directory, 'audit.config.yaml');
    await writeFile(path, `bots:\n  real:\n${lines}`);
    const { bots, policy } = await loadConfig(path, {
      AUDIT_DATABASE_URL: bench.storeUrl,
      REAL_DATABASE_URL: databaseUrl,
    });
    const [bot] = bots;
    if (!bot) throw new Error('The configuration has no bot.');
    return { bot, policy };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export const DUMP_BOT = `    mapping: trading-bot
    database: \${REAL_DATABASE_URL}
    environment: testnet
    exchanges: [binance, bybit]
    sources: { database: required, snapshots: none }
    asOf: 2025-10-09T16:13:00Z
`;

export const SNAPSHOT_BOT = `    environment: testnet
    exchanges: [binance, bybit]
    sources: { database: none, snapshots: required }
    snapshots: import
    asOf: 2025-10-18T15:06:25Z
`;
