import type { Command } from 'commander';
import { print, type CliContext } from './context.ts';
import { examples } from './examples.ts';

export function addDownCommand(program: Command, context: CliContext): void {
  program
    .command('down')
    .description("Stop this clone's local stack. Its data stay.")
    .addHelpText('after', examples([['down', 'stops what `up` or a killed run has left running']]))
    .action(async () => {
      const { stateDirectory } = await import('../local/paths.ts');
      const { stopStack } = await import('../local/stack.ts');
      const stopped = await stopStack(stateDirectory(context.environment));
      print(context, stopped.length === 0 ? 'Nothing was running.' : `Stopped ${stopped.join(', ')}.`);
    });
}
