import type { Command } from 'commander';
import type { Defect } from '../local/demo/defects/defect.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { wantsColor } from './ansi.ts';
import { UsageError } from './errors.ts';
import { examples } from './examples.ts';

interface DemoOptions extends GlobalOptions {
  readonly defects?: string;
  readonly listDefects?: boolean;
  readonly once?: boolean;
}

export function addDemoCommand(program: Command, context: CliContext): void {
  program
    .command('demo')
    .description(
      'Start everything, fill a demo bot with planted defects, audit it, and, in a terminal, stay up for exploring.',
    )
    .option('--once', 'stop everything and exit after the audit')
    .option(
      '--defects <names>',
      'plant these in the newest shift and nothing else, by name with commas; "none" for a clean bot',
    )
    .option('--list-defects', 'print the defects that can be planted and the findings that each must cause')
    .addHelpText(
      'after',
      examples([
        ['demo', 'in a terminal stays up until Ctrl-C; elsewhere as with --once'],
        ['demo --once', 'the same, then stops all it has started'],
        ['demo --once --defects none', 'a healthy bot: what a PASS looks like'],
        ['demo --list-defects', 'what can be planted'],
      ]),
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<DemoOptions>();
      const { stdout, environment, signal } = context;
      const { DEFECTS } = await import('../local/demo/defects/index.ts');
      if (options.listDefects === true) {
        for (const defect of DEFECTS) stdout.write(`${defectLine(defect)}\n`);
        return;
      }
      const { demo } = await import('../local/demo.ts');
      const exitCode = await demo({
        environment,
        signal,
        stdout,
        once: options.once === true,
        defects: options.defects === undefined ? null : defectNames(options.defects, DEFECTS),
        color: wantsColor(stdout, environment, options.color !== false),
        now: new Date(),
      });
      context.setExitCode(exitCode);
    });
}

/** `stop-missing-at-end  SL-01 CRITICAL  Two positions have no stop ...` */
function defectLine({ name, title, causes, kind }: Defect): string {
  const found = causes.map(({ rule, severity }) => `${rule} ${severity}`).join(', ');
  return `${name.padEnd(28)}${found.padEnd(24)} ${title}${kind === undefined ? '' : ` (--kind ${kind})`}`;
}

/** @throws UsageError for a name that is none, with the nearest ways out */
function defectNames(text: string, defects: readonly Defect[]): readonly string[] {
  if (text === 'none') return [];
  const known = defects.map(({ name }) => name);
  const names = text.split(',').map((name) => name.trim());
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0)
    throw new UsageError(
      `No defect is called ${strange.map((name) => JSON.stringify(name)).join(', ')}. ` +
        'demo --list-defects prints all that can be planted; "none" plants nothing.',
    );
  return known.filter((name) => names.includes(name));
}
