import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Stage } from './stage.ts';

/** A worker in a process of its own, so that it can be killed. */
export interface WorkerProcess {
  readonly child: ChildProcess;
  /** Its log so far, JSON lines. */
  readonly lines: readonly string[];
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | string>;
}

const ROOT = join(import.meta.dirname, '..', '..');

/** Starts `worker.ts` on a stage, as another user where one is named, and waits for its `ready` line. */
export async function startWorkerProcess(
  stage: Stage,
  environment: Readonly<Record<string, string>> = {},
  user: { readonly uid?: number; readonly gid?: number } = {},
): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [join(ROOT, 'worker.ts')], {
    cwd: ROOT,
    ...user,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      AUDIT_CONFIG: stage.configFile,
      ...stage.environment,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const ready = Promise.withResolvers<undefined>();
  const ended = new Promise<number | string>((resolve) => {
    child.on('exit', (code, signal) => {
      ready.reject(
        new Error(`the worker ended with ${String(code ?? signal)} before it was ready: ${lines.join('\n')}`),
      );
      resolve(code ?? signal ?? 'unknown');
    });
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (line.includes('"msg":"ready"')) ready.resolve(undefined);
    });
  }
  await ready.promise;
  return {
    child,
    lines,
    ended,
    kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}
