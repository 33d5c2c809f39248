import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../config.ts';
import { cacheDirectory } from '../local/paths.ts';
import { freePort } from '../local/ports.ts';
import { startPostgres, type RunningPostgres } from '../local/postgres.ts';

/**
 * A PostgreSQL server of a bench's own; server and folder are gone when `use` ends. A folder that is named stays, with its
 * databases.
 */
export async function withServer<T>(
  { name, folder, settings }: { name: string; folder?: string | undefined; settings: Record<string, string> },
  use: (server: RunningPostgres, folder: string) => Promise<T>,
): Promise<T> {
  const own = folder ?? mkdtempSync(join(cacheDirectory(environment()), `bench-${name}-`));
  mkdirSync(own, { recursive: true });
  // As root the server is another user, who passes through.
  chmodSync(own, 0o711);
  try {
    const server = await startPostgres({
      dataDirectory: join(own, 'data'),
      port: await freePort(environment()),
      environment: environment(),
      logFile: join(own, 'postgres.log'),
      settings,
    });
    try {
      return await use(server, own);
    } finally {
      await server.stop();
    }
  } finally {
    if (folder === undefined) rmSync(own, { recursive: true, force: true });
  }
}
