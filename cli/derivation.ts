import type { CheckResult } from '../audit/check.ts';
import type { Figure } from '../audit/figure.ts';
import { plainText } from '../audit/plain-text.ts';
import type { Report, Score } from '../audit/report.ts';
import { fit, pad, printable } from './ansi.ts';
import { scoreText } from './summary.ts';

/** How a figure of the judgement follows from checks and findings; empty for a figure of a section. */
export function derivationLines(report: Report, figure: Figure): readonly string[] {
  if (figure.name === 'overall') return overallLines(report);
  if (figure.name === 'score') {
    const score = report.judgement.scores.find(({ dimension }) => dimension === figure.labels['dimension']);
    return score === undefined ? [] : scoreLines(report, score);
  }
  if (figure.name === 'check') {
    const check = report.checks.find(({ id }) => id === figure.labels['check']);
    return check === undefined ? [] : checkLines(report, check);
  }
  if (figure.name === 'findings') return findingLines(report, figure.labels['severity']);
  return [];
}

function overallLines({ judgement }: Report): readonly string[] {
  return [
    'Scores',
    ...judgement.scores.map(
      ({ title, score, reason }) =>
        `  ${pad(title, 18)} ${pad(scoreText(score), 5, 'right')}${reason === undefined ? '' : `  ${printable(reason)}`}`,
    ),
  ];
}

function scoreLines(report: Report, score: Score): readonly string[] {
  const checks = report.checks.filter(({ dimension }) => dimension === score.dimension);
  const part = (value: number | null): string => (value === null ? 'not known' : value.toFixed(2));
  return [
    `Base ${part(score.base)} from the checks, cap ${part(score.cap)} from the findings; ${
      score.binds === null ? 'neither decides' : `the ${score.binds} decides`
    }.`,
    'Checks',
    ...checks.map((check) => `  ${checkHead(check)}`),
    ...(score.losses.length === 0 ? [] : ['Largest losses']),
    ...score.losses.map(
      ({ points, what, ref }) =>
        `  ${pad(points.toFixed(2), 5, 'right')}  ${pad(fit(printable(what), 56), 56)}  ${printable(ref)}`,
    ),
  ];
}

function checkLines(report: Report, check: CheckResult): readonly string[] {
  const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
  const section = report.sections.find(({ id }) => id === check.section)?.title ?? check.section;
  return [
    `Section ${section}, dimension ${check.dimension}`,
    `  ${checkHead(check)}`,
    `  ${printable(plainText(check.outcome.text, figures))}`,
  ];
}

function checkHead({ id, title, weight, outcome }: CheckResult): string {
  const r = outcome.state === 'known' ? `r ${outcome.r.toFixed(3)}` : outcome.state.replace('_', ' ');
  const credit = outcome.state === 'known' ? `  credit ${String(outcome.credit)}` : '';
  return `${pad(id, 6)} ${pad(fit(printable(title), 44), 44)}  weight ${pad(String(weight), 4)}  ${r}${credit}`;
}

function findingLines(report: Report, severity: string | undefined): readonly string[] {
  const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
  const found = report.findings.filter((finding) => severity === undefined || finding.severity === severity);
  return found.map(
    ({ id, severity: level, title }) =>
      `  ${pad(level, 8)}  ${printable(plainText(title, figures))}  ${printable(id)}`,
  );
}
