import { randomBytes } from 'node:crypto';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { BotConfig } from '../../audit/configuration.ts';
import { loadConfig } from '../../config.ts';
import { NO_DEFECTS } from '../../local/demo/defects/plan.ts';
import { grantReader } from '../../local/demo/load.ts';
import { CLONE } from '../../local/paths.ts';
import { auditWindow, createBench, type Audited, type FilledBench } from '../support/audit.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { filledDemo } from '../support/filled-demo.ts';

/**
 * `clean` is the demo without defects (PASS, GREEN, no finding; 193 closed); `tiny` has heartbeats, states, limits and
 * nothing else. Both have `bot.pos`, `bot.fil` and `bot.stp`, which write one row each; `bot.fin2` (clean) or `bot.fin`
 * (tiny) then writes the orders, events, prices and balances that follow from these rows.
 */
export type WorldName = 'clean' | 'tiny';

export interface CaseWorlds {
  /** Audits 00:00 to 08:00 of a copy of the world, changed by SQL: statements, or the names of files beside this one. */
  audited(
    world: WorldName,
    sql: readonly string[],
    facts?: Partial<BotConfig['facts']>,
    mapped?: Mapped,
  ): Promise<Audited>;
  close(): Promise<void>;
}

/** SELECTs in the place of the mapping's own, by entity; null: the mapping has none. */
export type Mapped = Readonly<Record<string, string | null>>;

const WINDOW = { from: '2026-11-26T00:00:00.000Z', to: '2026-11-26T08:00:00.000Z' };

/** Each world is made when it is first asked for. */
export async function caseWorlds(): Promise<CaseWorlds> {
  const bench = await createBench();
  const role = `case_${randomBytes(5).toString('hex')}`;
  const reader = { role, password: 'reader-secret', denied: [] };
  const made = new Map<WorldName, Promise<FreshDatabase>>();
  const admin = new pg.Client({ connectionString: bench.storeUrl });
  await admin.connect();
  let copies = 0;
  const worldOf = (name: WorldName): Promise<FreshDatabase> => {
    const world = made.get(name) ?? makeWorld(name, reader);
    made.set(name, world);
    return world;
  };
  return {
    async audited(world, sql, facts = {}, mapped = {}) {
      const source = await worldOf(world);
      copies += 1;
      const name = `${source.name}_${String(copies)}`;
      await admin.query(`create database "${name}" template "${source.name}" strategy file_copy`);
      try {
        const url = Object.assign(new URL(source.url), { pathname: `/${name}` });
        await change(url.href, sql);
        const readerUrl = Object.assign(url, { username: role, password: reader.password }).href;
        const { bot, policy } = await configuration(readerUrl, bench.storeUrl);
        const changed = { ...bot, facts: { ...bot.facts, ...facts }, mappingFolder: mappingWith(mapped) };
        return await auditWindow(bench, { bot: changed, policy, window: WINDOW });
      } finally {
        await admin.query(`drop database "${name}" with (force)`);
      }
    },
    async close() {
      const worlds = await Promise.all(made.values());
      await Promise.all(worlds.map(async (world) => world.drop()));
      await admin.query(`drop role if exists ${role}`);
      await admin.end();
      await bench.close();
    },
  };
}

function mappingWith(mapped: Mapped): string {
  const folder = join(scratchDirectory('mapping'), 'native');
  cpSync(join(CLONE, 'mappings/native'), folder, { recursive: true });
  for (const [entity, select] of Object.entries(mapped)) {
    const file = join(folder, `${entity}.sql`);
    if (select === null) rmSync(file);
    else writeFileSync(file, select);
  }
  return folder;
}

type Reader = Parameters<typeof grantReader>[1];

async function makeWorld(name: WorldName, reader: Reader): Promise<FreshDatabase> {
  const database = await freshDatabase({ name });
  if (name === 'tiny') {
    await change(database.url, [
      await sqlOf(join(CLONE, 'mappings/native/schema.sql')),
      'functions.sql',
      'tiny.sql',
    ]);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await grantReader(client, reader);
    await client.end();
  } else {
    await filledDemo({
      botUrl: database.url,
      storeUrl: null,
      now: '2026-11-26T09:00:00Z',
      readerRole: reader.role,
      readerPassword: reader.password,
      defects: NO_DEFECTS,
    });
    await change(database.url, ['functions.sql', 'functions-clean.sql']);
  }
  return database;
}

async function change(url: string, sql: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const part of sql)
      await client.query(part.endsWith('.sql') ? await sqlOf(join(import.meta.dirname, part)) : part);
  } finally {
    await client.end();
  }
}

async function sqlOf(file: string): Promise<string> {
  return readFile(file, 'utf8');
}

async function configuration(
  databaseUrl: string,
  storeUrl: string,
): Promise<Pick<FilledBench, 'bot' | 'policy'>> {
  const { bots, policy } = await loadConfig(join(import.meta.dirname, 'cases.config.yaml'), {
    AUDIT_DATABASE_URL: storeUrl,
    CASE_DATABASE_URL: databaseUrl,
    SMTP_URL: 'smtp://127.0.0.1:1025',
  });
  const [bot] = bots;
  if (!bot) throw new Error('cases.config.yaml has no bot');
  return { bot, policy };
}
