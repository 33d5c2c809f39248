import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { readFileSync } from 'node:fs';
import type { Environment } from './paths.ts';
import { isRunning, startChild, stopProcess, tail, waitFor } from './process.ts';
import type { RunningChild } from './process.ts';

export interface MailCatcherOptions {
  readonly environment: Environment;
  readonly smtpPort: number;
  readonly uiPort: number;
  /** Messages are kept here between runs. */
  readonly mailDirectory: string;
  readonly logFile: string;
}

export interface RunningMailCatcher {
  readonly smtpUrl: string;
  /** Its page of messages; `GET /email` there is JSON. */
  readonly uiUrl: string;
  readonly version: string;
  readonly process: RunningChild;
  stop(): Promise<void>;
}

/** Starts maildev on loopback: it takes every mail and sends none on. @throws with the end of its log */
export async function startMailCatcher(options: MailCatcherOptions): Promise<RunningMailCatcher> {
  const { smtpPort, uiPort, logFile } = options;
  const packageFile = createRequire(import.meta.url).resolve('maildev/package.json');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  mkdirSync(options.mailDirectory, { recursive: true, mode: 0o700 });
  const child = await startChild({
    command: process.execPath,
    args: [
      ...[join(dirname(packageFile), 'bin/maildev'), '--ip', '127.0.0.1', '--silent'],
      ...['--smtp', String(smtpPort), '--web', String(uiPort), '--mail-directory', options.mailDirectory],
    ],
    // Nothing of the user's MAILDEV_* settings: a relay configured there would send our mails to the world.
    environment: { PATH: options.environment['PATH'], AUDIT_STACK: options.environment['AUDIT_STACK'] },
    logFile,
  });
  const ready = await waitFor(
    async () => !isRunning(child) || ((await smtpGreets(smtpPort)) && (await pageAnswers(uiPort))),
    30_000,
  );
  const stop = () => stopProcess(child, { signal: 'SIGTERM', graceMs: 3_000 });
  if (!ready || !isRunning(child)) {
    await stop();
    throw new Error(`The mail catcher did not start. The end of ${logFile}:\n${tail(logFile)}`);
  }
  return {
    smtpUrl: `smtp://127.0.0.1:${String(smtpPort)}`,
    uiUrl: `http://127.0.0.1:${String(uiPort)}/`,
    version,
    process: child,
    stop,
  };
}

/** True when an SMTP server on that port says 220 within two seconds. */
export async function smtpGreets(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const end = (greeted: boolean) => {
      socket.destroy();
      resolve(greeted);
    };
    socket.setTimeout(2_000, () => {
      end(false);
    });
    socket.once('error', () => {
      end(false);
    });
    // A server that is stopped before its greeting hangs up without an error, and a closed socket has no timeout.
    socket.once('close', () => {
      end(false);
    });
    socket.once('data', (data) => {
      end(data.toString('latin1').startsWith('220'));
    });
  });
}

async function pageAnswers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${String(port)}/email`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
