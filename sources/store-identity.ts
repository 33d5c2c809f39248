import type pg from 'pg';
import { DATABASE_IDENTITY } from './database/same-database.ts';

/** Which database the store is in; null when its server does not tell (the addresses are compared anyway). */
export async function storeIdentity(
  pool: pg.Pool,
): Promise<{ readonly cluster: string; readonly database: string } | null> {
  try {
    const { rows } = await pool.query<{ cluster: string; database: string }>(DATABASE_IDENTITY);
    return rows[0] ?? null;
  } catch {
    return null;
  }
}
