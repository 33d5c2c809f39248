import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CLONE } from '../../local/paths.ts';

export interface RunningProgram {
  readonly child: ChildProcess;
  /** Its first line on stdout; rejects when it ends without one. */
  readonly firstLine: Promise<string>;
  /** Exit code, signal and everything it printed. */
  readonly ended: Promise<{
    code: number | null;
    signal: NodeJS.Signals | null;
    stdout: string;
    stderr: string;
  }>;
}

/** Starts a file of the clone under this Node as a process of its own, for tests that kill it. */
export function startProgram(
  file: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): RunningProgram {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(CLONE, file), ...args],
    {
      cwd: CLONE,
      // Jest's own options would make the program slower, not different.
      env: { ...environment, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString('utf8')));
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString('utf8')));
  const ended: RunningProgram['ended'] = new Promise((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
  const firstLine = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void ended.then(({ code }) => {
      reject(new Error(`${file} ended with ${String(code)} before a line: ${stderr}`));
    });
  });
  firstLine.catch(() => undefined);
  return { child, firstLine, ended };
}
