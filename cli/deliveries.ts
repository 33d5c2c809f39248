import { Option, type Command } from 'commander';
import type { Delivery } from '../store/deliveries.ts';
import { pad, printable } from './ansi.ts';
import { paletteOf, print, printJson, type CliContext, type GlobalOptions } from './context.ts';
import type { RetryOptions } from './delivery-retry.ts';
import type { TestOptions } from './delivery-test.ts';
import { UsageError } from './errors.ts';
import { examples } from './examples.ts';
import { parseCount } from './list.ts';
import { reportName } from './report-name.ts';

interface ListOptions extends GlobalOptions {
  readonly bot?: string;
  readonly state?: Delivery['state'];
  readonly failed?: boolean;
  readonly limit: number;
  readonly json?: boolean;
}

const STATES = [
  'pending',
  'sending',
  'accepted',
  'deferred',
  'rejected',
  'ambiguous',
  'superseded',
] as const satisfies readonly Delivery['state'][];
const FAILED = ['rejected', 'ambiguous', 'deferred'] as const;

export function addDeliveriesCommand(program: Command, context: CliContext): void {
  const deliveries = program
    .command('deliveries')
    .description('Mails and chat messages: what became of them, again, a test.')
    .addHelpText(
      'after',
      examples([
        ['deliveries list --failed', 'what did not arrive, or may not have'],
        ['deliveries retry 3f9a1c07', 'send a refused one again'],
        ['deliveries test --dry-run', 'envelope and text of a mail, without sending it'],
      ]),
    );
  deliveries
    .command('list')
    .description('List deliveries, the newest first.')
    .option('--bot <name>', 'of this bot only')
    .addOption(new Option('--state <state>', 'in this state only').choices(STATES).conflicts('failed'))
    .option('--failed', 'refused, ambiguous or deferred only')
    .option('--limit <n>', 'at most so many', parseCount, 30)
    .option('--json', 'print them as JSON')
    .addHelpText('after', examples([['deliveries list --state ambiguous', 'may have arrived; nobody knows']]))
    .action(async (_options: unknown, command: Command) => {
      await list(context, command.optsWithGlobals<ListOptions>());
    });
  deliveries
    .command('retry')
    .description('Send a delivery that failed again, through Temporal.')
    .argument('[delivery]', 'the beginning of its id')
    .addOption(new Option('--even-if-doubled', 'also one that may have arrived').conflicts('failed'))
    .option('--failed', 'all reports that were refused or deferred; none that may have arrived')
    .option('--bot <name>', 'with --failed: of this bot only')
    .addHelpText(
      'after',
      examples([
        ['deliveries retry 3f9a1c07 --even-if-doubled', 'the recipient says that nothing came'],
        ['deliveries retry --failed', 'the mail server was down all night'],
      ]),
    )
    .action(async (id: string | undefined, _options: unknown, command: Command) => {
      const { retryAll, retryOne } = await import('./delivery-retry.ts');
      const options = command.optsWithGlobals<RetryOptions>();
      if ((id === undefined) !== (options.failed === true) || (id !== undefined && options.bot !== undefined))
        throw new UsageError('Name one delivery, or all that failed with --failed and, if you like, --bot.');
      await (id === undefined ? retryAll(context, options) : retryOne(context, id, options));
    });
  deliveries
    .command('test')
    .description('Mail the newest report to mail.sandbox, and to nobody else.')
    .option('--dry-run', 'print envelope, headers and text instead')
    .addHelpText('after', examples([['deliveries test', 'the mail server, the login and the look of it']]))
    .action(async (_options: unknown, command: Command) => {
      const { testDelivery } = await import('./delivery-test.ts');
      await testDelivery(context, command.optsWithGlobals<TestOptions>());
    });
}

async function list(context: CliContext, options: ListOptions): Promise<void> {
  const { openConfig } = await import('./session.ts');
  const { withStore } = await import('./store-pool.ts');
  const { listDeliveries } = await import('../store/deliveries.ts');
  const { config, unused } = await openConfig(context, options);
  const { bot, limit } = options;
  const states = options.failed === true ? FAILED : options.state === undefined ? undefined : [options.state];
  const found = await withStore(config, (pool) =>
    listDeliveries(pool, {
      limit,
      ...(states !== undefined && { states }),
      ...(bot !== undefined && { bot }),
    }),
  );
  // A bot that has left the configuration may have deliveries still.
  if (found.length === 0 && bot !== undefined) {
    const { knownBot } = await import('./refuse-early.ts');
    knownBot(config, bot, unused);
  }
  if (options.json === true) printJson(context, found);
  else if (found.length === 0) print(context, 'There is no such delivery.');
  else {
    const palette = paletteOf(context, context.stdout, options);
    print(context, found.flatMap((delivery) => deliveryLines(delivery, palette.dim)).join('\n'));
  }
}

/** Two lines that fit 80 characters as a rule: state, report and recipient; what the other side said. */
export function deliveryLines(
  { id, state, attempts, recipient, response, updatedAt, by, report, reportKey }: Delivery,
  dim: (text: string) => string,
): readonly string[] {
  const tries = attempts === 1 ? '1 attempt' : `${String(attempts)} attempts`;
  const what = report === null ? reportKey : reportName(report);
  const when = updatedAt.slice(0, 16).replace('T', ' ');
  return [
    `${id.slice(0, 12)}  ${pad(state, 10)}  ${printable(what)}`,
    `  to ${printable(recipient)}`,
    dim(
      `  ${tries}, ${when}${by === null ? '' : ` by ${by}`}${response === null ? '' : `: ${printable(response)}`}`,
    ),
  ];
}
