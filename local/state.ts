import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isRoot, makeDirectory } from './paths.ts';
import { isRunning } from './process.ts';
import type { ProcessIdentity } from './process.ts';
import type { Ports } from './ports.ts';

/** Everything a client of a running stack needs. Holds passwords: the file is 0600 and is never printed. */
export interface StackConnection {
  readonly temporalAddress: string;
  readonly temporalUiUrl: string | null;
  readonly taskQueue: string;
  readonly auditDatabaseUrl: string;
  readonly smtpUrl: string;
  /** Web page of the mail catcher; null when SMTP_URL named a server. */
  readonly mailUiUrl: string | null;
  readonly reportUrl: string;
  readonly metricsUrl: string;
  readonly configPath: string;
  /** SHA-256 of that file as the worker read it; a stack of an earlier version has none. */
  readonly configHash?: string;
  readonly artifactDirectory: string;
  /** Laid over the caller's environment, `loadConfig(configPath, ...)` gives what the worker has. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What is known of one clone's stack; written whenever a process starts, so that a kill leaves nothing unknown. */
export interface StackState {
  readonly schemaVersion: 1;
  readonly clone: string;
  readonly startedAt: string;
  /** The process that stops the stack when it ends; null for `up`, which `down` ends. */
  readonly owner: ProcessIdentity | null;
  readonly processes: Readonly<Record<string, ProcessIdentity>>;
  readonly ports: Ports;
  /** Null until every component is up. */
  readonly connection: StackConnection | null;
}

/**
 * Makes the folder of a clone's state, for its owner only. As root other users may pass through it, since PostgreSQL's
 * folder in it is another user's; what lies beside that one is closed to them, also what an earlier program left open.
 */
export function prepareStateDirectory(directory: string): void {
  makeDirectory(directory, 'AUDIT_STATE_DIRECTORY');
  chmodSync(directory, isRoot() ? 0o711 : 0o700);
  const owner = statSync(directory).uid;
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.uid !== owner) continue;
    if (found.isDirectory()) restrict(path, 0o700);
    else if (found.isFile()) restrict(path, 0o600);
  }
}

/** Another command of the clone may just have taken the file away. */
function restrict(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** The state as the last start wrote it, whether or not it still runs; null when there is none or it is unreadable. */
export function readState(directory: string): StackState | null {
  try {
    const state = JSON.parse(readFileSync(stateFile(directory), 'utf8')) as Partial<StackState>;
    return state.schemaVersion === 1 ? (state as StackState) : null;
  } catch {
    return null;
  }
}

/** The stack of this state folder if it is up and whole, else null. */
export function runningStack(
  directory: string,
): (StackState & { readonly connection: StackConnection }) | null {
  const state = readState(directory);
  if (!state?.connection) return null;
  if (state.owner && !isRunning(state.owner)) return null;
  if (!Object.values(state.processes).every(isRunning)) return null;
  return { ...state, connection: state.connection };
}

export function writeState(directory: string, state: StackState): void {
  const scratch = `${stateFile(directory)}.new`;
  writeFileSync(scratch, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(scratch, stateFile(directory));
}

export function clearState(directory: string): void {
  rmSync(stateFile(directory), { force: true });
}

/**
 * The queue of a stack on a Temporal server that is not its own: made once for a state folder, so that neither another
 * clone's worker nor that of another machine takes its tasks.
 */
export function ownTaskQueue(directory: string): string {
  const file = join(directory, 'task-queue');
  if (!existsSync(file)) writeFileSync(file, `audits-${randomBytes(6).toString('hex')}\n`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

function stateFile(directory: string): string {
  return join(directory, 'stack.json');
}
