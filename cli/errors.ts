import { inOptions } from './option-words.ts';

/** What a script reads from the process: design.md, section 9. */
export const EXIT = { pass: 0, fail: 1, inconclusive: 2, noReport: 3, usage: 64, interrupted: 130 } as const;

/** The command line itself is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command cannot do what was asked; the message says what to do next. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Ctrl-C or SIGTERM. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

export interface Failure {
  readonly exitCode: number;
  /** Null when whoever threw has already printed it. */
  readonly message: string | null;
}

/** Failure types of the workflows that mean: the input was wrong. */
const INPUT_FAILURES = new Set(['InvalidAuditInput', 'UnknownBot']);

/** Exit code and message of whatever was thrown. Anything unknown is "no report", never "FAIL". */
export function describeFailure(error: unknown): Failure {
  if (isCommanderError(error)) return { exitCode: error.exitCode === 0 ? 0 : EXIT.usage, message: null };
  if (error instanceof UsageError) return { exitCode: EXIT.usage, message: error.message };
  if (error instanceof InterruptedError || isStackInterrupted(error))
    return { exitCode: EXIT.interrupted, message: error.message };
  if (error instanceof CommandError || isTemporalUnusable(error))
    return { exitCode: EXIT.noReport, message: error.message };
  const root = rootOf(error);
  const type = textOf(root, 'type');
  if (INPUT_FAILURES.has(type)) return { exitCode: EXIT.usage, message: inOptions(root.message) };
  return { exitCode: EXIT.noReport, message: connectionMessage(root) ?? root.message };
}

/** Known by its name: the stack is loaded only by commands that start one. */
function isStackInterrupted(error: unknown): error is Error {
  return error instanceof Error && error.name === 'StackInterrupted';
}

/** Likewise: the SDK is loaded only by commands that connect. */
function isTemporalUnusable(error: unknown): error is Error {
  return error instanceof Error && error.name === 'TemporalUnusable';
}

/** Temporal wraps a failure in the activity's and the workflow's; the innermost says what happened. */
function rootOf(error: unknown): Error {
  let current = error instanceof Error ? error : new Error(String(error));
  const seen = new Set<Error>();
  while (current.cause instanceof Error && !seen.has(current)) {
    seen.add(current);
    current = current.cause;
  }
  if (current instanceof AggregateError && current.message === '') {
    const [first] = current.errors as readonly unknown[];
    return first instanceof Error ? first : current;
  }
  return current;
}

const POSTGRES: Readonly<Record<string, string>> = {
  '28P01': 'PostgreSQL refuses the password of our store. Check AUDIT_DATABASE_URL or storage.databaseUrl.',
  '28000': 'PostgreSQL refuses the user of our store. Check AUDIT_DATABASE_URL or storage.databaseUrl.',
  '3D000':
    'The database of our store does not exist. Create it, or correct AUDIT_DATABASE_URL or storage.databaseUrl.',
  '42P01':
    'Our store has no tables yet. Run an audit first, or check that AUDIT_DATABASE_URL names the right database.',
};

function connectionMessage(error: Error): string | null {
  const code = textOf(error, 'code');
  if (code in POSTGRES) return POSTGRES[code] ?? null;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT') {
    const at = /\d+\.\d+\.\d+\.\d+:\d+|[\w.-]+:\d+/.exec(error.message)?.[0] ?? 'the address';
    return `Nothing answers at ${at} (${code}). \`production-audit doctor\` says what is running.`;
  }
  return null;
}

function textOf(error: Error, key: string): string {
  const value = (error as unknown as Readonly<Record<string, unknown>>)[key];
  return typeof value === 'string' ? value : '';
}

function isCommanderError(error: unknown): error is Error & { readonly exitCode: number } {
  return (
    error instanceof Error &&
    'code' in error &&
    String(error.code).startsWith('commander.') &&
    'exitCode' in error
  );
}
