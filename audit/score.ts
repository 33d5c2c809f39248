import { floorToTenth } from './coverage-words.ts';
import { DIMENSIONS, type CheckResult, type Dimension } from './check.ts';
import type { Finding, Severity } from './finding.ts';
import type { Loss, Score } from './report.ts';

/** Share of a score that one open finding takes (catalogue 3.20, step 3). */
const PENALTY: Readonly<Record<Severity, number>> = { CRITICAL: 0.65, HIGH: 0.3, MEDIUM: 0.1, LOW: 0.02 };
/** An unknown check counts 0 when it weighs 10 (and nulls the score), else 0.5; it never counts as passed. */
const UNKNOWN_R = 0.5;
export const DECISIVE_WEIGHT = 10;
/** A dimension below this fails the window; GREEN asks for the other of each (catalogue 3.20). */
export const FAIL_BELOW = 5;
export const GREEN_FROM = 8;
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
  const head = { dimension, title: DIMENSIONS[dimension] };
  const { cap, losses: findingLosses } = findingCap(findings);
  if (checks.length === 0) {
    const losses = findingLosses.slice(0, LOSSES_SHOWN);
    return {
      ...head,
      score: null,
      reason: 'not in this report',
      base: null,
      cap,
      binds: null,
      coverage: null,
      losses,
    };
  }
  const coverage = coverageOf(checks);
  const blind = checks.filter(
    (check) => check.weight >= DECISIVE_WEIGHT && check.outcome.state === 'unknown',
  );
  if (blind.length > 0 || coverage === 0) {
    // Half of everything unseen is still nothing: a number would be made of no observation at all.
    const reason =
      blind.length > 0 ? `not checked: ${blind.map(({ title }) => title).join(', ')}` : NOTHING_SEEN;
    const losses = findingLosses.slice(0, LOSSES_SHOWN);
    return { ...head, score: null, reason, base: null, cap, binds: null, coverage, losses };
  }
  const weight = checks.reduce((total, check) => total + check.weight, 0);
  const lost = checks.map((check): Loss => ({
    points: (10 * check.weight * (1 - rOf(check))) / weight,
    what: check.title,
    ref: check.id,
    kind: 'check',
  }));
  const base = 10 - lost.reduce((total, loss) => total + loss.points, 0);
  const binds = cap < base ? 'cap' : 'base';
  const losses = binds === 'cap' ? findingLosses : lost.filter(({ points }) => points > 0).sort(largestFirst);
  return {
    ...head,
    score: floorToTenth(Math.min(base, cap)),
    base: Math.round(base * 1000) / 1000,
    cap,
    binds,
    coverage,
    losses: losses.slice(0, LOSSES_SHOWN),
  };
}

function rOf(check: CheckResult): number {
  return check.outcome.state === 'known' ? check.outcome.r : UNKNOWN_R;
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

/** 10 x the product of (1 - p); what each finding takes is told from the worst on, in the order given. */
function findingCap(findings: readonly Finding[]): { cap: number; losses: readonly Loss[] } {
  let cap = 10;
  const losses = [...findings]
    .sort((a, b) => PENALTY[b.severity] - PENALTY[a.severity])
    .map((finding): Loss => {
      const points = cap * PENALTY[finding.severity];
      cap -= points;
      return { points, what: finding.ruleTitle, ref: finding.id, kind: 'finding' };
    });
  return { cap: Math.round(cap * 1000) / 1000, losses };
}

function largestFirst(a: Loss, b: Loss): number {
  return b.points - a.points || (a.ref < b.ref ? -1 : 1);
}
