import { escapedControls } from '../audit/control-text.ts';
import type { Environment } from '../config.ts';
import { createPalette, terminalText, wantsColor, type Output, type Palette } from './ansi.ts';
import { asTyped } from '../config/command-name.ts';
import { scrubberOf } from './scrub.ts';

/** What every command gets: the process's edges as values, so that tests can hand in their own. */
export interface CliContext {
  readonly environment: Environment;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborts on Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Secret values in use: whatever goes to the terminal is scrubbed of them. */
  readonly secrets: Set<string>;
  /** What the process will exit with. */
  setExitCode(code: number): void;
}

/** Options that stand before or after any command. */
export interface GlobalOptions {
  readonly config?: string;
  readonly debug?: boolean;
  readonly color?: boolean;
}

const printed = new WeakSet<CliContext>();

/** Whether a command has written anything on stdout. */
export function hasPrinted(context: CliContext): boolean {
  return printed.has(context);
}

/** One line for people, or one document for machines, on stdout. */
export function print(context: CliContext, text: string): void {
  printDocument(context, asTyped(text, context.environment));
}

/** A stored text on stdout, as it is but for secrets and what a terminal obeys. */
export function printDocument(context: CliContext, text: string): void {
  write(context, context.stdout, text);
}

/** A remark on stderr: progress, warnings, where things are. */
export function remark(context: CliContext, text: string): void {
  write(context, context.stderr, asTyped(text, context.environment));
}

/** One document for machines. */
export function printJson(context: CliContext, value: unknown, space = 2): void {
  print(context, escapedControls(JSON.stringify(value, null, space)));
}

function write(context: CliContext, stream: Output, text: string): void {
  if (stream === context.stdout) printed.add(context);
  const hasStyles = wantsColor(stream, context.environment);
  stream.write(`${terminalText(scrubberOf(context.secrets)(text), hasStyles)}\n`);
}

export function paletteOf(context: CliContext, stream: Output, options: GlobalOptions): Palette {
  return createPalette(wantsColor(stream, context.environment, options.color !== false));
}
