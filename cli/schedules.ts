import type { Command } from 'commander';
import type { AuditConfig } from '../audit/configuration.ts';
import { runPage } from '../audit/run-page.ts';
import { wrapText } from '../delivery/wrap-text.ts';
import { counted } from '../workflows/words.ts';
import { pad } from './ansi.ts';
import { print, printJson, remark, type CliContext, type GlobalOptions } from './context.ts';
import { CommandError } from './errors.ts';
import { examples } from './examples.ts';
import type { ListedSchedule, ScheduleChange } from './schedule-client.ts';
import { addBackfillCommand } from './schedule-backfill-command.ts';
import { knownSchedule, withTemporal } from './schedule-session.ts';
import type { ScheduledRun } from './schedule-trigger.ts';

interface ScheduleCommandOptions extends GlobalOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly note?: string;
  readonly resume?: boolean;
}

export function addSchedulesCommand(program: Command, context: CliContext): void {
  const schedules = program
    .command('schedules')
    .description(
      'Audits by night, week, month and quarter, the monitoring and the upkeep, as schedules in Temporal.',
    )
    .addHelpText(
      'after',
      examples([
        ['schedules apply --dry-run', 'what would change'],
        ['schedules apply', 'creates, updates and removes them; an operator’s pause stays'],
        ['schedules pause audit-nightly --note "exchange maintenance"', 'and `--resume` ends the pause'],
        ['schedules trigger audit-nightly', 'runs it now'],
        ['schedules backfill audit-nightly --from 2026-11-20 --to 2026-11-26', 'the runs of a week'],
      ]),
    );
  schedules
    .command('apply')
    .description('Make the schedules in Temporal what the configuration says.')
    .option('--dry-run', 'only say what would change')
    .option('--json', 'print the changes as JSON')
    .addHelpText(
      'after',
      examples([
        ['schedules apply --dry-run', 'what would be created, updated or removed'],
        ['schedules apply', 'does it, a line each; the second time there is nothing to do'],
      ]),
    )
    .action(async (_options: unknown, command: Command) => {
      await apply(context, command.optsWithGlobals<ScheduleCommandOptions>());
    });
  schedules
    .command('list')
    .description('List them with their next runs.')
    .option('--json', 'print them as JSON')
    .addHelpText('after', examples([['schedules list', 'each with its id, next run or pause, and note']]))
    .action(async (_options: unknown, command: Command) => {
      await list(context, command.optsWithGlobals<ScheduleCommandOptions>());
    });
  schedules
    .command('pause')
    .description('Pause a schedule, or end its pause.')
    .argument('<id>', 'its id, as `schedules list` prints it')
    .option('--note <text>', 'why, for the Web UI')
    .option('--resume', 'end the pause')
    .addHelpText(
      'after',
      examples([
        ['schedules pause audit-nightly --note "exchange maintenance"', 'no run begins until the pause ends'],
        ['schedules pause audit-nightly --resume', 'ends the pause'],
      ]),
    )
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ScheduleCommandOptions>();
      const { pauseSchedule } = await import('./schedule-client.ts');
      const paused = options.resume !== true;
      const words = options.note ?? (paused ? 'by the command line' : '');
      await withTemporal(context, options, (client) =>
        knownSchedule(client, id, () => pauseSchedule(client, id, { paused, words })),
      );
      print(context, `${id} ${paused ? 'is paused' : 'runs again'}.`);
    });
  addBackfillCommand(schedules, context);
  schedules
    .command('trigger')
    .description('Run a schedule now.')
    .argument('<id>', 'its id, as `schedules list` prints it')
    .addHelpText(
      'after',
      examples([
        ['schedules trigger audit-nightly', 'prints the link to its run, or to the one that it waits for'],
      ]),
    )
    .action(async (id: string, _options: unknown, command: Command) => {
      await trigger(context, id, command.optsWithGlobals<ScheduleCommandOptions>());
    });
}

