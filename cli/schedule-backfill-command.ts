import type { Command } from 'commander';
import { counted } from '../workflows/words.ts';
import { print, type CliContext, type GlobalOptions } from './context.ts';
import { examples } from './examples.ts';
import type { Backfill } from './schedule-backfill.ts';
import { knownSchedule, withTemporal } from './schedule-session.ts';

interface BackfillOptions extends GlobalOptions {
  readonly from: string;
  readonly to: string;
  readonly dryRun?: boolean;
}

export function addBackfillCommand(schedules: Command, context: CliContext): void {
  schedules
    .command('backfill')
    .description(
      'Start the runs that a schedule would have started on past days; each audits the period of its day.',
    )
    .argument('<id>', 'its id, as `schedules list` prints it')
    .requiredOption('--from <day>', 'first day on which it would have run, UTC')
    .requiredOption('--to <day>', 'last day on which it would have run, UTC')
    .option('--dry-run', 'only say how many runs it would start')
    .addHelpText(
      'after',
      examples([
        [
          'schedules backfill audit-nightly --from 2026-11-20 --to 2026-11-26',
          'the nights of a week; the run of the 20th audits the 19th, and reports that exist are reused',
        ],
      ]),
    )
    .action(async (id: string, _options: unknown, command: Command) => {
      await backfill(context, id, command.optsWithGlobals<BackfillOptions>());
    });
}

async function backfill(context: CliContext, id: string, options: BackfillOptions): Promise<void> {
  const { backfillSchedule } = await import('./schedule-backfill.ts');
  const { from, to } = options;
  const dryRun = options.dryRun === true;
  await withTemporal(context, options, async (client) => {
    const made = await knownSchedule(client, id, () =>
      backfillSchedule(client, id, { from, to, now: new Date(), dryRun }),
    );
    print(context, backfillText(id, made, dryRun));
  });
}

function backfillText(id: string, { runs, atOnce, first, last }: Backfill, dryRun: boolean): string {
  const [from, to] = [first.slice(0, 10), last.slice(0, 10)];
  const when = from === to ? from : `${from} to ${to}`;
  const order = runs === 1 ? '' : atOnce ? ', all at once' : ', one after another';
  return `${id}: ${counted(runs, 'run')} ${dryRun ? 'would start' : runs === 1 ? 'starts' : 'start'}${order}: ${when} UTC.`;
}
