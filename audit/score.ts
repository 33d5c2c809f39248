import { floorToTenth, floorToThousandth } from './coverage-words.ts';
import { DIMENSIONS, type CheckResult, type Dimension } from './check.ts';
import type { Finding, Severity } from './finding.ts';
import type { Loss, OverallParts, Score, ScoredCheck, ScoredFinding } from './report.ts';

/** Share of a score that one open finding takes (catalogue 3.20, step 3). */
const PENALTY: Readonly<Record<Severity, number>> = { CRITICAL: 0.65, HIGH: 0.3, MEDIUM: 0.1, LOW: 0.02 };
/** An unknown check counts half, and one of weight 10 nulls the score; it never counts as passed. */
const UNKNOWN_R = 0.5;
export const DECISIVE_WEIGHT = 10;
/** A dimension below this fails the window; GREEN asks for the other of each (catalogue 3.20). */
export const FAIL_BELOW = 5;
export const GREEN_FROM = 8;
/** Percent of the overall number (catalogue 3.20, step 5). */
const SHARE: Readonly<Record<Dimension, number>> = {
  stability: 25,
  integrity: 30,
  performance: 15,
  risk: 30,
};
/** The overall number is at most this much above the worst dimension. */
const ABOVE_WORST = 2;
const LOSSES_SHOWN = 3;
/** Why a score with checks, none of them decisive, is null. */
export const NOTHING_SEEN = 'nothing of it was seen';

/** The four scores: floor to one decimal of min(base, cap); null with a reason, never an average over the unseen. */
export function scores(checks: readonly CheckResult[], findings: readonly Finding[]): readonly Score[] {
  return (Object.keys(DIMENSIONS) as Dimension[]).map((dimension) =>
    score(
      dimension,
      checks.filter((check) => check.dimension === dimension && check.outcome.state !== 'not_applicable'),
      findings.filter((finding) => finding.dimension === dimension),
    ),
  );
}

function score(dimension: Dimension, checks: readonly CheckResult[], findings: readonly Finding[]): Score {
  const given = scoredChecks(checks);
  const taken = scoredFindings(findings);
  const cap = taken.at(-1)?.left ?? 10;
  const findingLosses = lossesOf(taken, findings);
  const known = {
    dimension,
    title: DIMENSIONS[dimension],
    share: SHARE[dimension],
    cap,
    coverage: coverageOf(checks),
    checks: given,
    findings: taken,
  };
  const reason = whyNone(checks, known.coverage);
  if (reason !== null)
    return {
      ...known,
      score: null,
      reason,
      base: null,
      binds: null,
      losses: findingLosses.slice(0, LOSSES_SHOWN),
    };
  const base = baseOf(given);
  const binds = cap < base ? 'cap' : 'base';
  const checkLosses = given
    .filter(({ points }) => points > 0)
    .map(({ points, what, ref }): Loss => ({ points, what, ref, kind: 'check' }))
    .sort(largestFirst);
  const losses = binds === 'cap' ? findingLosses : checkLosses;
  return {
    ...known,
    score: floorToTenth(Math.min(base, cap)),
    base,
    binds,
    losses: losses.slice(0, LOSSES_SHOWN),
  };
}

/** Why there is no number; null where there is one. */
function whyNone(checks: readonly CheckResult[], coverage: number | null): string | null {
  if (checks.length === 0) return 'not in this report';
  const blind = checks.filter(
    (check) => check.weight >= DECISIVE_WEIGHT && check.outcome.state === 'unknown',
  );
  if (blind.length > 0) return `not checked: ${blind.map(({ title }) => title).join(', ')}`;
  // Half of everything unseen is still nothing: a number would be made of no observation at all.
  return coverage === 0 ? NOTHING_SEEN : null;
}

/** 10 x the weighted mean of the results as they are printed. */
function baseOf(checks: readonly ScoredCheck[]): number {
  const weight = checks.reduce((total, check) => total + check.weight, 0);
  const given = checks.reduce((total, check) => total + check.weight * check.result, 0);
  return floorToThousandth((10 * given) / weight);
}

function scoredChecks(checks: readonly CheckResult[]): readonly ScoredCheck[] {
  const total = checks.reduce((sum, check) => sum + check.weight, 0);
  return checks.map(({ id, title, weight, outcome }) => {
    const made = outcome.state === 'known';
    const result = made ? floorToThousandth(outcome.r) : UNKNOWN_R;
    const points = Math.round((1000 * weight * (1 - result)) / total) / 100;
    return { ref: id, what: title, weight, result, made, points };
  });
}

/** 10 x the product of (1 - p); what each finding takes is told from the worst on, in the order given. */
function scoredFindings(findings: readonly Finding[]): readonly ScoredFinding[] {
  let left = 10;
  return [...findings]
    .sort((a, b) => PENALTY[b.severity] - PENALTY[a.severity])
    .map(({ id, severity }) => {
      left *= 1 - PENALTY[severity];
      return { ref: id, percent: Math.round(100 * PENALTY[severity]), left: floorToThousandth(left) };
    });
}

function lossesOf(taken: readonly ScoredFinding[], findings: readonly Finding[]): readonly Loss[] {
  return taken.map(({ ref, left }, index): Loss => {
    const what = findings.find(({ id }) => id === ref)?.ruleTitle ?? ref;
    const points = (taken[index - 1]?.left ?? 10) - left;
    return { points: Math.round(1000 * points) / 1000, what, ref, kind: 'finding' };
  });
}

/** Percent of the applicable weight that was seen, each check by the credit of its basis. */
export function coverageOf(checks: readonly CheckResult[]): number | null {
  const applicable = checks.filter((check) => check.outcome.state !== 'not_applicable');
  const weight = applicable.reduce((total, check) => total + check.weight, 0);
  if (weight === 0) return null;
  const seen = applicable.reduce(
    (total, check) => total + (check.outcome.state === 'known' ? check.weight * check.outcome.credit : 0),
    0,
  );
  return floorToTenth((100 * seen) / weight);
}

/**
 * Weighted mean of the scores in this report, and the most that the worst allows; null when one could not be formed. Of a
 * dimension without a check the findings alone bound it: with two of them HIGH nothing is 10.0.
 */
export function overallParts(dimensionScores: readonly Score[]): OverallParts | null {
  const inReport = dimensionScores.filter(({ coverage }) => coverage !== null);
  if (inReport.length === 0 || inReport.some(({ score: value }) => value === null)) return null;
  const weight = inReport.reduce((total, { share }) => total + share, 0);
  const sum = inReport.reduce((total, { score: value, share }) => total + (value ?? 0) * share, 0);
  const bounds = dimensionScores.map(({ title, coverage, score: value, cap }) => ({
    title,
    bound: coverage === null ? cap : (value ?? 0),
  }));
  const [worst] = [...bounds].sort((a, b) => a.bound - b.bound);
  return {
    mean: floorToThousandth(sum / weight),
    most: floorToThousandth((worst?.bound ?? 10) + ABOVE_WORST),
    lowest: worst?.title ?? '',
  };
}

function largestFirst(a: Loss, b: Loss): number {
  return b.points - a.points || (a.ref < b.ref ? -1 : 1);
}
