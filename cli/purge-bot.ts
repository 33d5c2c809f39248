import type { Command } from 'commander';
import type { BotPurgeResult } from '../workflows/bot-purge.ts';
import { grouped } from '../workflows/words.ts';
import { print, printJson, remark, type CliContext, type GlobalOptions } from './context.ts';
import { examples } from './examples.ts';

interface PurgeBotOptions extends GlobalOptions {
  readonly bot?: string;
  readonly execute?: boolean;
  readonly json?: boolean;
}

export function addPurgeBotCommand(program: Command, context: CliContext): void {
  program
    .command('purge-bot')
    .description("Count what is past its period in a bot's own audit tables, and remove it.")
    .option('--bot <name>', 'bot whose tables are meant (default: defaultBot, or the only one)')
    .option('--execute', 'remove the rows; the first run of a bot only counts all the same')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['purge-bot --bot demo', 'rows past their period, by table; nothing is removed'],
        ['purge-bot --bot demo --execute', 'removes them, children before parents, in small batches'],
      ]),
    )
    .action(async (_options: unknown, command: Command) => {
      await purgeBot(context, command.optsWithGlobals<PurgeBotOptions>());
    });
}

async function purgeBot(context: CliContext, options: PurgeBotOptions): Promise<void> {
  const { openConfig } = await import('./session.ts');
  const { temporalClient } = await import('./temporal.ts');
  const { knownBot } = await import('./refuse-early.ts');
  const { followBotPurge, startBotPurge } = await import('./purge-client.ts');
  const { config, unused } = await openConfig(context, options);
  if (options.bot !== undefined) knownBot(config, options.bot, unused);
  const { taskQueue } = config.temporal;
  const { client, close } = await temporalClient(config.temporal);
  try {
    const { bot, execute } = options;
    const handle = await startBotPurge(client, taskQueue, {
      ...(bot !== undefined && { bot }),
      ...(execute === true && { execute }),
    });
    remark(context, `The purge is ${handle.workflowId}.`);
    let told = '';
    const result = await followBotPurge(handle, {
      client,
      taskQueue,
      signal: context.signal,
      onProgress(progress) {
        const line = botPurgeProgress(progress);
        if (line !== told) remark(context, line);
        told = line;
      },
    });
    if (options.json === true) printJson(context, result);
    else print(context, botPurgeLines(result, execute === true).join('\n'));
  } finally {
    await close();
  }
}

/** `demo: 12,000 of 31,000 rows looked at, about 40 s left`. */
function botPurgeProgress({ bot, tables, leftS }: BotPurgeResult): string {
  const seen = tables.reduce((sum, { removed, kept }) => sum + removed + kept, 0);
  const old = tables.reduce((sum, one) => sum + one.old, 0);
  const left = leftS === null ? '' : `, about ${String(leftS)} s left`;
  return `${bot}: ${grouped(seen)} of ${grouped(old)} rows looked at${left}`;
}

/** The result as people read it; `wanted`: rows were to be removed. */
function botPurgeLines(
  { bot, cutoff, outcome, tables, warnings }: BotPurgeResult,
  wanted: boolean,
): readonly string[] {
  const isDry = outcome === 'dryRun';
  return [
    `${bot}, rows before ${cutoff}: ${isDry ? 'counted, nothing was removed' : (outcome ?? 'not ended')}`,
    ...tables.map(({ table, old, removed, kept }) =>
      isDry
        ? `  ${table}: ${grouped(old)} rows past their period`
        : `  ${table}: ${grouped(removed)} of ${grouped(old)} removed, ${grouped(kept)} kept since something points at them`,
    ),
    ...warnings.map((warning) => `Warning: ${warning}.`),
    ...(isDry && wanted
      ? ['The first run of a bot only counts. Look at these numbers, then run it again.']
      : []),
  ];
}
