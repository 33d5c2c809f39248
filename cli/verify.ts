import type { Command } from 'commander';
import type { PrintedHead } from '../store/verify/chain-links.ts';
import type { Verified } from '../store/verify/verify.ts';
import { pad, printable } from './ansi.ts';
import type { Archive } from './archive.ts';
import { paletteOf, print, printJson, remark, type CliContext, type GlobalOptions } from './context.ts';
import { EXIT, InterruptedError, UsageError } from './errors.ts';
import { examples } from './examples.ts';

interface VerifyOptions extends GlobalOptions {
  readonly bot?: string;
  readonly head?: string;
  readonly json?: boolean;
}

export function addVerifyCommand(program: Command, context: CliContext): void {
  program
    .command('verify')
    .description('Check that the archive is as it was stored: chain, reports, purges, mails, artifacts.')
    .option('--bot <name>', 'reports, mails and artifacts of this bot only')
    .option('--head <head>', 'compare with the head that a mail printed, such as 42:1a2b3c4d5e6f')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['verify', 'exit code 0: whole, 1: something is wrong, 3: it could not be checked'],
        ['verify --head 42:1a2b3c4d5e6f', 'also that nothing was cut off since that mail'],
      ]),
    )
    .action(async (_options: unknown, command: Command) => {
      await verify(context, command.optsWithGlobals<VerifyOptions>());
    });
}

async function verify(context: CliContext, options: VerifyOptions): Promise<void> {
  const printed = options.head === undefined ? null : parseHead(options.head);
  const { openArchive } = await import('./archive.ts');
  const { openConfig } = await import('./session.ts');
  const { knownBot } = await import('./refuse-early.ts');
  const { config, unused } = await openConfig(context, options);
  const archive = await openArchive(config);
  try {
    const bot = options.bot ?? null;
    if (bot !== null && (await archive.reports({ bot, limit: 1 })).length === 0)
      knownBot(config, bot, unused);
    const verified = await archive.verify({
      bot,
      printed,
      alive: (read) => {
        if (context.signal.aborted) throw new InterruptedError('Interrupted. Nothing was changed.');
        if (read > 0 && read % 1_000 === 0) remark(context, `${String(read)} artifacts read`);
      },
    });
    if (verified.problem !== null) context.setExitCode(EXIT.fail);
    if (options.json === true) printJson(context, verified);
    else print(context, lines(context, verified, options).join('\n'));
  } finally {
    await archive.close();
  }
}

const NAMES = {
  entries: ['chain', 'entries'],
  reports: ['reports', 'as the chain says'],
  purges: ['purges', 'with their tombstones'],
  mails: ['mails', 'in the outbox'],
  artifacts: ['artifacts', 'read, each with its hash'],
} as const;

function lines(
  context: CliContext,
  { head, checked, problem }: Verified,
  options: VerifyOptions,
): readonly string[] {
  const palette = paletteOf(context, context.stdout, options);
  const counts = (Object.keys(NAMES) as (keyof typeof NAMES)[]).flatMap((name) => {
    const count = checked[name];
    const [title, words] = NAMES[name];
    return count === undefined ? [] : [`  ${pad(title, 10)} ${pad(String(count), 7, 'right')} ${words}`];
  });
  if (problem !== null)
    return [...counts, '', `${palette.red('WRONG')}  ${printable(problem.what)}`, `       ${problem.todo}`];
  const end = head === null ? '' : ` Its head is ${String(head.seq)}:${head.hash}.`;
  const told =
    options.head === undefined
      ? ' Compare it with the newest mail (--head): only so is a cut end found.'
      : ` It follows the head ${options.head}.`;
  return [
    ...counts,
    '',
    `${palette.green('WHOLE')}  The archive is as it was stored.${end}`,
    `      ${told}`,
  ];
}

/** Says with which entry the archive's chain ends now: whoever keeps it can tell later whether anything was changed. */
export async function remarkHead(context: CliContext, archive: Pick<Archive, 'head'>): Promise<void> {
  const { headText } = await import('../store/chain.ts');
  const head = await archive.head();
  if (head !== null) remark(context, `Head of the archive's chain: ${headText(head)}`);
}

/** Reads `42:1a2b3c4d5e6f`, or the hash alone. */
export function parseHead(text: string): PrintedHead {
  const match = /^(?:(\d{1,15}):)?([0-9a-f]{8,64})$/.exec(text.trim().toLowerCase());
  const [, seq, hash] = match ?? [];
  if (hash === undefined)
    throw new UsageError(
      `"${text}" is not the head of a chain. Write it as the mail has it, such as 42:1a2b3c4d5e6f (eight digits of the hash at least).`,
    );
  return { seq: seq === undefined ? null : Number(seq), hash };
}
