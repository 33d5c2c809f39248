import type { Figure } from '../audit/figure.ts';
import type { Finding } from '../audit/finding.ts';
import { plainText } from '../audit/plain-text.ts';
import { recurrenceWords } from '../audit/recurrence.ts';
import type { Report } from '../audit/report.ts';
import type { Text } from '../audit/text.ts';
import { pad, printable, wrapped, type Palette } from './ansi.ts';
import { predicateWords, seeTitle } from '../report/words.ts';
import { indented, valueText } from './explanation.ts';

const LABEL = 12;

/** The findings of a rule, or the one of an id; a rule that only observed another's incident gives that. */
export function findingsNamed(report: Report, wanted: string): readonly Finding[] {
  const name = wanted.toLowerCase();
  const isIt = ({ id, rule }: Pick<Finding, 'id' | 'rule'>): boolean =>
    [id, rule].some((own) => own.toLowerCase() === name);
  return report.findings.filter((finding) => [finding, ...(finding.observedBy ?? [])].some(isIt));
}

/** A finding as its card has it, with the figures that its sentences point at and how to ask for each. */
export function findingLines(
  report: Report,
  finding: Finding,
  { palette, width }: { readonly palette: Palette; readonly width: number },
): readonly string[] {
  const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
  const { cause, see } = finding;
  const field = (name: string, text: string): readonly string[] =>
    wrapped(printable(text), width - LABEL - 3).map(
      (line, index) => `  ${pad(index === 0 ? name : '', LABEL)} ${line}`,
    );
  const said = (name: string, text: Text): readonly string[] => field(name, plainText(text, figures));
  const observed = (finding.observedBy ?? []).map(({ rule }) => rule).join(', ');
  return [
    ...wrapped(
      printable(`${finding.severity} ${plainText(finding.title, figures)} (${finding.rule})`),
      width,
    ).map((line) => palette.bold(line)),
    ...field('finding', finding.id),
    ...field(
      'seen',
      `${finding.firstSeen} to ${finding.lastSeen}, ${recurrenceWords(finding.recurrence, 'no history')}`,
    ),
    ...said('what', finding.description),
    ...said('cause', cause.text),
    ...field('confidence', cause.confidence.toLowerCase()),
    ...cause.predicates.flatMap(({ text, held }) => field('', `${predicateWords(held)}: ${text}`)),
    ...said('do', finding.recommendation),
    ...said('verify', finding.verification),
    ...(observed === '' ? [] : field('seen by too', observed)),
    ...(finding.evidence === null ? [] : field('rows', `data/${finding.evidence}.csv`)),
    '',
    palette.bold(seeTitle(finding)),
    ...(see.own ?? see.text).split('\n').map((line) => `    ${palette.dim(indented(line))}`),
    '',
    palette.bold('Its figures'),
    ...figuresOf(finding, figures).flatMap((figure) => [
      `  ${printable(figure.title)}: ${valueText(figure)}`,
      `    ${palette.dim(printable(figure.key))}`,
    ]),
  ];
}

/** Those that its sentences point at, in the order of reading. */
function figuresOf(finding: Finding, figures: ReadonlyMap<string, Figure>): readonly Figure[] {
  const { title, description, cause, impact, recommendation, verification } = finding;
  const { financial, operational, risk } = impact;
  const texts = [title, description, financial, operational, risk, cause.text, recommendation, verification];
  const keys = texts
    .flat()
    .flatMap((part) => (typeof part === 'object' && 'figure' in part ? [part.figure] : []));
  return [...new Set([...keys, ...(finding.atStake === undefined ? [] : [finding.atStake])])].flatMap(
    (key) => figures.get(key) ?? [],
  );
}
