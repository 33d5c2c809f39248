import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Hold } from '../store/retention/holds.ts';
import type { Archive } from './archive.ts';
import { print, printJson, remark, type CliContext, type GlobalOptions } from './context.ts';
import { CommandError } from './errors.ts';
import { examples } from './examples.ts';
import { reportName } from './report-name.ts';

interface HoldOptions extends GlobalOptions {
  readonly reason?: string;
  readonly json?: boolean;
}

export function addHoldCommand(program: Command, context: CliContext): void {
  const hold = program
    .command('hold')
    .description('Reports that no purge takes.')
    .addHelpText(
      'after',
      examples([
        ['hold add demo/latest --reason "dispute 17"', 'keeps it with evidence, files and mails'],
        ['hold list', 'what is held, by whom and why'],
        ['hold release demo/latest', 'ends all holds of it'],
      ]),
    );
  hold
    .command('add')
    .description('Hold a report.')
    .argument('<report>', 'its name or the beginning of its hash')
    .requiredOption('--reason <text>', 'why, for whoever releases it')
    .addHelpText('after', examples([['hold add demo/latest --reason "dispute 17"', 'no purge takes it']]))
    .action(async (name: string, _options: unknown, command: Command) => {
      await add(context, name, command.optsWithGlobals<HoldOptions>());
    });
  hold
    .command('list')
    .description('List all holds.')
    .option('--json', 'print them as JSON')
    .addHelpText('after', examples([['hold list --json', 'each with report, reason and time']]))
    .action(async (_options: unknown, command: Command) => {
      await list(context, command.optsWithGlobals<HoldOptions>());
    });
  hold
    .command('release')
    .description('End all holds of a report.')
    .argument('<report>', 'its name or the beginning of its hash')
    .addHelpText(
      'after',
      examples([['hold release demo/latest', 'the next purge may take it when it is old']]),
    )
    .action(async (name: string, _options: unknown, command: Command) => {
      await release(context, name, command.optsWithGlobals<HoldOptions>());
    });
}

async function add(context: CliContext, name: string, options: HoldOptions): Promise<void> {
  const reason = (options.reason ?? '').trim();
  if (reason === '') throw new CommandError('--reason is empty; say why the report is held.');
  await withArchive(context, options, async (archive) => {
    const report = await archive.named(name);
    const id = await archive.hold(report, { reason, placedBy: whoAmI() });
    if (id === null)
      throw new CommandError(`${reportName(report)} is gone: a purge removed it in this moment.`);
    print(context, `${reportName(report)} is held (${reason}). No purge takes it.`);
    const held = (await archive.holds()).find((one) => one.id === id);
    if (held?.evidencePurgedAt != null)
      remark(
        context,
        `Its evidence was removed by a purge on ${held.evidencePurgedAt.slice(0, 10)}; the report itself is whole.`,
      );
  });
}

async function list(context: CliContext, options: HoldOptions): Promise<void> {
  await withArchive(context, options, async (archive) => {
    const holds = await archive.holds();
    if (options.json === true) printJson(context, holds);
    else if (holds.length === 0) print(context, 'No report is held.');
    else print(context, holds.map(line).join('\n'));
  });
}

async function release(context: CliContext, name: string, options: HoldOptions): Promise<void> {
  await withArchive(context, options, async (archive) => {
    const report = await archive.named(name);
    const count = await archive.release(report);
    if (count === 0)
      throw new CommandError(
        `${reportName(report)} was not held. \`production-audit hold list\` shows what is.`,
      );
    print(context, `${reportName(report)} is no longer held.`);
  });
}

function line({ bot, kind, from, to, revision, reportHash, reason, placedBy, placedAt }: Hold): string {
  const name = reportName({ bot, kind, window: { from, to } });
  return `  ${name}  revision ${String(revision)} (${reportHash.slice(0, 8)})  since ${placedAt.slice(0, 10)} by ${placedBy}: ${reason}`;
}

/** Who is said to have placed or approved something. */
export function whoAmI(): string {
  try {
    return userInfo().username;
  } catch {
    return 'the command line';
  }
}

async function withArchive(
  context: CliContext,
  options: GlobalOptions,
  use: (archive: Archive) => Promise<void>,
): Promise<void> {
  const { openArchive } = await import('./archive.ts');
  const { openConfig } = await import('./session.ts');
  const { config } = await openConfig(context, options);
  const archive = await openArchive(config);
  try {
    await use(archive);
  } finally {
    await archive.close();
  }
}
