import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorMessage } from '../audit/error-message.ts';

/** A copy of environment variables; `config.ts` makes it, nothing here reads `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Folder of this clone: where package.json lies. */
export const CLONE = realpathSync(resolve(dirname(fileURLToPath(import.meta.url)), '..'));

/** What the demo's worker is configured with. */
export const DEMO_CONFIG = join(CLONE, 'local', 'demo.config.yaml');

export function isRoot(): boolean {
  return userInfo().uid === 0;
}

/**
 * Binaries that every clone of this user shares; safe to delete.
 * As root it lies outside the home folder, because the `postgres` user cannot enter a 0700 home.
 */
export function cacheDirectory(environment: Environment): string {
  if (environment['AUDIT_CACHE_DIRECTORY']) return resolve(environment['AUDIT_CACHE_DIRECTORY']);
  if (isRoot()) return '/var/cache/production-audit';
  return join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'production-audit');
}

/** What this clone's stack keeps between runs: databases, ports, passwords, artifacts, logs. */
export function stateDirectory(environment: Environment, clone: string = CLONE): string {
  return join(stateRoot(environment), cloneKey(clone));
}

/** A short stable name of a clone's folder, so that two clones never share state. */
export function cloneKey(clone: string = CLONE): string {
  return createHash('sha256').update(clone).digest('hex').slice(0, 12);
}

/** Makes a folder of ours. @throws naming the variable that puts it elsewhere */
export function makeDirectory(directory: string, variable: string, mode = 0o755): void {
  try {
    mkdirSync(directory, { recursive: true, mode });
  } catch (error) {
    const reason = errorMessage(error);
    throw new Error(
      `${directory} cannot be made (${reason}). Set ${variable} to a folder that you may write.`,
      {
        cause: error,
      },
    );
  }
}

function stateRoot(environment: Environment): string {
  if (environment['AUDIT_STATE_DIRECTORY']) return resolve(environment['AUDIT_STATE_DIRECTORY']);
  if (isRoot()) return '/var/lib/production-audit';
  return join(environment['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'production-audit');
}
