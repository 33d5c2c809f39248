import { readFileSync } from 'node:fs';
import { Command, type CommanderError } from 'commander';
import type { Environment } from '../config/environment.ts';
import type { Output } from './ansi.ts';
import type { CliContext } from './context.ts';
import { asTyped, commandName } from '../config/command-name.ts';
import { addAlertsCommands } from './alerts.ts';
import { addConfigCommand } from './config.ts';
import { addDeliveriesCommand } from './deliveries.ts';
import { addDemoCommand } from './demo.ts';
import { addDoctorCommand } from './doctor.ts';
import { addDownCommand } from './down.ts';
import { addExplainCommand } from './explain.ts';
import { addHoldCommand } from './hold.ts';
import { addImportCommand } from './import-snapshots.ts';
import { addInitCommand } from './init.ts';
import { addListCommand } from './list.ts';
import { addMappingCommand } from './mapping.ts';
import { addPurgeBotCommand } from './purge-bot.ts';
import { addPurgeCommand } from './purge.ts';
import { addRenderCommand } from './render.ts';
import { addRunCommand } from './run.ts';
import { addSchedulesCommand } from './schedules.ts';
import { addShowCommand } from './show.ts';
import { addUpCommand } from './up.ts';
import { addVerifyCommand } from './verify.ts';
import { addWatchCommand } from './watch.ts';

const EXIT_CODES = `
Exit codes: 0 PASS (or started, with --detach), 1 FAIL, 2 INCONCLUSIVE, 3 no report,
64 wrong usage, 130 interrupted.`;

/** The command line as commander sees it; usage errors and --help throw instead of ending the process. */
export function createProgram(context: CliContext): Command {
  const program = new Command(commandName(context.environment));
  program
    .description('Unattended production audits of automated trading bots.')
    .version(packageVersion())
    .option(
      '--config <file>',
      "configuration (default: AUDIT_CONFIG, else the running stack's, else audit.config.yaml)",
    )
    .option('--debug', 'print the stack of an error')
    .option('--no-color', 'plain text; NO_COLOR does the same')
    .exitOverride((error: CommanderError) => {
      throw error;
    })
    .configureOutput({
      writeOut: (text) => context.stdout.write(asTyped(text, context.environment)),
      writeErr: (text) => context.stderr.write(asTyped(text, context.environment)),
      getOutHelpWidth: () => widthOf(context.stdout, context.environment),
      getErrHelpWidth: () => widthOf(context.stderr, context.environment),
    })
    .showHelpAfterError('Run the command with --help for examples.')
    .addHelpText('after', EXIT_CODES);
  addRunCommand(program, context);
  addDemoCommand(program, context);
  addUpCommand(program, context);
  addDownCommand(program, context);
  addListCommand(program, context);
  addShowCommand(program, context);
  addDeliveriesCommand(program, context);
  addExplainCommand(program, context);
  addRenderCommand(program, context);
  addVerifyCommand(program, context);
  addImportCommand(program, context);
  addMappingCommand(program, context);
  addSchedulesCommand(program, context);
  addWatchCommand(program, context);
  addPurgeCommand(program, context);
  addPurgeBotCommand(program, context);
  addHoldCommand(program, context);
  addAlertsCommands(program, context);
  addInitCommand(program, context);
  addConfigCommand(program, context);
  addDoctorCommand(program, context);
  return program;
}

/** Of the terminal, or what COLUMNS says where there is none. */
function widthOf({ columns }: Output, { COLUMNS }: Environment): number {
  const width = columns ?? Number(COLUMNS ?? 80);
  return width >= 40 ? Math.min(width, 100) : 80;
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
