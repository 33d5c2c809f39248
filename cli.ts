import type { CliContext } from './cli/context.ts';
import { EXIT } from './cli/errors.ts';
import { main, reportFailure } from './cli/main.ts';
import { environment } from './config.ts';

const controller = new AbortController();
const isDebug = process.argv.includes('--debug');
const context: CliContext = {
  environment: environment(),
  stdout: process.stdout,
  stderr: process.stderr,
  signal: controller.signal,
  secrets: new Set(),
  setExitCode(code) {
    process.exitCode = code;
  },
};

// The first Ctrl-C lets the command end in order; the second ends it at once.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  });
}
// A reader such as `head` that closes early is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  crash(error);
});
process.on('uncaughtException', crash);
process.on('unhandledRejection', crash);

await main(process.argv.slice(2), context);
// What is still open after the end (a connection, a timer) must not keep the process alive.
setTimeout(() => process.exit(), 3_000).unref();

function crash(error: unknown): void {
  reportFailure(error, context, isDebug);
  process.exit();
}
