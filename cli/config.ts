import type { Command } from 'commander';
import { stringify } from 'yaml';
import { print, type CliContext, type GlobalOptions } from './context.ts';
import { examples } from './examples.ts';

interface ConfigOptions extends GlobalOptions {
  readonly json?: boolean;
}

export function addConfigCommand(program: Command, context: CliContext): void {
  program
    .command('config')
    .description('Check the configuration and print what is in use, defaults included, without secrets.')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      examples([
        ['config', 'each mistake with its line, or everything in use'],
        ['config --config other.yaml', 'another file'],
      ]),
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ConfigOptions>();
      const { openConfig } = await import('./session.ts');
      const { redactedConfig } = await import('../config.ts');
      const { config } = await openConfig(context, options);
      const shown = redactedConfig(config);
      if (options.json === true) print(context, JSON.stringify(shown, null, 2));
      else print(context, `# ${config.path}\n${stringify(shown).trimEnd()}`);
    });
}
