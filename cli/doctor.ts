import type { Command } from 'commander';
import { errorMessage } from '../audit/error-message.ts';
import type { ComponentReport } from '../local/component.ts';
import { pad, type Palette } from './ansi.ts';
import { paletteOf, print, printJson, type CliContext, type GlobalOptions } from './context.ts';
import { botReport } from './doctor-bot.ts';
import { EXIT } from './errors.ts';
import { scrub } from './scrub.ts';
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
  const { environment, signal } = context;
  const [configuration, tried] = await Promise.all([
    configurationReports(context, options),
    local.doctor({ environment, signal }),
  ]);
  const components = [...tried, ...configuration];
  const failed = components.filter(({ status }) => status === 'failed');
  context.setExitCode(failed.length === 0 ? EXIT.pass : EXIT.noReport);
  if (options.json === true) {
    printJson(context, components);
    return;
  }
  const palette = paletteOf(context, context.stdout, options);
  const lines = components.flatMap((component) => {
    const [first = '', ...rest] = component.detail.split('\n');
    return [
      `  ${statusWord(component, palette)}  ` +
        `${pad([component.name, component.version].filter((part) => part !== null).join(' '), 24)} ${first}`,
      ...rest.map((line) => `  ${' '.repeat(32)} ${line}`),
      ...(component.origin === '' ? [] : [`          ${palette.dim(`from ${component.origin}`)}`]),
      ...(component.remedy === null ? [] : [`          ${component.remedy}`]),
    ];
  });
  print(context, lines.join('\n'));
}

function statusWord({ status }: ComponentReport, palette: Palette): string {
  if (status === 'failed') return palette.red('failed');
  return status === 'idle' ? palette.dim('idle  ') : palette.green('works ');
}

/** The configuration that a run from here would have, and its bots; a mistake in them is a failure like any other. */
async function configurationReports(
  context: CliContext,
  options: DoctorOptions,
): Promise<readonly ComponentReport[]> {
  const { findSetup } = await import('./session.ts');
  const { expectedConfig } = await import('./runtime.ts');
  const { loadConfig } = await import('../config.ts');
  const report = { name: 'configuration', version: null, status: 'works', remedy: null, tookMs: 0 } as const;
  const setup = await findSetup(context, options);
  if (setup.path === null) {
    const detail = 'none here, so the demo is used; production-audit init writes one';
    return [{ ...report, origin: 'this clone', detail }];
  }
  try {
    const config =
      setup.stack === null
        ? await expectedConfig(context, setup)
        : await loadConfig(setup.path, setup.environment);
    for (const secret of config.secrets) context.secrets.add(secret);
    const names = config.bots.map(({ facts }) => facts.name).join(', ');
    const detail = `${config.bots.length === 1 ? 'bot' : 'bots'} ${names}`;
    const bots = await Promise.all(
      config.bots.map((bot) => botReport(bot, context.secrets, config.storeUrl)),
    );
    return [{ ...report, origin: setup.path, detail }, ...bots];
  } catch (error) {
    const detail = scrub(errorMessage(error), context.secrets);
    const remedy = 'Correct it; production-audit config checks it again and prints what is in use.';
    return [{ ...report, status: 'failed', origin: setup.path, detail, remedy }];
  }
}
