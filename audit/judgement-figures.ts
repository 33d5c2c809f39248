import type { CheckResult } from './check.ts';
import type { Finding } from './finding.ts';
import { SEVERITIES } from './finding.ts';
import type { Judgement } from './report.ts';
import type { Output } from './section.ts';
import { known, missing } from './value.ts';

/** The judgement's own numbers as figures, so that sentences, `explain` and the diff between windows can point at them. */
export function judgementFigures(
  judgement: Judgement,
  checks: readonly CheckResult[],
  findings: readonly Finding[],
  out: Output,
): void {
  out.figure({
    name: 'overall',
    value:
      judgement.overall === null
        ? missing('no_data', 'a score could not be formed')
        : known(judgement.overall),
    unit: 'score',
    id: 'EX1',
    title: 'Overall health',
    formula: 'weighted mean of the scores (25, 30, 15, 30), at most the lowest plus 2, rounded down',
  });
  out.figure({
    name: 'coverage',
    value: judgement.coverage === null ? missing('no_data', 'no check applies') : known(judgement.coverage),
    unit: 'percent',
    title: 'Coverage',
    formula: 'sum of weight x credit of the known checks / sum of weight of the applicable checks',
  });
  for (const score of judgement.scores) {
    const absent = score.coverage === null ? 'not_in_report' : 'source_failed';
    out.figure({
      name: 'score',
      labels: { dimension: score.dimension },
      value: score.score === null ? missing(absent, score.reason) : known(score.score),
      unit: 'score',
      title: score.title,
      formula:
        'the lesser of base (10 x weighted mean of r) and cap (10 x product of 1 - p of open findings), rounded down',
    });
  }
  for (const check of checks) {
    const { outcome } = check;
    out.figure({
      name: 'check',
      labels: { check: check.id },
      value:
        outcome.state === 'known'
          ? known(outcome.r)
          : missing(outcome.state === 'unknown' ? outcome.reason : 'not_applicable'),
      unit: 'ratio',
      id: check.id,
      title: check.title,
      formula: 'r of the check in 0..1 (catalogue 3.20)',
    });
  }
  out.figure({
    name: 'findings',
    value: known(findings.length),
    unit: 'count',
    title: 'Findings',
    formula: 'findings of all sections',
  });
  for (const severity of SEVERITIES) {
    out.figure({
      name: 'findings',
      labels: { severity },
      value: known(findings.filter((finding) => finding.severity === severity).length),
      unit: 'count',
      title: `${severity} findings`,
      formula: `findings of severity ${severity}`,
    });
  }
}
