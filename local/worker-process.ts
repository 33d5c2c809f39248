import { join } from 'node:path';
import { CLONE } from './paths.ts';
import { isRunning, startChild, stopProcess, tail, waitFor } from './process.ts';
import type { RunningChild } from './process.ts';

export interface WorkerOptions {
  /** Whole environment of the worker's process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly reportUrl: string;
  readonly logFile: string;
}

export interface RunningWorker {
  readonly process: RunningChild;
  /** What `/readyz` answered, parsed when it is JSON. */
  readonly readiness: unknown;
  stop(): Promise<void>;
}

/** Starts `worker.ts` and returns when its `/readyz` says that it polls. @throws with the end of its log */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { environment, reportUrl, logFile } = options;
  const child = await startChild({
    command: process.execPath,
    args: [join(CLONE, 'worker.ts')],
    cwd: CLONE,
    environment,
    logFile,
  });
  let readiness: unknown = null;
  const ready = await waitFor(async () => {
    if (!isRunning(child)) return true;
    const answer = await readinessOf(reportUrl);
    readiness = answer?.body ?? null;
    return answer?.ok === true;
  }, 60_000);
  // Work in progress is handed back to Temporal, which gives it to the next worker; nothing is lost by a short grace.
  const stop = () => stopProcess(child, { signal: 'SIGTERM', graceMs: 10_000 });
  if (!ready || !isRunning(child)) {
    await stop();
    throw new Error(`The worker did not become ready. The end of ${logFile}:\n${tail(logFile)}`);
  }
  return { process: child, readiness, stop };
}

async function readinessOf(reportUrl: string): Promise<{ ok: boolean; body: unknown } | null> {
  try {
    const response = await fetch(`${reportUrl}/readyz`, { signal: AbortSignal.timeout(2_000) });
    const text = await response.text();
    return { ok: response.ok, body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text };
  } catch {
    return null;
  }
}
