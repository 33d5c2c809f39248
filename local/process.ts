import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process and when it started: a pid alone may by now belong to somebody else. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; equal only for the same process of the same boot. */
  readonly started: string;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Its stdout and stderr are appended here. */
  readonly logFile: string;
  readonly cwd?: string;
  readonly user?: { readonly uid: number; readonly gid: number };
}

export interface RunningChild extends ProcessIdentity {
  /** Resolves with "exit code 1" or "signal SIGKILL" when it ends. */
  readonly ended: Promise<string>;
}

/** When a process started, or null when it is gone (or only a zombie is left). */
export function startOf(pid: number): string | null {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return stdout.trim() === '' ? null : stdout.trim();
  }
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The second field is the name in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return `${bootId()}/${String(fields[19])}`;
  } catch {
    return null;
  }
}

/** A file of Linux's /proc about a process; empty when it has ended or is another user's. */
export function ofProcess(pid: number, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

/** This very process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid) ?? 'unknown' };
}

/** True only while exactly that process runs; a reused pid is somebody else. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identity.pid > 0 && startOf(identity.pid) === identity.started;
}

/**
 * Starts a program in a session of its own, so that Ctrl-C in the terminal reaches only us and we stop it in order.
 * @throws when the program cannot be started
 */
export async function startChild(options: ChildOptions): Promise<RunningChild> {
  mkdirSync(dirname(options.logFile), { recursive: true, mode: 0o700 });
  const log = openSync(options.logFile, 'a', 0o600);
  let child: ChildProcess;
  // What it writes is for its owner only: Temporal's histories, caught mails. Inherited, so put back at once.
  const umask = process.umask(0o077);
  try {
    child = spawn(options.command, options.args, {
      cwd: options.cwd ?? '/',
      env: options.environment,
      detached: true,
      stdio: ['ignore', log, log],
      ...options.user,
    });
  } finally {
    process.umask(umask);
    closeSync(log);
  }
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => {
      reject(new Error(`${options.command} did not start: ${error.message}`));
    });
  });
  child.unref();
  const pid = child.pid ?? 0;
  return { pid, started: startOf(pid) ?? 'gone', ended };
}

/**
 * Asks a process to end, then ends its whole session, and returns when nothing of it runs.
 * A process that is already gone, or whose pid now belongs to another, is left alone.
 */
export async function stopProcess(
  identity: ProcessIdentity,
  options: { readonly signal?: NodeJS.Signals; readonly graceMs?: number } = {},
): Promise<void> {
  if (isRunning(identity)) {
    send(identity.pid, options.signal ?? 'SIGTERM');
    await waitFor(() => !isRunning(identity), options.graceMs ?? 10_000);
  }
  // A child of ours leads its session: what it started (Chromium's helpers) has the same session id.
  for (const pid of sessionMembers(identity)) send(pid, 'SIGKILL');
  if (isRunning(identity)) send(identity.pid, 'SIGKILL');
  await waitFor(() => !isRunning(identity), 5_000);
}

/** Polls until the condition holds; false after the time is over. */
export async function waitFor(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
): Promise<boolean> {
  const until = Date.now() + timeoutMs;
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 1.5, 100)) {
    if (await condition()) return true;
    if (Date.now() > until) return false;
    await sleep(pauseMs);
  }
}

/** Waits for what is under way, but not for ever; the program stays alive meanwhile, whatever else it waits for. */
export async function waitAtMost(underWay: Promise<unknown>, timeoutMs: number): Promise<void> {
  const over = new AbortController();
  const patience = sleep(timeoutMs, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([underWay, patience]);
  over.abort();
}

/** The last lines of a log file, for an error message; empty when there is none. */
export function tail(file: string, lines = 8): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}

function sessionMembers(leader: ProcessIdentity): readonly number[] {
  if (process.platform !== 'linux' || !leader.started.startsWith(`${bootId()}/`)) return [];
  const leaderTicks = Number(leader.started.split('/')[1]);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        // While any member lives the kernel does not give the session's id to a new process.
        return Number(fields[3]) === leader.pid && fields[0] !== 'Z' && Number(fields[19]) >= leaderTicks;
      } catch {
        return false;
      }
    })
    .filter((pid) => pid !== leader.pid || isRunning(leader));
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

let knownBootId: string | undefined;
function bootId(): string {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return knownBootId;
}
