import type { Command } from 'commander';
import type { ImportResult, SnapshotImport } from '../sources/snapshots/import.ts';
import type { OtherReading, removeSnapshots } from '../store/snapshots.ts';
import { print, printJson, remark, type CliContext, type GlobalOptions } from './context.ts';
import { CommandError, UsageError } from './errors.ts';
import { examples } from './examples.ts';
import { addImportExchange } from './import-exchange.ts';
import { unreadable, withImportStore } from './import-files.ts';

interface ImportOptions extends GlobalOptions {
  readonly bot: string;
  readonly timezone?: string;
  readonly remove?: boolean;
  readonly json?: boolean;
}

/** Bad lines printed; the rest is counted. */
const SHOWN_BAD_LINES = 10;

export function addImportCommand(program: Command, context: CliContext): void {
  const command = program
    .command('import')
    .description('Bring evidence from files into the store.')
    .addHelpText(
      'after',
      examples([
        ['import snapshots snapshots.jsonl --bot my-bot', 'one JSON object a line; twice changes nothing'],
        ['import exchange state.json --bot my-bot', 'positions and orders as the exchange has them'],
      ]),
    );
  addImportExchange(command, context);
  command
    .command('snapshots')
    .description(
      'Import monitoring snapshots, one JSON object a line. Importing a file twice changes nothing.',
    )
    .argument('<file>', 'JSON Lines file')
    .requiredOption('--bot <name>', 'the bot they belong to')
    .option('--timezone <zone>', "zone of times without one, IANA (default: the bot's)")
    .option('--remove', 'take out what an import of this file put in; what the monitor took stays')
    .option('--json', 'print the counts as JSON')
    .addHelpText(
      'after',
      examples([
        ['import snapshots snapshots.jsonl --bot my-bot --timezone UTC', 'bad lines are counted and shown'],
        ['import snapshots snapshots.jsonl --bot my-bot --remove', 'undoes it, whatever zone it was read in'],
      ]),
    )
    .action(async (file: string, _options: unknown, inner: Command) => {
      await importFile(context, file, inner.optsWithGlobals<ImportOptions>());
    });
}

async function importFile(context: CliContext, file: string, options: ImportOptions): Promise<void> {
  const { openConfig } = await import('./session.ts');
  const { insertSnapshots, readOtherwise } = await import('../store/snapshots.ts');
  const { importSnapshots } = await import('../sources/snapshots/import.ts');
  const { knownBot } = await import('./refuse-early.ts');
  const { zoneProblem } = await import('../config/zone.ts');
  const { config, unused } = await openConfig(context, options);
  const bot = knownBot(config, options.bot, unused);
  const timeZone = options.timezone ?? bot.facts.timeZone;
  const zone = zoneProblem(timeZone);
  if (zone !== null) throw new UsageError(`--timezone ${zone}`);
  await withImportStore(config.storeUrl, async (pool) => {
    const each = (insert: SnapshotImport['insert']): Promise<ImportResult> =>
      importSnapshots({ file, bot: options.bot, timeZone, insert }).catch((error: unknown) => {
        throw unreadable(file, error, 'a file of JSON Lines');
      });
    if (options.remove === true) {
      await remove(context, pool, options, each);
      return;
    }
    // Looked through before anything is stored: half an import would be harder to undo than none.
    await each(async (rows) => {
      const other = await readOtherwise(pool, options.bot, rows);
      if (other !== null) throw new CommandError(readBefore(file, options.bot, timeZone, other));
      return rows.length;
    });
    const result = await each((rows) => insertSnapshots(pool, options.bot, rows));
    const { lines, badLines } = result;
    if (options.json === true) printJson(context, result);
    else tell(context, result);
    if (lines === 0) remark(context, `${file} holds no line; nothing was imported.`);
    if (lines > 0 && badLines === lines) {
      throw new CommandError(
        `Nothing of ${file} was imported: each of its ${String(lines)} lines is bad. A snapshot is one JSON object a line.`,
      );
    }
  });
}

/** Removes what an import of the file put in, and says what that does to the reports of these hours. */
async function remove(
  context: CliContext,
  pool: Parameters<typeof removeSnapshots>[0],
  { bot, json }: ImportOptions,
  each: (insert: SnapshotImport['insert']) => Promise<ImportResult>,
): Promise<void> {
  const { removeSnapshots } = await import('../store/snapshots.ts');
  const { countReports } = await import('../store/reports.ts');
  const {
    lines,
    inserted: removed,
    badLines,
    first,
    last,
  } = await each((rows) => removeSnapshots(pool, bot, rows));
  const isAny = removed > 0 && first !== null && last !== null;
  const reports = isAny ? await countReports(pool, bot, { from: first, to: last }) : 0;
  if (json === true) {
    printJson(context, { lines, removed, badLines, reports });
    return;
  }
  print(context, `${String(lines)} lines: ${String(removed)} snapshots of ${bot} removed.`);
  if (reports > 0)
    remark(
      context,
      `${reports === 1 ? '1 report of these hours keeps' : `${String(reports)} reports of these hours keep`} the evidence that it was made from; audits from now on do not see these snapshots.`,
    );
}

function readBefore(
  file: string,
  bot: string,
  timeZone: string,
  { written, at, zone }: OtherReading,
): string {
  return (
    `Nothing of ${file} was imported: its line of ${written} is in the store as ${at}, read in ${zone}, and would now be ` +
    `read in ${timeZone}. Import it with --timezone ${zone}, or take the earlier import out first: ` +
    `\`production-audit import snapshots ${file} --bot ${bot} --remove\`.`
  );
}

function tell(context: CliContext, result: ImportResult): void {
  const { lines, inserted, duplicates, bad, badLines, first, last } = result;
  print(
    context,
    `${String(lines)} lines: ${String(inserted)} imported, ${String(duplicates)} were there already, ${String(badLines)} bad.` +
      (first === null || last === null ? '' : `\nThey reach from ${first} to ${last}.`),
  );
  for (const { line, reason } of bad.slice(0, SHOWN_BAD_LINES))
    remark(context, `  line ${String(line)}: ${reason}`);
  if (badLines > SHOWN_BAD_LINES) remark(context, `  and ${String(badLines - SHOWN_BAD_LINES)} more`);
}
