import type pg from 'pg';
import type { AuditConfig } from '../audit/configuration.ts';
import { createPool } from '../store/pool.ts';

/** Opens the store for one piece of work. */
export async function withStore<T>(
  { storeUrl }: Pick<AuditConfig, 'storeUrl'>,
  use: (pool: pg.Pool) => Promise<T>,
): Promise<T> {
  const pool = createPool(storeUrl, { max: 2 });
  try {
    return await use(pool);
  } finally {
    await pool.end();
  }
}
