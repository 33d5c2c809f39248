import { InvalidArgumentError, Option, type Command } from 'commander';
import { KINDS, PRODUCTION } from '../audit/kinds.ts';
import type { MailSummary } from '../store/outbox-summary.ts';
import type { StoredReport } from '../store/reports.ts';
import { pad, type Palette } from './ansi.ts';
import { paletteOf, print, printJson, remark, type CliContext, type GlobalOptions } from './context.ts';
import { examples } from './examples.ts';
import { remarkHead } from './verify.ts';
import { reportName } from './report-name.ts';
import { scoreText } from './summary.ts';
import { windowText } from './terminal.ts';

/** As many as a look at the whole archive asks for. */
const ALL = 10_000;

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
    .addOption(new Option('--kind <kind>', 'only this kind of report').choices(KINDS.map(({ id }) => id)))
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
  const { knownBot } = await import('./refuse-early.ts');
  const { config, unused } = await openConfig(context, options);
  const archive = await openArchive(config);
  try {
    const { bot, kind, limit } = options;
    const reports = await archive.reports({
      ...(bot !== undefined && { bot }),
      ...(kind !== undefined && { kind }),
      limit,
    });
    const none = reports.length > 0 ? null : noneText(await archive.reports({ limit: ALL }), options);
    // A name that neither the archive nor the configuration knows is a slip.
    if (none !== null && bot !== undefined && !none.isKnown) {
      const { path, bots } = config;
      if (!bots.some(({ facts }) => facts.name === bot)) remark(context, none.text);
      knownBot({ path, bots }, bot, unused);
    }
    const mails = await archive.mails(reports);
    if (options.json === true) {
      const entries = reports.map((report) => entry(report, mails.get(report.reportHash) ?? null));
      printJson(context, entries);
      return;
    }
    if (none !== null) print(context, none.text);
    else print(context, tableLines(reports, paletteOf(context, context.stdout, options), mails).join('\n'));
    await remarkHead(context, archive);
  } finally {
    await archive.close();
  }
}

/** Why a list is empty, and what there is instead; whether the archive has reports of the bot that was asked for. */
export function noneText(
  all: readonly Pick<StoredReport, 'bot' | 'kind'>[],
  { bot, kind }: Pick<ListOptions, 'bot' | 'kind'>,
): { readonly text: string; readonly isKnown: boolean } {
  const isKnown = all.some((report) => report.bot === bot);
  if (all.length === 0)
    return { text: 'There are no reports yet. `production-audit run` makes the first.', isKnown };
  const counts = new Map<string, number>();
  for (const report of all) {
    const name = `${report.bot}/${report.kind}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const wanted = `${kind === undefined ? '' : `${kind} `}report${bot === undefined ? '' : ` of bot ${bot}`}`;
  const present = [...counts].map(([name, count]) => `${name} (${String(count)})`).join(', ');
  return { text: `There is no ${wanted}; there are reports of ${present}.`, isKnown };
}

function entry(report: StoredReport, mails: MailSummary | null): Readonly<Record<string, unknown>> {
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
    mails,
  };
}

/** Fixed columns that fit 80 characters; the bot's and kind's name grow when they must. */
export function tableLines(
  reports: readonly StoredReport[],
  palette: Palette,
  mails: ReadonlyMap<string, MailSummary>,
): readonly string[] {
  const width = (values: readonly string[], least: number): number =>
    Math.max(least, ...values.map(({ length }) => length));
  const windows = reports.map(windowOf);
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
    ...mailLines(reports, mails, palette),
  ];
}

/** A calendar period is told by its first day: its kind says how long it is. */
function windowOf({ window, kind }: StoredReport): string {
  if (kind === PRODUCTION.id) return windowText(window);
  const isCalendar = KINDS.some(({ id, calendar }) => id === kind && calendar !== null);
  return `${isCalendar ? window.from.slice(0, 10) : windowText(window)}, ${kind}`;
}

/** A report that did not reach somebody must be seen; `show` says why. */
function mailLines(
  reports: readonly StoredReport[],
  mails: ReadonlyMap<string, MailSummary>,
  palette: Palette,
): readonly string[] {
  return reports.flatMap((report) => {
    const { failed = 0, waiting = 0 } = mails.get(report.reportHash) ?? {};
    const failures = failed === 0 ? [] : [palette.red(`${String(failed)} failed`)];
    const waits = waiting === 0 ? [] : [palette.yellow(`${String(waiting)} not yet sent`)];
    const said = [...failures, ...waits].join(', ');
    return said === '' ? [] : [`mail  ${said}: ${reportName(report)}`];
  });
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 10_000) {
    throw new InvalidArgumentError('Expected a whole number from 1 to 10000.');
  }
  return count;
}
