import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { sha256 } from '../audit/hash.ts';

const FOLDER = join(import.meta.dirname, 'migrations');
/** Any number that nothing else of ours locks. */
const MIGRATION_LOCK = 7_306_120_201;

/**
 * Brings the store to this program's schema, all or nothing; safe when several processes start at once. Returns the
 * names of the migrations that were applied. Throws when the store was made by a newer or another program.
 */
export async function migrate(pool: pg.Pool, folder: string = FOLDER): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((name) => /^\d{3}_[a-z_]+\.sql$/.test(name)).sort();
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query('create schema if not exists audit');
    await client.query(
      'create table if not exists audit.migration (name text primary key, sha256 text not null, applied_at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ name: string; sha256: string }>(
      'select name, sha256 from audit.migration',
    );
    const done = new Map(rows.map((row) => [row.name, row.sha256]));
    const unknown = [...done.keys()].filter((name) => !files.includes(name));
    if (unknown.length > 0) {
      throw new Error(
        `The store was made by a newer program (it has ${unknown.join(', ')}). Use that program or another store.`,
      );
    }
    const applied: string[] = [];
    for (const name of files) {
      const sql = await readFile(join(folder, name), 'utf8');
      const hash = sha256(sql);
      if (done.has(name)) {
        if (done.get(name) !== hash)
          throw new Error(`Migration ${name} was changed after this store applied it.`);
        continue;
      }
      await client.query(sql);
      await client.query('insert into audit.migration (name, sha256) values ($1, $2)', [name, hash]);
      applied.push(name);
    }
    await client.query('commit');
    client.release();
    return applied;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
