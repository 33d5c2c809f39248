import { InvalidArgumentError, type Command } from 'commander';
import type { StoredReport } from '../store/reports.ts';
import { pad, type Palette } from './ansi.ts';
import { paletteOf, print, type CliContext, type GlobalOptions } from './context.ts';
import { examples } from './examples.ts';
import { reportName } from './report-name.ts';
import { scoreText } from './summary.ts';
import { windowText } from './terminal.ts';

interface ListOptions extends GlobalOptions {
  readonly bot?: string;
  readonly kind?: string;
  readonly limit: number;
  readonly json?: boolean;
}

export function addListCommand(program: Command, context: CliContext): void {
  program
    .command('list')
    .description('List the reports of the archive, the newest window first.')
    .option('--bot <name>', 'only this bot')
    .option('--kind <kind>', 'only this kind of report')
    .option('--limit <count>', 'how many', parseCount, 20)
    .option('--json', 'print them as JSON')
    .addHelpText('after', examples([['list --bot demo', 'the demo bot’s reports, a line each']]))
    .action(async (_options: unknown, command: Command) => {
      await list(context, command.optsWithGlobals<ListOptions>());
    });
}

async function list(context: CliContext, options: ListOptions): Promise<void> {
  const { openArchive } = await import('./archive.ts');
  const { openConfig } = await import('./session.ts');
  const { config } = await openConfig(context, options);
  const archive = await openArchive(config);
  try {
    const { bot, kind, limit } = options;
    const reports = await archive.reports({
      ...(bot !== undefined && { bot }),
      ...(kind !== undefined && { kind }),
      limit,
    });
    if (options.json === true) {
      print(context, JSON.stringify(reports.map(entry), null, 2));
      return;
    }
    if (reports.length === 0)
      print(context, 'There are no reports yet. `production-audit run` makes the first.');
    else print(context, tableLines(reports, paletteOf(context, context.stdout, options)).join('\n'));
  } finally {
    await archive.close();
  }
}

function entry(report: StoredReport): Readonly<Record<string, unknown>> {
  const { bot, kind, window, revision, verdict, colour, overall, reportHash, evidenceHash, reportedAt } =
    report;
  const findings = report.summary.findings.length;
  const name = reportName(report);
  return {
    name,
    bot,
    kind,
    window,
    revision,
    verdict,
    colour,
    overall,
    findings,
    reportHash,
    evidenceHash,
    reportedAt,
  };
}

/** Fixed columns that fit 80 characters; the bot's and kind's name grow when they must. */
export function tableLines(reports: readonly StoredReport[], palette: Palette): readonly string[] {
  const width = (values: readonly string[], least: number): number =>
    Math.max(least, ...values.map(({ length }) => length));
  const windows = reports.map(
    ({ window, kind }) => `${windowText(window)}${kind === 'production' ? '' : `, ${kind}`}`,
  );
  const columns = {
    bot: width(
      reports.map(({ bot }) => bot),
      4,
    ),
    window: width(windows, 16),
  };
  const head = `${pad('bot', columns.bot)}  ${pad('window, UTC', columns.window)}  ${pad('verdict', 12)}  ${pad('overall', 7)}  findings  rev  report`;
  const paint = { PASS: palette.green, FAIL: palette.red, INCONCLUSIVE: palette.yellow };
  return [
    palette.dim(head),
    ...reports.map((report, index) =>
      [
        pad(report.bot, columns.bot),
        pad(windows[index] ?? '', columns.window),
        pad(paint[report.verdict](report.verdict), 12),
        pad(scoreText(report.overall), 7, 'right'),
        pad(String(report.summary.findings.length), 8, 'right'),
        pad(String(report.revision), 3, 'right'),
        report.reportHash.slice(0, 8),
      ].join('  '),
    ),
  ];
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 10_000) {
    throw new InvalidArgumentError('Expected a whole number from 1 to 10000.');
  }
  return count;
}
