import { remark, type CliContext } from './cli/context.ts';
import { CommandError, EXIT } from './cli/errors.ts';
import { main, reportFailure } from './cli/main.ts';
import { environment } from './config/environment.ts';

const controller = new AbortController();
/** A command that has asked for the signal ends in order; any other has nothing to put away, and the system ends it at once. */
let endsInOrder = false;
const args = process.argv.slice(2);
const context: CliContext = {
  environment: environment(),
  stdout: process.stdout,
  stderr: process.stderr,
  get signal() {
    if (!endsInOrder) endInOrder();
    return controller.signal;
  },
  secrets: new Set(),
  setExitCode(code) {
    process.exitCode = code;
  },
};

process.stdout.on('error', unread);
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  // Remarks that cannot be written, on a full disk, change no result.
  if (isGone(error)) unread(error);
});
process.on('uncaughtException', crash);
process.on('unhandledRejection', crash);

let hasEnded = false;
const ended = main(args, context).finally(() => {
  hasEnded = true;
});
await ended;
// What is still open after the end (a connection, a timer) must not keep the process alive.
setTimeout(() => process.exit(), 3_000).unref();

/** The first Ctrl-C lets the command end in order; the second ends it at once. SIGHUP: the terminal was closed. */
function endInOrder(): void {
  endsInOrder = true;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT.interrupted);
      remark(context, `${process.stderr.isTTY ? '\n' : ''}  Stopping in order; Ctrl-C again ends at once.`);
      controller.abort();
    });
  }
}

/** A reader such as `head` that closes early, or a terminal that is gone, is no failure of ours. */
function unread(error: NodeJS.ErrnoException): void {
  if (!isGone(error)) {
    const failure = new CommandError(`What was to be printed could not be written: ${error.message}`);
    reportFailure(failure, context, []);
    // Whatever the command has found out meanwhile.
    process.on('exit', () => (process.exitCode = EXIT.noReport));
    if (!endsInOrder || hasEnded) process.exit();
    controller.abort();
  } else if (endsInOrder && !hasEnded) controller.abort();
  else process.exit();
}

function isGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'EIO';
}

/** What was started still ends in order. The exit code is the crash's, unless the command had ended or was ending. */
function crash(error: unknown): void {
  if (hasEnded) process.exit();
  const isEnding = controller.signal.aborted;
  const before = process.exitCode;
  reportFailure(error, context, args);
  if (!endsInOrder) process.exit();
  const crashed = isEnding ? before : process.exitCode;
  controller.abort();
  const leave = () => process.exit(crashed ?? process.exitCode);
  setTimeout(leave, 30_000).unref();
  void ended.finally(leave);
}
