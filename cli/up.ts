import type { Command } from 'commander';
import { canRedraw } from './ansi.ts';
import { paletteOf, print, type CliContext, type GlobalOptions } from './context.ts';
import { examples } from './examples.ts';
import { expectedConfig, refuseBusy } from './runtime.ts';
import { findSetup } from './session.ts';

export function addUpCommand(program: Command, context: CliContext): void {
  program
    .command('up')
    .description('Start the local stack (PostgreSQL, Temporal, worker, mail catcher) and leave it running.')
    .addHelpText(
      'after',
      examples([
        ['up', 'with audit.config.yaml of this folder, or with the demo bot when there is none'],
        ['down', 'stops what `up` has started'],
      ]),
    )
    .action(async (_options: unknown, command: Command) => {
      await up(context, command.optsWithGlobals<GlobalOptions>());
    });
}

async function up(context: CliContext, options: GlobalOptions): Promise<void> {
  const { startStack } = await import('../local/stack.ts');
  const { createComponentPrinter } = await import('../local/component-lines.ts');
  const setup = await findSetup(context, options);
  refuseBusy(setup);
  const expected = setup.stack === null ? await expectedConfig(context, setup) : null;
  const { stderr, environment, signal } = context;
  const printer = createComponentPrinter(stderr, paletteOf(context, stderr, options), {
    isLive: canRedraw(stderr, environment),
  });
  const stack = await startStack({
    environment,
    owner: 'nobody',
    configPath: setup.stack === null ? setup.path : null,
    ...(expected && { namespace: expected.temporal.namespace }),
    now: new Date(),
    onProgress: (progress) => {
      printer.update(progress);
    },
    signal,
  }).finally(() => {
    printer.done();
  });
  const { connection } = stack;
  print(
    context,
    [
      stack.started ? 'The stack runs.' : 'The stack was running already.',
      `  reports  ${connection.reportUrl}`,
      ...(connection.temporalUiUrl === null ? [] : [`  runs     ${connection.temporalUiUrl}`]),
      ...(connection.mailUiUrl === null ? [] : [`  mail     ${connection.mailUiUrl}`]),
      '`production-audit run` audits with it; `production-audit down` stops it.',
    ].join('\n'),
  );
}
