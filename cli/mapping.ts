import type { Command } from 'commander';
import type { BotConfig } from '../audit/configuration.ts';
import type { CheckedWords } from '../sources/database/check-words.ts';
import { paletteOf, print, printJson, remark, type CliContext, type GlobalOptions } from './context.ts';
import { CommandError, EXIT } from './errors.ts';
import { examples } from './examples.ts';

interface MappingOptions extends GlobalOptions {
  readonly bot: string;
  readonly json?: boolean;
}

export function addMappingCommand(program: Command, context: CliContext): void {
  const mapping = program
    .command('mapping')
    .description('What a bot’s mapping says of its words.')
    .addHelpText(
      'after',
      examples([['mapping check --bot my-bot', 'every word, its count and its reading']]),
    );
  mapping
    .command('check')
    .description(
      'List the words of the last 31 days with their reading, and the line of SQL for each that is not read.',
    )
    .requiredOption('--bot <name>', 'the bot whose database and mapping are read')
    .option('--json', 'print them as JSON')
    .addHelpText(
      'after',
      examples([
        [
          'mapping check --bot my-bot',
          'exits 0 when all words are read, 1 when one is not, 3 without a connection',
        ],
      ]),
    )
    .action(async (_options: unknown, command: Command) => {
      await check(context, command.optsWithGlobals<MappingOptions>());
    });
}

async function check(context: CliContext, options: MappingOptions): Promise<void> {
  const { openConfig } = await import('./session.ts');
  const { knownBot } = await import('./refuse-early.ts');
  const { checkWords } = await import('../sources/database/check-words.ts');
  const { createEvidenceScrubber } = await import('../audit/scrub.ts');
  const { mappingLines } = await import('./mapping-lines.ts');
  const { config, unused } = await openConfig(context, options, { needsStore: false });
  const bot = knownBot(config, options.bot, unused);
  const scrub = createEvidenceScrubber(config.secrets);
  const checked = withCleanWords(await checkWords(bot, urlOf(bot), new Date(bot.asOf ?? Date.now())), scrub);
  const isRead = checked.errors.length === 0 && checked.columns.every(({ unread }) => unread === 0);
  context.setExitCode(isRead ? EXIT.pass : EXIT.fail);
  if (options.json === true) {
    const { name, mapping } = bot.facts;
    printJson(context, { bot: name, mapping, ...checked });
    return;
  }
  print(context, mappingLines(bot.facts, checked, paletteOf(context, context.stdout, options)).join('\n'));
  for (const error of checked.errors) remark(context, error);
}

function urlOf({ databaseUrl, facts }: BotConfig): string {
  if (databaseUrl !== null) return databaseUrl;
  throw new CommandError(
    `Bot ${facts.name} declares no database, so there are no words to read. Name a bot that has one with --bot.`,
  );
}

function withCleanWords(checked: CheckedWords, scrub: (text: string) => string): CheckedWords {
  return {
    ...checked,
    errors: checked.errors.map(scrub),
    columns: checked.columns.map((column) => ({
      ...column,
      words: column.words.map((found) => ({ ...found, word: scrub(found.word) })),
    })),
  };
}
