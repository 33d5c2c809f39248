import type { Command } from 'commander';
import type { CliContext, GlobalOptions } from './context.ts';
import { wantsColor } from './ansi.ts';
import { examples } from './examples.ts';

interface DemoOptions extends GlobalOptions {
  readonly once?: boolean;
}

export function addDemoCommand(program: Command, context: CliContext): void {
  program
    .command('demo')
    .description(
      'Start everything, fill a demo bot with planted defects, audit it, and, in a terminal, stay up for exploring.',
    )
    .option('--once', 'stop everything and exit after the audit')
    .addHelpText(
      'after',
      examples([
        ['demo', 'in a terminal stays up until Ctrl-C; elsewhere as with --once'],
        ['demo --once', 'the same, then stops all it has started'],
      ]),
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<DemoOptions>();
      const { demo } = await import('../local/demo.ts');
      const { stdout, environment, signal } = context;
      const exitCode = await demo({
        environment,
        signal,
        stdout,
        once: options.once === true,
        color: wantsColor(stdout, environment, options.color !== false),
        now: new Date(),
      });
      context.setExitCode(exitCode);
    });
}
