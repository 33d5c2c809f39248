import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cacheDirectory, type Environment } from '../../local/paths.ts';
import { postgresBinaries } from '../../local/postgres-binaries.ts';
import { scratchDirectory } from '../support/scratch.ts';

/**
 * A cache folder like the usual one, but whose PostgreSQL runs and never becomes ready: it is the real server, as a standby
 * that nobody may ask. So a start can be interrupted in its middle without a race against how fast the machine is.
 */
export function cacheWithUnreadyPostgres(environment: Environment): string {
  const { initdb, postgres } = postgresBinaries(environment);
  const cache = cacheDirectory(environment);
  const installed = basename(dirname(dirname(postgres)));
  const other = scratchDirectory('cache');
  for (const name of readdirSync(cache))
    if (name !== installed) symlinkSync(join(cache, name), join(other, name));
  const bin = join(other, installed, 'bin');
  mkdirSync(bin, { recursive: true, mode: 0o755 });
  symlinkSync(initdb, join(bin, 'initdb'));
  // The server is called as `postgres -D FOLDER ...`.
  writeFileSync(
    join(bin, 'postgres'),
    `#!/bin/sh\ntouch "$2/standby.signal"\nexec '${postgres}' "$@" -c hot_standby=off\n`,
  );
  chmodSync(join(bin, 'postgres'), 0o755);
  return other;
}
