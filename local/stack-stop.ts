import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stopLeftover } from './postgres.ts';
import { isRunning, ofProcess, startOf, stopProcess } from './process.ts';
import type { ProcessIdentity } from './process.ts';
import { clearState, readState } from './state.ts';

const SIGNALS: Readonly<Record<string, NodeJS.Signals>> = { postgres: 'SIGINT' };

/**
 * Ends everything that a stack of this state folder started, also what an earlier run left behind after a SIGKILL.
 * Returns the names of what was still running. Safe to call at any time; a reused pid is left alone.
 */
export async function stopStack(stateDirectory: string): Promise<readonly string[]> {
  const state = readState(stateDirectory);
  const processes = state?.processes ?? {};
  const running = Object.keys(processes).filter((name) => {
    const identity = processes[name];
    return identity !== undefined && isRunning(identity);
  });
  const stop = async (name: string) => {
    const identity = processes[name];
    if (identity) await stopProcess(identity, { signal: SIGNALS[name] ?? 'SIGTERM', graceMs: 12_000 });
  };
  // The worker first: it closes its connections and browser while the servers still answer.
  await stop('worker');
  await Promise.all([stop('mail'), stop('temporal'), stop('postgres')]);
  const dataDirectory = postgresDirectory(stateDirectory);
  await stopLeftover(dataDirectory);
  await sweep(stateDirectory);
  await stopDoctor(stateDirectory);
  clearState(stateDirectory);
  return running;
}

export function postgresDirectory(stateDirectory: string): string {
  return join(stateDirectory, 'postgres');
}

/** Where `doctor` tries PostgreSQL and the browser, and the mark of what it starts. */
export function doctorDirectory(stateDirectory: string): string {
  return join(stateDirectory, 'doctor');
}

/** Ends and removes what a `doctor` that was interrupted or killed has left. */
export async function stopDoctor(stateDirectory: string): Promise<void> {
  await sweep(doctorDirectory(stateDirectory));
  rmSync(doctorDirectory(stateDirectory), { recursive: true, force: true });
}

/**
 * Ends processes that carry this stack's mark in their environment and that no record names: a browser whose worker was
 * killed, a download that was under way, a server whose start was killed before its record was written.
 */
async function sweep(mark: string): Promise<void> {
  if (process.platform !== 'linux') return;
  await Promise.all(
    marked(mark).map((identity) => stopProcess(identity, { signal: 'SIGTERM', graceMs: 500 })),
  );
}

function marked(directory: string): readonly ProcessIdentity[] {
  const mark = `\0AUDIT_STACK=${directory}\0`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      const pid = Number(name);
      const started = startOf(pid);
      return started !== null && `\0${ofProcess(pid, 'environ')}`.includes(mark) ? [{ pid, started }] : [];
    });
}
