import { terminalText } from './ansi.ts';
import { ConfigError } from '../config/error.ts';
import { asTyped } from '../config/command-name.ts';
import { errorMessage } from '../audit/error-message.ts';
import { hasPrinted, printJson, type CliContext } from './context.ts';
import { CommandError, describeFailure, EXIT, InterruptedError, UsageError } from './errors.ts';
import { scrub, scrubberOf } from './scrub.ts';
import { createProgram } from './program.ts';

/** Runs one command line to its end. What it throws is printed and becomes the exit code; nothing is thrown. */
export async function main(args: readonly string[], context: CliContext): Promise<void> {
  try {
    await createProgram(context).parseAsync(args, { from: 'user' });
  } catch (error) {
    reportFailure(error, context, args);
  }
}

/**
 * A crash must never read as the verdict FAIL: what is not known is "no report". Who asked for a document gets one, unless
 * the command has printed its own.
 */
export function reportFailure(error: unknown, context: CliContext, args: readonly string[]): void {
  const { exitCode, message } = describeFailure(error);
  context.setExitCode(exitCode);
  const clean = isOurs(error) ? (text: string) => scrub(text, context.secrets) : scrubberOf(context.secrets);
  const write = (text: string): void => {
    context.stderr.write(`${terminalText(clean(text), false)}\n`);
  };
  if (message !== null) write(asTyped(message, context.environment));
  if (args.includes('--json') && exitCode !== EXIT.pass && !hasPrinted(context))
    printJson(context, { error: { exitCode, message: clean(message ?? errorMessage(error)) } });
  if (args.includes('--debug') && message !== null && error instanceof Error) write(error.stack ?? '');
}

/** Our own messages hold no URL with a user in it, except as an example, which must stay readable. */
function isOurs(error: unknown): boolean {
  return [ConfigError, CommandError, InterruptedError, UsageError].some((type) => error instanceof type);
}
