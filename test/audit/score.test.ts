import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CheckResult } from '../../audit/check.ts';
import { SEVERITIES, type Finding, type Severity } from '../../audit/finding.ts';
import { coverageOf, scores } from '../../audit/score.ts';
import { ladder, latency, latencyScore, median, nearestRank, wilson } from '../../audit/statistics.ts';
import { check, finding } from './support.ts';

function riskScore(checks: readonly CheckResult[], findings: readonly Finding[]): number | null | undefined {
  return scores(checks, findings).find(({ dimension }) => dimension === 'risk')?.score;
}

describe('scores', () => {
  test.each<[string, Severity[], number]>([
    ['none', [], 10],
    ['L', ['LOW'], 9.8],
    ['M', ['MEDIUM'], 9],
    ['MM', ['MEDIUM', 'MEDIUM'], 8.1],
    ['H', ['HIGH'], 7],
    ['HH', ['HIGH', 'HIGH'], 4.9],
    ['C', ['CRITICAL'], 3.5],
    ['CH', ['CRITICAL', 'HIGH'], 2.4],
    ['CC', ['CRITICAL', 'CRITICAL'], 1.2],
  ])('caps as the catalogue says: %s', (_name, severities, expected) => {
    const findings = severities.map((severity, index) => finding({ severity, id: String(index) }));
    expect(riskScore([check({ r: 1 })], findings)).toBe(expected);
  });

  test('takes the lesser of base and cap, so that one defect is not punished twice', () => {
    expect(riskScore([check({ r: 0.5 })], [finding({ severity: 'MEDIUM' })])).toBe(5);
    expect(riskScore([check({ r: 0.95 })], [finding({ severity: 'HIGH' })])).toBe(7);
  });

  test('is null when nothing was seen, though no single check was decisive', () => {
    const risk = (unknown: boolean) =>
      scores([check({ weight: 5, unknown: true }), check({ weight: 2.5, unknown })], []).find(
        ({ dimension }) => dimension === 'risk',
      );
    expect(risk(true)).toMatchObject({ score: null, reason: 'nothing of it was seen' });
    expect(risk(false)?.score).not.toBeNull();
  });

  test('is null when a check of weight 10 is unknown, and says which', () => {
    const [risk] = scores([check({ id: 'SL8', unknown: true }), check({ id: 'P4', weight: 5 })], []).filter(
      ({ dimension }) => dimension === 'risk',
    );
    expect(risk).toMatchObject({ score: null, reason: 'not checked: SL8' });
  });

  test('is "not in this report" without checks, whatever findings there are', () => {
    expect(scores([], [finding({ severity: 'LOW' })]).map(({ reason }) => reason)).toEqual(
      Array.from({ length: 4 }, () => 'not in this report'),
    );
  });

  test('coverage counts weight by credit and leaves out what does not apply', () => {
    const notApplicable = check({ id: 'NA', notApplicable: true });
    expect(coverageOf([check({ credit: 0.5 }), check({ id: 'b', unknown: true }), notApplicable])).toBe(25);
    expect(coverageOf([notApplicable])).toBeNull();
  });

  test('never rises when a check gets worse or a finding is added or raised', () => {
    const checks = fc.array(
      fc.record({ r: fc.double({ min: 0, max: 1, noNaN: true }), weight: fc.constantFrom(10, 7.5, 5, 2.5) }),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    const severities = fc.array(fc.constantFrom(...SEVERITIES), { maxLength: 6 });
    fc.assert(
      fc.property(
        checks,
        severities,
        fc.constantFrom(...SEVERITIES),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (specs, kinds, extra, factor) => {
          const build = (scale: number): CheckResult[] =>
            specs.map(({ r, weight }, index) =>
              check({ id: String(index), weight, r: index === 0 ? r * scale : r }),
            );
          const findings = kinds.map((severity, index) => finding({ severity, id: String(index) }));
          const before = riskScore(build(1), findings) ?? 0;
          expect(riskScore(build(factor), findings) ?? 0).toBeLessThanOrEqual(before);
          expect(
            riskScore(build(1), [...findings, finding({ severity: extra, id: 'extra' })]) ?? 0,
          ).toBeLessThanOrEqual(before);
          const raised = findings.map((one) => ({ ...one, severity: worse(one.severity, extra) }));
          expect(riskScore(build(1), raised) ?? 0).toBeLessThanOrEqual(before);
        },
      ),
      { numRuns: 10_000 },
    );
  });
});

/** The worse of two; SEVERITIES has the worst first. */
function worse(one: Severity, other: Severity): Severity {
  return SEVERITIES.indexOf(other) < SEVERITIES.indexOf(one) ? other : one;
}

describe('statistics', () => {
  test.each([
    [2500, 0.98],
    [3785, 0.9],
    [5000, 0.77],
    [7300, 0.5],
    [10_000, 0.27],
  ])('latency curve gives the published answer for %d ms', (x, expected) => {
    expect(latencyScore(x, 3785, 7300)).toBeCloseTo(expected, 2);
  });

  test('ladder is 1, 0.5 and 0 at its points in both directions', () => {
    expect([2000, 5000, 9000].map((x) => ladder(x, 2000, 5000, 9000))).toEqual([1, 0.5, 0]);
    expect([99.9, 99, 95].map((x) => ladder(x, 99.9, 99, 95))).toEqual([1, 0.5, 0]);
    expect(ladder(3500, 2000, 5000, 9000)).toBeCloseTo(0.75);
  });

  test('Wilson interval of 3 in 22 is [4.7, 33.3]', () => {
    expect(wilson(3, 22)?.map((bound) => Math.round(bound * 10) / 10)).toEqual([4.7, 33.3]);
    expect(wilson(0, 0)).toBeNull();
  });

  test('a median lies in the middle of an odd number, between the two in the middle of an even one', () => {
    expect([median([9, 1, 4]), median([9, 1, 4, 2]), median([7]), median([])]).toEqual([4, 3, 7, null]);
  });

  test('a percentile really happened, and needs enough samples', () => {
    const samples = Array.from({ length: 20 }, (_, index) => index + 1);
    expect(nearestRank(samples, 0.95)).toBe(19);
    expect(latency(samples)).toMatchObject({
      n: 20,
      p95: { value: 19 },
      p99: { value: null, reason: 'insufficient_n' },
      max: { value: 20 },
    });
    expect(latency([]).max).toMatchObject({ value: null, reason: 'no_data' });
  });
});
