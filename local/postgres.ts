import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { errorMessage } from '../audit/error-message.ts';
import type { Environment } from './paths.ts';
import { connectedClient } from './pg-client.ts';
import { postgresBinaries, postgresUser, type PostgresBinaries } from './postgres-binaries.ts';
import { isRunning, ofProcess, startChild, startOf, stopProcess, tail, waitFor } from './process.ts';
import type { ProcessIdentity, RunningChild } from './process.ts';

export interface PostgresOptions {
  /** Made when missing; on first use initialised with UTF8 and C.UTF-8. */
  readonly dataDirectory: string;
  readonly port: number;
  readonly environment: Environment;
  readonly logFile: string;
  /** Those of our own npm package unless said. */
  readonly binaries?: PostgresBinaries;
  /** Extra server settings, for example `fsync: 'off'` in tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningPostgres {
  /** Superuser URL of the database `postgres`. */
  readonly url: string;
  /** "18.4". */
  readonly version: string;
  readonly port: number;
  readonly process: RunningChild;
  stop(): Promise<void>;
}

/**
 * Starts a cluster of our own on loopback. One that an earlier run left behind after a SIGKILL is stopped first.
 * @throws with the end of the server's log when it does not come up
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { dataDirectory, environment, port, logFile } = options;
  const { binaries = postgresBinaries(environment) } = options;
  const user = postgresUser();
  const passwordFile = `${dataDirectory}.password`;
  if (!existsSync(join(dataDirectory, 'PG_VERSION'))) {
    await initialise(binaries.initdb, dataDirectory, passwordFile, user);
  } else {
    refuseOtherMajor(dataDirectory, binaries.version);
    await stopLeftover(dataDirectory);
  }
  const password = readFileSync(passwordFile, 'utf8').trim();
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    max_connections: '100',
    ...options.settings,
  };
  const child = await launch(binaries.postgres, options, settings, user);
  const url = `postgres://postgres:${password}@127.0.0.1:${String(port)}/postgres`;
  const stop = () => stopProcess(child, { signal: 'SIGINT', graceMs: 10_000 });
  try {
    const version = await firstAnswer(url, child, dataDirectory, logFile);
    return { url, version, port, process: child, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Stops the server that holds this data folder, if one does: by its pid file, and only if it really is that server. */
export async function stopLeftover(dataDirectory: string): Promise<void> {
  const pidFile = join(dataDirectory, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const identity = serverOf(dataDirectory);
  if (identity) await stopProcess(identity, { signal: 'SIGINT', graceMs: 10_000 });
  rmSync(pidFile, { force: true });
}

/** The running server of a data folder, or null when its pid file is stale. */
export function serverOf(dataDirectory: string): ProcessIdentity | null {
  const pidFile = join(dataDirectory, 'postmaster.pid');
  if (!existsSync(pidFile)) return null;
  const [pidLine = '', , startedLine = ''] = readFileSync(pidFile, 'utf8').split('\n');
  const pid = Number(pidLine);
  const started = startOf(pid);
  if (started === null) return null;
  if (process.platform !== 'linux') return Number(startedLine) > 0 ? { pid, started } : null;
  return ofProcess(pid, 'cmdline').split('\0').includes(dataDirectory) ? { pid, started } : null;
}

async function initialise(
  initdb: string,
  dataDirectory: string,
  passwordFile: string,
  user: { uid: number; gid: number } | undefined,
): Promise<void> {
  // Made beside its place and renamed: an interrupted initdb leaves nothing that looks like a cluster.
  const workshop = `${dataDirectory}.new`;
  rmSync(workshop, { recursive: true, force: true });
  mkdirSync(dirname(dataDirectory), { recursive: true });
  mkdirSync(workshop, { mode: 0o700 });
  writeFileSync(passwordFile, `${randomBytes(18).toString('hex')}\n`, { mode: 0o600 });
  const passwordCopy = join(workshop, 'password');
  const cluster = join(workshop, 'cluster');
  writeFileSync(passwordCopy, readFileSync(passwordFile), { mode: 0o600 });
  if (user) {
    chownSync(workshop, user.uid, user.gid);
    chownSync(passwordCopy, user.uid, user.gid);
  }
  try {
    await promisify(execFile)(
      initdb,
      [
        `--pgdata=${cluster}`,
        '--username=postgres',
        `--pwfile=${passwordCopy}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C.UTF-8',
        '--no-sync',
      ],
      { cwd: workshop, env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' }, ...user },
    );
  } catch (error) {
    rmSync(workshop, { recursive: true, force: true });
    const reason = errorMessage(error);
    throw new Error(`PostgreSQL could not initialise ${dataDirectory}: ${reason.trim()}`, { cause: error });
  }
  // What remains at the place is an empty folder or a half of an older attempt: without PG_VERSION it is no cluster.
  rmSync(dataDirectory, { recursive: true, force: true });
  renameSync(cluster, dataDirectory);
  rmSync(workshop, { recursive: true, force: true });
}

async function launch(
  postgres: string,
  options: PostgresOptions,
  settings: Readonly<Record<string, string>>,
  user: { uid: number; gid: number } | undefined,
): Promise<RunningChild> {
  return startChild({
    command: postgres,
    args: [
      '-D',
      options.dataDirectory,
      '-p',
      String(options.port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    environment: { LC_ALL: 'C', PATH: '/usr/bin:/bin', ...stackMarker(options.environment) },
    logFile: options.logFile,
    ...(user ? { user } : {}),
  });
}

function stackMarker(environment: Environment): Record<string, string> {
  const marker = environment['AUDIT_STACK'];
  return marker === undefined ? {} : { AUDIT_STACK: marker };
}

async function firstAnswer(
  url: string,
  child: RunningChild,
  dataDirectory: string,
  logFile: string,
): Promise<string> {
  const pidFile = join(dataDirectory, 'postmaster.pid');
  const ready = await waitFor(() => {
    if (!isRunning(child)) return true;
    return existsSync(pidFile) && readFileSync(pidFile, 'utf8').includes('ready');
  }, 60_000);
  if (!ready || !isRunning(child)) {
    throw new Error(`PostgreSQL did not start. The end of ${logFile}:\n${tail(logFile)}`);
  }
  return serverVersion(url);
}

/** "18.4", as the server says it. @throws when it does not answer within ten seconds */
export async function serverVersion(url: string): Promise<string> {
  const client = await connectedClient({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version.split(' ')[0] ?? 'unknown';
  } finally {
    await client.end();
  }
}

function refuseOtherMajor(dataDirectory: string, version: string): void {
  const found = readFileSync(join(dataDirectory, 'PG_VERSION'), 'utf8').trim();
  if (found === version.split('.')[0]) return;
  throw new Error(
    `${dataDirectory} was made by PostgreSQL ${found}; this version brings ${version}. ` +
      'Move the folder away to begin anew, or set AUDIT_DATABASE_URL to a server that holds your data.',
  );
}
