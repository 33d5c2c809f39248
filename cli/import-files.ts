import { isAbsolute } from 'node:path';
import type pg from 'pg';
import { CommandError } from './errors.ts';
import { meaningOf } from './out-folder.ts';

/** The sentence for a file that cannot be read; any other error as it is. */
export function unreadable(file: string, error: unknown, wanted: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'EISDIR' && code !== 'ENOTDIR') return error;
  const where = isAbsolute(file) ? '' : ` in ${process.cwd()}`;
  return new CommandError(`${file}${where} cannot be read: ${meaningOf(error)}. Name ${wanted}.`);
}

/** Works on the migrated store, and ends its connections whatever comes of it. */
export async function withImportStore(
  storeUrl: string,
  work: (pool: pg.Pool) => Promise<void>,
): Promise<void> {
  const { createPool } = await import('../store/pool.ts');
  const { migrate } = await import('../store/migrate.ts');
  const pool = createPool(storeUrl, { max: 2 });
  try {
    await migrate(pool);
    await work(pool);
  } finally {
    await pool.end();
  }
}
