import type { QueryRun } from '../audit/evidence.ts';
import type { Figure } from '../audit/figure.ts';
import { formatReason, formatValue } from '../audit/format.ts';
import { nearestNames } from '../config/nearest.ts';
import type { LoadedEvidence } from '../sources/bundle.ts';
import type { StoredReport } from '../store/reports.ts';
import { fit, pad, printable, type Palette } from './ansi.ts';
import { CommandError } from './errors.ts';
import { reportName } from './report-name.ts';

const FIRST_ROWS = 5;
const WIDTH = 100;

/** The figure of that key, or the only one of that name. @throws CommandError with the nearest keys */
export function findFigure(figures: readonly Figure[], wanted: string): Figure {
  const exact = figures.find(({ key }) => key === wanted);
  if (exact) return exact;
  const named = figures.filter(({ name, id }) => name === wanted || id === wanted);
  if (named.length === 1 && named[0]) return named[0];
  const isPart = (text: string): boolean => text.toLowerCase().includes(wanted.toLowerCase());
  const near = named.length > 0 ? named : figures.filter(({ key, title }) => isPart(key) || isPart(title));
  const keys =
    near.length > 0
      ? near.map(({ key }) => key)
      : nearestNames(
          wanted,
          figures.map(({ key }) => key),
          8,
        );
  const shown = keys.slice(0, 12).map((key) => `  ${key}`);
  const more = keys.length > shown.length ? [`  and ${String(keys.length - shown.length)} more`] : [];
  const head =
    named.length > 1
      ? `"${wanted}" names ${String(named.length)} figures; choose one:`
      : `There is no figure "${wanted}".`;
  if (shown.length === 0)
    throw new CommandError(`${head} data/figures.csv beside the report lists all of them.`);
  throw new CommandError([named.length > 1 ? head : `${head} Near it are:`, ...shown, ...more].join('\n'));
}

/** The figure with its value, basis and formula, each query with its first rows, and whether the value follows again. */
export function explanationLines(facts: {
  readonly stored: StoredReport;
  readonly figure: Figure;
  readonly runs: readonly QueryRun[];
  readonly evidence: Pick<LoadedEvidence, 'rowsOf'>;
  /** The figure as evaluated again from the stored evidence; null when it no longer exists. */
  readonly again: Figure | null;
  /** How it follows from checks and findings, when it is a figure of the judgement. */
  readonly derivation: readonly string[];
  /** Which text of a query is printed. */
  readonly textOf: (run: QueryRun) => string;
  readonly palette: Palette;
}): readonly string[] {
  const { stored, figure, runs, evidence, again, derivation, textOf, palette } = facts;
  const same = again !== null && again.value === figure.value && again.reason === figure.reason;
  return [
    palette.bold(`${figure.title}${figure.id === null ? '' : ` (${figure.id})`}`),
    ...fields([
      ['figure', figure.key],
      ['value', valueText(figure)],
      ['basis', figure.basis],
      ['formula', figure.formula],
      ['samples', figure.n === undefined ? null : String(figure.n)],
      [
        'interval',
        figure.interval === undefined
          ? null
          : `${figure.interval.map((x) => x.toFixed(1)).join(' to ')} % (Wilson, 95 %)`,
      ],
      ['report', `${reportName(stored)}, revision ${String(stored.revision)}, ${stored.reportHash}`],
      ['evidence', stored.evidenceHash],
    ]),
    ...(derivation.length === 0 ? [] : ['', ...derivation]),
    ...(runs.length === 0 && derivation.length === 0
      ? ['', 'It is computed from other figures, not from a query of its own.']
      : []),
    ...runs.flatMap((run) => ['', ...queryLines(run, textOf(run), evidence.rowsOf(run), palette)]),
    '',
    same
      ? palette.green('Evaluated again from the stored evidence: the same value.')
      : palette.red(
          `Evaluated again from the stored evidence: ${again === null ? 'no such figure' : valueText(again)}.`,
        ),
  ];
}

/** The value as a reader knows it and as it is stored, or why there is none. */
export function valueText(figure: Figure): string {
  const { value, unit, currency, reason, detail } = figure;
  if (value === null) return `not available: ${printable(formatReason(reason ?? 'no_data', detail))}`;
  const text = formatValue(value, unit, { currency });
  return printable(text === String(value) ? text : `${text}   (stored as ${String(value)})`);
}

function queryLines(
  run: QueryRun,
  text: string,
  rows: readonly unknown[],
  palette: Palette,
): readonly string[] {
  const state =
    run.status === 'ok' ? `${String(run.rowCount)} rows` : `${run.status}: ${run.error ?? run.reason ?? ''}`;
  const parameters = Object.entries(run.parameters).map(([name, value]) => `:${name} = ${String(value)}`);
  return [
    palette.bold(`${run.id}  ${run.title}`),
    ...fields([
      ['source', `${run.source}, ${state}`],
      ['with', parameters.length === 0 ? null : parameters.join(', ')],
      ['rows hash', run.rows],
    ]),
    ...text
      .trim()
      .split('\n')
      .map((line) => `    ${palette.dim(printable(line.trimEnd()) === '' ? '' : indented(line))}`),
    ...(rows.length === 0
      ? []
      : [`  first ${String(Math.min(FIRST_ROWS, rows.length))} of ${String(rows.length)} rows`]),
    ...rows.slice(0, FIRST_ROWS).map((row) => `    ${fit(printable(JSON.stringify(row)), WIDTH * 3)}`),
  ];
}

/** Keeps the SQL's own indentation, which `printable` would not touch, but no control characters. */
export function indented(line: string): string {
  const blank = /^\s*/.exec(line)?.[0].replaceAll('\t', '  ') ?? '';
  return `${blank}${printable(line.trim())}`;
}

function fields(pairs: readonly (readonly [name: string, value: string | null])[]): readonly string[] {
  return pairs.flatMap(([name, value]) => (value === null ? [] : [`  ${pad(name, 10)} ${printable(value)}`]));
}
