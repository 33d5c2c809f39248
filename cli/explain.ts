import type { Command } from 'commander';
import type { ArtifactStore } from '../audit/artifact.ts';
import type { Report } from '../audit/report.ts';
import type { StoredReport } from '../store/reports.ts';
import { paletteOf, print, printJson, type CliContext, type GlobalOptions } from './context.ts';
import { CommandError } from './errors.ts';
import { examples } from './examples.ts';
import { parseReportName } from './report-name.ts';
import { REPORT_ARGUMENT } from './show.ts';
import { widthOf } from './summary.ts';

interface ExplainOptions extends GlobalOptions {
  readonly json?: boolean;
  readonly sql?: boolean;
}

export function addExplainCommand(program: Command, context: CliContext): void {
  program
    .command('explain')
    .description(
      'Say how a figure of a report follows (query, parameters, rows, basis, formula), or what a finding rests on.',
    )
    .argument('<report>', REPORT_ARGUMENT)
    .argument(
      '<figure>',
      'key or name of a figure, as report.json and data/figures.csv have it; rule or id of a finding',
    )
    .option('--sql', 'print each query as it ran, with the mapping inlined')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      examples([
        ["explain demo/latest 'score{dimension=risk}'", 'one figure, by its key'],
        ['explain latest overall', 'by its name, when only one figure has it'],
        ['explain latest SL-01', 'the findings of a rule: cause, what to do, statement, figures'],
        ['explain latest stop_coverage --sql', 'the queries as PostgreSQL got them'],
      ]),
    )
    .action(async (report: string, figure: string, _options: unknown, command: Command) => {
      await explain(context, report, figure, command.optsWithGlobals<ExplainOptions>());
    });
}

async function explain(
  context: CliContext,
  name: string,
  wanted: string,
  options: ExplainOptions,
): Promise<void> {
  parseReportName(name);
  const { openArchive } = await import('./archive.ts');
  const { openConfig } = await import('./session.ts');
  const { explanationLines, findFigure } = await import('./explanation.ts');
  const { findingLines, findingsNamed } = await import('./explained-finding.ts');
  const { derivationLines } = await import('./derivation.ts');
  const { askedText, reevaluate } = await import('./reevaluate.ts');
  const { storedEvidence } = await import('./stored-evidence.ts');
  const { config } = await openConfig(context, options);
  const archive = await openArchive(config);
  try {
    const stored = await archive.named(name);
    const report = await storedReport(archive.artifacts, stored);
    const findings = findingsNamed(report, wanted);
    if (findings.length > 0) {
      const shown = { palette: paletteOf(context, context.stdout, options), width: widthOf(context.stdout) };
      if (options.json === true) printJson(context, { findings });
      else
        print(
          context,
          findings.map((finding) => findingLines(report, finding, shown).join('\n')).join('\n\n'),
        );
      return;
    }
    const evidence = await storedEvidence(archive, stored.evidenceHash);
    const figure = findFigure(report.figures, wanted);
    const again = reevaluate(evidence).report.figures.find(({ key }) => key === figure.key);
    const follows = again !== undefined && again.value === figure.value && again.reason === figure.reason;
    const runs = report.queries.filter(({ id }) => figure.queries.includes(id));
    if (options.json === true) {
      const queries = runs.map((run) => ({ ...run, firstRows: evidence.rowsOf(run).slice(0, 5) }));
      printJson(context, { figure, queries, reevaluated: again ?? null, follows });
    } else {
      const palette = paletteOf(context, context.stdout, options);
      print(
        context,
        explanationLines({
          stored,
          figure,
          runs,
          evidence,
          again: again ?? null,
          derivation: derivationLines(report, figure),
          textOf: options.sql === true ? ({ sql }) => sql : askedText,
          palette,
        }).join('\n'),
      );
    }
    if (!follows) {
      throw new CommandError(
        `${figure.key} does not follow from the stored evidence with this version of the program. ` +
          'The report was made by another version, or an artifact was changed.',
      );
    }
  } finally {
    await archive.close();
  }
}

async function storedReport(artifacts: ArtifactStore, stored: StoredReport): Promise<Report> {
  const bytes = await artifacts.get(stored.files['json']?.hash ?? stored.reportHash);
  return JSON.parse(bytes.toString('utf8')) as Report;
}
