import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import type { OpenAlert } from '../audit/alerts/alert.ts';
import type { AuditConfig } from '../audit/configuration.ts';
import type { Palette } from './ansi.ts';
import type { BotAlerts } from './alerts-client.ts';
import { paletteOf, print, printJson, type CliContext, type GlobalOptions } from './context.ts';
import { UsageError } from './errors.ts';
import { examples } from './examples.ts';

interface AlertOptions extends GlobalOptions {
  readonly bot?: string;
  readonly json?: boolean;
  readonly by?: string;
  readonly note?: string;
}

export function addAlertsCommands(program: Command, context: CliContext): void {
  program
    .command('alerts')
    .description('What fires between the reports, and what nobody watches.')
    .addHelpText('after', examples([['alerts list', 'open alerts of every bot, and what is not watched']]))
    .command('list')
    .description('List the open alerts, those that ended last, and what is not watched.')
    .option('--bot <bot>', 'only of this bot')
    .option('--json', 'print them as JSON')
    .addHelpText('after', examples([['alerts list --bot demo --json', 'the whole state of its alerts']]))
    .action(async (_options: unknown, command: Command) => {
      await list(context, command.optsWithGlobals<AlertOptions>());
    });
  program
    .command('ack')
    .description('Say that somebody takes care of an alert: it escalates no further.')
    .argument('<id>', 'the beginning of its id, four characters or more')
    .option('--by <name>', 'who takes care of it (default: who runs the command)')
    .option('--note <text>', 'what is being done')
    .addHelpText(
      'after',
      examples([['ack 3f9a1c07 --by Ann', 'Ann takes care of it; all who were told hear of it']]),
    )
    .action(async (id: string, _options: unknown, command: Command) => {
      await ack(context, id, command.optsWithGlobals<AlertOptions>());
    });
}

async function list(context: CliContext, options: AlertOptions): Promise<void> {
  await withClient(context, options, async (client, bots, config) => {
    const { alertsOf } = await import('./alerts-client.ts');
    const all = await alertsOf(client, bots);
    const pinned = new Set(config.bots.flatMap(({ facts, asOf }) => (asOf === null ? [] : [facts.name])));
    if (options.json === true) printJson(context, all);
    else
      print(
        context,
        all
          .flatMap((one) => lines(one, pinned.has(one.bot), paletteOf(context, context.stdout, options)))
          .join('\n'),
      );
  });
}

async function ack(context: CliContext, id: string, options: AlertOptions): Promise<void> {
  if (!/^[0-9a-f]{4,64}$/i.test(id))
    throw new UsageError(
      'An id has four characters or more, 0-9 and a-f; `production-audit alerts list` shows them.',
    );
  const { whoAmI } = await import('./hold.ts');
  const by = (options.by ?? whoAmI()).trim().slice(0, 64);
  if (by === '') throw new UsageError('--by is empty; say who takes care of it.');
  const note = options.note?.slice(0, 64);
  await withClient(context, options, async (client, bots) => {
    const { acknowledge } = await import('./alerts-client.ts');
    const bot = await acknowledge(client, bots, { id, by, ...(note !== undefined && { note }) });
    print(context, `Alert ${id} of bot ${bot} is acknowledged by ${by}.`);
  });
}

async function withClient(
  context: CliContext,
  options: AlertOptions,
  use: (client: Client, bots: readonly string[], config: AuditConfig) => Promise<void>,
): Promise<void> {
  const { openConfig } = await import('./session.ts');
  const { knownBot } = await import('./refuse-early.ts');
  const { temporalClient } = await import('./temporal.ts');
  const { config, unused } = await openConfig(context, options);
  const names = config.bots.map(({ facts }) => facts.name);
  if (options.bot !== undefined) knownBot(config, options.bot, unused);
  const { client, close } = await temporalClient(config.temporal);
  try {
    await use(client, options.bot === undefined ? names : [options.bot], config);
  } finally {
    await close();
  }
}

/** Who looks at a bot at which nobody has looked. */
function looksAt(bot: string, isPinned: boolean): string {
  return isPinned
    ? `its asOf pins it to a time, so the schedule audit-alert-watch leaves it out; start the workflow alertWatch with {"bot": "${bot}"} in the Web UI`
    : 'the schedule audit-alert-watch does (`production-audit schedules apply`)';
}

function lines({ bot, kept }: BotAlerts, isPinned: boolean, palette: Palette): readonly string[] {
  if (kept === null) return [`${bot}: nobody has looked at its alerts; ${looksAt(bot, isPinned)}.`];
  const { open, closed, unwatched, unknown, lookedAt } = kept.alerts;
  const count = open.length === 0 ? 'no open alert' : `${String(open.length)} open`;
  return [
    `${bot}: ${count}, looked at ${lookedAt ?? 'never'}`,
    ...open.flatMap((alert) => alertLines(alert, palette)),
    ...Object.entries(unknown).map(([rule, since]) => `  cannot be watched  ${rule} since ${since}`),
    ...unwatched.map(({ title, reason }) => `  not watched        ${title}: ${reason}`),
    ...kept.unsent.map((why) => `  not delivered      ${why}`),
    ...closed
      .slice(0, 5)
      .map(({ closedAt, title, how }) => palette.dim(`  ended ${closedAt}  ${title}, ${how}`)),
  ];
}

function alertLines(alert: OpenAlert, { red }: Palette): readonly string[] {
  const { id, level, title, since, text, acknowledged, cause, quietSince } = alert;
  const state = [
    `since ${since}`,
    ...(quietSince === null ? [] : ['not seen now']),
    ...(cause === null ? [] : [`explained by ${cause}`]),
    ...(acknowledged === null ? [] : [`acknowledged by ${acknowledged.by}`]),
  ];
  const word = level === 'critical' ? red(level) : level;
  return [`  ${id}  ${word}  ${title}, ${state.join(', ')}`, `    ${text}`];
}
