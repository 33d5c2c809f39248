import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { ComponentReport, StackProgress } from './component.ts';
import { interruption, StackInterrupted } from './interruption.ts';
import { lock } from './lock.ts';
import { cacheDirectory, CLONE, makeDirectory, stateDirectory as defaultStateDirectory } from './paths.ts';
import type { Environment } from './paths.ts';
import { reservePorts, wantedPorts } from './ports.ts';
import { isRunning, ownIdentity, waitAtMost, waitFor } from './process.ts';
import type { RunningChild } from './process.ts';
import { removeDeadScratch } from './scratch.ts';
import { startParts } from './stack-parts.ts';
import { stopStack } from './stack-stop.ts';
import { prepareStateDirectory, readState, runningStack, writeState } from './state.ts';
import type { StackConnection, StackState } from './state.ts';

export { StackInterrupted } from './interruption.ts';
export { stopStack } from './stack-stop.ts';

export interface StackOptions {
  readonly environment: Environment;
  /** Who stops the stack when it ends: `this-process` (demo, run), or `nobody` (`up`, until `down`). */
  readonly owner: 'this-process' | 'nobody';
  /** The configuration of the worker; null is the demo's, and its data are filled on first use. */
  readonly configPath: string | null;
  /** Of Temporal, as the configuration says it; the stack's own server creates it. Left out: `default`. */
  readonly namespace?: string;
  readonly now: Date;
  /** Fill the demo bot again even if its data are there. */
  readonly refill?: boolean;
  /** Defects to plant in the demo bot's newest shift; null is the demo's own plan, left out is whatever is there. */
  readonly defects?: readonly string[] | null;
  readonly onProgress?: (progress: StackProgress) => void;
  /** Stops a start that is under way; everything that was started ends. */
  readonly signal?: AbortSignal;
  /** Left out: this clone's. */
  readonly stateDirectory?: string;
}

export interface RunningStack {
  readonly connection: StackConnection;
  readonly components: readonly ComponentReport[];
  /** False when another process of this clone had it running already; then `stop` leaves it alone. */
  readonly started: boolean;
  /** Resolves with one sentence when a component ends by itself. */
  readonly broken: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Uses this clone's running stack, or starts one: PostgreSQL, Temporal, Chromium, mail catcher side by side, then the
 * worker. Leftovers of a run that was killed end first. After a failure nothing of ours runs.
 * @throws with the component, the end of its log and the remedy
 */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const stateDirectory = options.stateDirectory ?? defaultStateDirectory(options.environment);
  prepareStateDirectory(stateDirectory);
  makeDirectory(cacheDirectory(options.environment), 'AUDIT_CACHE_DIRECTORY');
  removeDeadScratch(cacheDirectory(options.environment));
  const held = await lock(join(stateDirectory, 'start.lock'), 180_000);
  try {
    const running = runningStack(stateDirectory);
    if (running) return attached(running);
    await refuseWhileOwned(stateDirectory);
    await stopStack(stateDirectory);
    return await start(options, stateDirectory);
  } finally {
    held.release();
  }
}

async function start(options: StackOptions, stateDirectory: string): Promise<RunningStack> {
  const reserved = await reservePorts(wantedPorts(options.environment), options.environment);
  const components: ComponentReport[] = [];
  const children: Record<string, RunningChild> = {};
  let state: StackState = {
    schemaVersion: 1,
    clone: CLONE,
    startedAt: new Date().toISOString(),
    owner: options.owner === 'this-process' ? ownIdentity() : null,
    processes: {},
    ports: reserved.ports,
    connection: null,
  };
  writeState(stateDirectory, state);
  const cancel = new AbortController();
  const parts = startParts({
    ...options,
    // Every process of the stack, and what these start, carries the mark by which a sweep finds it.
    environment: { ...options.environment, AUDIT_STACK: stateDirectory },
    stateDirectory,
    ports: state.ports,
    signal: cancel.signal,
    logFile: (name) => freshLog(stateDirectory, name),
    onProgress: (progress) => {
      if (progress.type === 'ready') components.push(progress.component);
      options.onProgress?.(progress);
    },
    onProcess: (name, child) => {
      children[name] = child;
      state = {
        ...state,
        processes: { ...state.processes, [name]: { pid: child.pid, started: child.started } },
      };
      writeState(stateDirectory, state);
    },
  });
  try {
    const connection = await Promise.race([parts.connection, interruption(options.signal)]);
    state = { ...state, connection };
    writeState(stateDirectory, state);
    const stop = async () => {
      await stopStack(stateDirectory);
    };
    return { connection, components, started: true, broken: firstEnd(children), stop };
  } catch (error) {
    // No further start begins; those under way lose what they wait for and end; what they left is found by the second.
    cancel.abort(new StackInterrupted('The start is over.'));
    await stopStack(stateDirectory);
    await waitAtMost(parts.settled, 15_000);
    await stopStack(stateDirectory);
    throw error;
  } finally {
    reserved.release();
  }
}

function attached(state: StackState & { readonly connection: StackConnection }): RunningStack {
  return {
    connection: state.connection,
    components: [],
    started: false,
    broken: new Promise(() => undefined),
    stop: () => Promise.resolve(),
  };
}

/** Another process of this clone may be about to stop its stack; it gets a moment to end. */
async function refuseWhileOwned(stateDirectory: string): Promise<void> {
  const owner = readState(stateDirectory)?.owner;
  if (!owner || owner.pid === process.pid) return;
  const ended = await waitFor(() => !isRunning(owner) || readState(stateDirectory) === null, 20_000);
  if (ended) return;
  throw new Error(
    `Another command of this clone (pid ${String(owner.pid)}) holds the local stack, and a part of it no longer runs. ` +
      'End that command with Ctrl-C, then start again.',
  );
}

function firstEnd(children: Readonly<Record<string, RunningChild>>): Promise<string> {
  return Promise.race(
    Object.entries(children).map(
      async ([name, child]) => `The component ${name} ended with ${await child.ended}.`,
    ),
  );
}

/** Path of a log for this start; the one before is kept beside it. */
function freshLog(stateDirectory: string, name: string): string {
  const file = join(stateDirectory, 'logs', `${name}.log`);
  if (existsSync(file)) renameSync(file, `${file}.1`);
  return file;
}
