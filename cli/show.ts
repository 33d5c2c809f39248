import { Argument, Option, type Command } from 'commander';
import { fileOf, FORMATS } from '../audit/formats.ts';
import { pad, printable } from './ansi.ts';
import { print, printDocument, remark, type CliContext, type GlobalOptions } from './context.ts';
import { CommandError } from './errors.ts';
import { examples } from './examples.ts';
import { parseReportName, reportName } from './report-name.ts';
import { remarkHead } from './verify.ts';

interface ShowOptions extends GlobalOptions {
  readonly format: string;
}

/** Formats that a terminal can show, and the ways to say where they are. */
const SHOWN = [...FORMATS.filter(({ browser }) => !browser).map(({ id }) => id), 'path', 'url'];

export const REPORT_ARGUMENT = 'latest, BOT/latest, BOT/KIND/WINDOW, or the beginning of a report hash';

export function addShowCommand(program: Command, context: CliContext): void {
  program
    .command('show')
    .description('Print a report of the archive.')
    .addArgument(new Argument('<report>', REPORT_ARGUMENT))
    .addOption(new Option('--format <format>', 'what to print').choices(SHOWN).default('md'))
    .addHelpText(
      'after',
      examples([
        ['show latest', 'the newest report as Markdown'],
        ['show demo/latest --format path', 'each file by its name and where its bytes are'],
        ['show demo/latest --format url', 'where the worker serves them'],
        ['show demo/production/20261120T0000Z-20261120T0800Z --format json', 'one window, for a script'],
      ]),
    )
    .action(async (report: string, _options: unknown, command: Command) => {
      await show(context, report, command.optsWithGlobals<ShowOptions>());
    });
}

async function show(context: CliContext, name: string, options: ShowOptions): Promise<void> {
  parseReportName(name);
  const { openArchive } = await import('./archive.ts');
  const { openConfig } = await import('./session.ts');
  const { config } = await openConfig(context, options);
  const archive = await openArchive(config);
  try {
    const report = await archive.named(name);
    const mails = (await archive.mails([report])).get(report.reportHash);
    for (const failed of mails?.failures ?? []) remark(context, `Mail not delivered to ${printable(failed)}`);
    await remarkHead(context, archive);
    const { format } = options;
    if (format === 'path' || format === 'url') {
      const files = Object.entries(report.files)
        .sort(([a], [b]) => Number(a.includes('/')) - Number(b.includes('/')) || (a < b ? -1 : 1))
        .map(([name, { hash }]) => ({ name: fileOf(name), hash }));
      const width = Math.max(0, ...files.map(({ name }) => name.length));
      const lines = files.map(({ name, hash }) =>
        format === 'url'
          ? `${config.reportBaseUrl}/reports/${reportName(report)}/${name}`
          : `${pad(name, width)}  ${archive.artifacts.where(hash)}`,
      );
      print(context, lines.join('\n'));
      return;
    }
    const file = report.files[format];
    if (file === undefined) {
      throw new CommandError(
        `${reportName(report)} has no ${format}; it has ${Object.keys(report.files).join(', ') || 'no files'}.`,
      );
    }
    printDocument(context, (await archive.artifacts.get(file.hash)).toString('utf8').trimEnd());
  } finally {
    await archive.close();
  }
}