async function trigger(context: CliContext, id: string, options: ScheduleCommandOptions): Promise<void> {
  const { triggerSchedule } = await import('./schedule-trigger.ts');
  await withTemporal(context, options, async (client, { temporal }) => {
    const link = (run: ScheduledRun): string => runPage(temporal, run) ?? `the run ${run.workflowId}`;
    const triggered = await knownSchedule(client, id, () => triggerSchedule(client, id));
    switch (triggered.outcome) {
      case 'started':
        print(context, `${id} was started: ${link(triggered.run)}`);
        return;
      case 'waits':
        print(context, `${id} ${waitsText(triggered.waiting)} ${link(triggered.after)}`);
        return;
      case 'skipped':
        throw new CommandError(
          `${id} was not started: the server dropped it, because ${triggered.after === null ? 'a run of it' : link(triggered.after)} was under way. Trigger it again when that has ended.`,
        );
      case 'unseen':
        throw new CommandError(
          `The server has taken the trigger of ${id} and started nothing yet. The Web UI shows its runs; trigger it again only if there is no new one.`,
        );
    }
  });
}

/** What is said before the link to the run that is under way. */
function waitsText(waiting: number): string {
  return waiting === 1
    ? 'waits and is started when the run that is under way has ended:'
    : `waits, ${String(waiting)} runs in all, which are started one after another when the run that is under way has ended:`;
}

async function apply(context: CliContext, options: ScheduleCommandOptions): Promise<void> {
  const { applySchedules } = await import('./schedule-client.ts');
  const { scheduleSpecs } = await import('../workflows/schedule-specs.ts');
  await withTemporal(context, options, async (client, config) => {
    const dryRun = options.dryRun === true;
    const changes = await applySchedules(client, scheduleSpecs(config), {
      taskQueue: config.temporal.taskQueue,
      dryRun,
    });
    if (options.json === true) printJson(context, changes);
    else print(context, changeLines(changes, dryRun).join('\n'));
    remarkMails(context, config);
  });
}

/** A line for each schedule that is not as it was, and one that says so when there is none. */
export function changeLines(changes: readonly ScheduleChange[], dryRun: boolean): readonly string[] {
  const alike = changes.filter(({ change }) => change === 'unchanged').length;
  const [told, others] = [
    changes.filter(({ change }) => change !== 'unchanged' && change !== 'unknown'),
    changes.filter(({ change }) => change === 'unknown'),
  ];
  const width = Math.max(28, ...changes.map(({ id }) => id.length));
  return [
    ...(told.length === 0
      ? [
          `Nothing to do: ${counted(alike, 'schedule')} ${alike === 1 ? 'is' : 'are'} as the configuration says.`,
        ]
      : []),
    ...[...told, ...others].map(
      ({ id, change, detail }) => `  ${pad(changeWord(change, dryRun), 12)} ${pad(id, width)} ${detail}`,
    ),
    ...(told.length > 0 && alike > 0 ? [`  ${counted(alike, 'other')} unchanged`] : []),
  ];
}

const UNTOUCHED = { unchanged: 'unchanged', unknown: 'unknown' } as const;

/** A dry run creates nothing, and must not read as if it had. */
export function changeWord(change: ScheduleChange['change'], dryRun: boolean): string {
  if (!dryRun) return change;
  return { ...UNTOUCHED, created: 'would create', updated: 'would update', removed: 'would remove' }[change];
}

/** The schedules' notes promise mails, which need a part of the configuration. */
function remarkMails(context: CliContext, { mail, path }: AuditConfig): void {
  if (mail === null)
    remark(context, `No report will be mailed: ${path} has no part "mail". The archive keeps them all.`);
}

/** Each with its state on one line, and what it is for below. */
export function listLines(found: readonly ListedSchedule[], columns: number): readonly string[] {
  const width = Math.max(28, ...found.map(({ id }) => id.length));
  return found.flatMap(({ id, paused, next, note }) => {
    const state = paused ? 'paused' : `next ${next?.slice(0, 16).replace('T', ' ') ?? 'unknown'} UTC`;
    const text = note.split('\n').filter((line) => line.trim() !== '');
    return [`  ${pad(id, width)} ${state}`, ...text.map((line) => wrapText(`      ${line}`, columns))];
  });
}

async function list(context: CliContext, options: ScheduleCommandOptions): Promise<void> {
  const { listSchedules } = await import('./schedule-client.ts');
  await withTemporal(context, options, async (client, config) => {
    const found = await listSchedules(client);
    if (options.json === true) printJson(context, found);
    else if (found.length === 0)
      print(context, 'There are no schedules yet. `production-audit schedules apply` makes them.');
    else print(context, listLines(found, Math.min(context.stdout.columns ?? 80, 100)).join('\n'));
    if (found.length > 0) remarkMails(context, config);
  });
}
