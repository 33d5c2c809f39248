import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import type { BotConfig } from '../audit/configuration.ts';
import { print, printJson, remark, type CliContext, type GlobalOptions } from './context.ts';
import { CommandError } from './errors.ts';
import { examples } from './examples.ts';
import { unreadable, withImportStore } from './import-files.ts';

interface ImportOptions extends GlobalOptions {
  readonly bot: string;
  readonly remove?: boolean;
  readonly json?: boolean;
}

const MOST_BYTES = 256 * 1024 * 1024;
const SHOWN_PROBLEMS = 10;

export function addImportExchange(parent: Command, context: CliContext): void {
  parent
    .command('exchange')
    .description(
      "Import what an exchange said of its account at one moment: ccxt's unified structures, one JSON document or an array.",
    )
    .argument('<file>', 'JSON file')
    .requiredOption('--bot <name>', 'the bot whose account it is')
    .option('--remove', 'take out what is stored of the moments in this file')
    .option('--json', 'print the counts as JSON')
    .addHelpText(
      'after',
      examples([
        [
          'import exchange state.json --bot my-bot',
          'twice changes nothing; another file of the same moment is refused',
        ],
        ['import exchange state.json --bot my-bot --remove', 'undoes it'],
      ]),
    )
    .action(async (file: string, _options: unknown, inner: Command) => {
      await importFile(context, file, inner.optsWithGlobals<ImportOptions>());
    });
}

async function importFile(context: CliContext, file: string, options: ImportOptions): Promise<void> {
  const { openConfig } = await import('./session.ts');
  const { insertExchangeStates, otherExchangeState, removeExchangeStates } =
    await import('../store/exchange-states.ts');
  const { knownBot } = await import('./refuse-early.ts');
  const { config, unused } = await openConfig(context, options);
  const bot = knownBot(config, options.bot, unused);
  const { states, ignored } = await readFileOf(file, bot);
  await withImportStore(config.storeUrl, async (pool) => {
    if (options.remove === true) {
      const removed = await removeExchangeStates(pool, options.bot, states);
      if (options.json === true) printJson(context, { documents: states.length, removed });
      else print(context, `${documents(states.length)}: ${String(removed)} removed.`);
      return;
    }
    const other = await otherExchangeState(pool, options.bot, states);
    if (other !== null)
      throw new CommandError(
        `Nothing of ${file} was imported: the state of ${other.exchange} at ${new Date(other.at).toISOString()} is in the store and says something else. ` +
          `Take it out first: \`production-audit import exchange ${file} --bot ${options.bot} --remove\`.`,
      );
    const inserted = await insertExchangeStates(pool, options.bot, states);
    const counts = { documents: states.length, inserted, duplicates: states.length - inserted, ignored };
    if (options.json === true) printJson(context, counts);
    else
      print(
        context,
        `${documents(states.length)}: ${String(inserted)} imported, ${String(counts.duplicates)} were there already.`,
      );
    if (ignored.length > 0)
      remark(context, `Not read, since nothing is known of them: ${ignored.join(', ')}.`);
    if (bot.facts.sources.exchange === 'none')
      remark(
        context,
        `No audit reads it yet: bot ${options.bot} declares no exchange. Write \`sources: { exchange: optional }\`.`,
      );
  });
}

async function readFileOf(file: string, bot: BotConfig) {
  const { readStates } = await import('../sources/exchange/document.ts');
  const { venueNamed } = await import('../sources/exchange/venue-names.ts');
  const text = await (async () => {
    const { size } = await stat(file);
    if (size > MOST_BYTES)
      throw new CommandError(
        `${file} is larger than ${String(MOST_BYTES / 1024 / 1024)} MB. Write a file for each moment.`,
      );
    return readFile(file, 'utf8');
  })().catch((error: unknown) => {
    throw unreadable(file, error, 'a JSON file of ccxt structures');
  });
  const read = readStates(text, (name) => venueNamed(name, bot.facts.exchanges));
  if (read.ok) return read;
  const shown = read.problems.slice(0, SHOWN_PROBLEMS).map((problem) => `\n  ${problem}`);
  const more = read.problems.length - shown.length;
  throw new CommandError(
    `Nothing of ${file} was imported:${shown.join('')}${more > 0 ? `\n  and ${String(more)} more` : ''}`,
  );
}

const documents = (n: number): string => (n === 1 ? '1 document' : `${String(n)} documents`);
