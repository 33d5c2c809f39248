import type { Command } from 'commander';
import { pad } from './ansi.ts';
import { paletteOf, print, type CliContext, type GlobalOptions } from './context.ts';
import { EXIT } from './errors.ts';
import { examples } from './examples.ts';

interface DoctorOptions extends GlobalOptions {
  readonly json?: boolean;
}

export function addDoctorCommand(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('Say what each component is, where it came from, and whether it works.')
    .option('--json', 'print the components as JSON')
    .addHelpText('after', examples([['doctor', 'tries every component; each failure comes with its remedy']]))
    .action(async (_options: unknown, command: Command) => {
      await doctor(context, command.optsWithGlobals<DoctorOptions>());
    });
}

async function doctor(context: CliContext, options: DoctorOptions): Promise<void> {
  const local = await import('../local/doctor.ts');
  const components = await local.doctor({ environment: context.environment });
  const failed = components.filter(({ status }) => status === 'failed');
  context.setExitCode(failed.length === 0 ? EXIT.pass : EXIT.noReport);
  if (options.json === true) {
    print(context, JSON.stringify(components, null, 2));
    return;
  }
  const palette = paletteOf(context, context.stdout, options);
  const lines = components.flatMap((component) => [
    `  ${component.status === 'works' ? palette.green('works ') : palette.red('failed')}  ` +
      `${pad([component.name, component.version].filter((part) => part !== null).join(' '), 24)} ${component.detail}`,
    `          ${palette.dim(`from ${component.origin}`)}`,
    ...(component.remedy === null ? [] : [`          ${component.remedy}`]),
  ]);
  print(context, lines.join('\n'));
}
