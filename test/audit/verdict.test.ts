import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DIMENSIONS, type CheckResult, type Dimension } from '../../audit/check.ts';
import { SEVERITIES } from '../../audit/finding.ts';
import type { Judgement } from '../../audit/report.ts';
import { judge, type Evaluated } from '../../audit/verdict.ts';
import { check, finding, source, sources } from './support.ts';

const dimensions = Object.keys(DIMENSIONS) as Dimension[];
const healthy: CheckResult[] = dimensions.map((dimension) => check({ id: dimension, dimension }));

function verdictOf(
  overrides: Partial<Evaluated> & {
    database?: ReturnType<typeof source>;
    queries?: Evaluated['evidence']['queries'];
    entities?: Evaluated['evidence']['entities'];
  } = {},
): Judgement {
  const { database, queries = [], entities = [], ...rest } = overrides;
  const evidence = { sources: sources(database), bot: {} as Evaluated['evidence']['bot'], queries, entities };
  return judge({ evidence, checks: healthy, gates: [], findings: [], failedSections: [], ...rest });
}

const failedQuery: Evaluated['evidence']['queries'][number] = {
  id: 'critical-events',
  title: 'Critical events',
  source: 'database',
  written: 'select',
  sql: 'select',
  parameters: {},
  status: 'error',
  reason: 'source_failed',
  error: 'permission denied',
  rowCount: 0,
  rows: null,
};

const gate = (failed: boolean | null): Evaluated['gates'][number] => ({
  id: 'd',
  section: 'stop-loss',
  title: 'a position unprotected at the end',
  asks: 'every position has a stop',
  source: 'database',
  failed,
  text: failed === null ? ['No stop order was ever recorded.'] : ['2 positions were unprotected at the end.'],
});

test('is INCONCLUSIVE when nothing of a dimension was seen, however little it weighs', () => {
  const unseen = check({ id: 'AP4', dimension: 'performance', weight: 2.5, unknown: true });
  const judgement = verdictOf({
    checks: [...healthy.filter(({ dimension }) => dimension !== 'performance'), unseen],
  });
  expect(judgement.coverage).toBeGreaterThan(90);
  expect(judgement).toMatchObject({ verdict: 'INCONCLUSIVE', overall: null });
  expect(judgement.reasons).toEqual([[expect.stringMatching(/^Nothing of Performance.* was seen\.$/)]]);
});

test('is not GREEN when nothing of integrity, stability or risk could ever be looked at', () => {
  const judgement = verdictOf({ checks: healthy.filter(({ dimension }) => dimension !== 'integrity') });
  expect(judgement).toMatchObject({ verdict: 'PASS', colour: 'YELLOW' });
  expect(judgement.green).toEqual([
    [expect.stringMatching(/^Give .*integrity a source: no check of it applies/)],
  ]);
});

describe('verdict', () => {
  test('is PASS and GREEN when every check was seen and passed', () => {
    expect(verdictOf()).toMatchObject({
      verdict: 'PASS',
      colour: 'GREEN',
      overall: 10,
      coverage: 100,
      green: [],
      reasons: [
        ['Nothing that could be checked speaks against it.'],
        ['All 4 checks of weight 10 that apply were made, and none of them is at 0.'],
      ],
    });
  });

  test.each<[string, Parameters<typeof verdictOf>[0], string, string]>([
    ['a critical finding', { findings: [finding({ severity: 'CRITICAL' })] }, 'FAIL', 'RED'],
    ['a failed gate', { gates: [gate(true)] }, 'FAIL', 'RED'],
    [
      'a dimension below 5',
      { checks: [...healthy, check({ id: 'x', r: 0 }), check({ id: 'y', r: 0 })] },
      'FAIL',
      'RED',
    ],
    ['a gate that could not be seen', { gates: [gate(null)] }, 'INCONCLUSIVE', 'YELLOW'],
    [
      'an unknown check of weight 10',
      { checks: [...healthy, check({ id: 'x', unknown: true })] },
      'INCONCLUSIVE',
      'YELLOW',
    ],
    [
      'coverage below 90 %',
      {
        checks: healthy.map((one) => ({
          ...one,
          outcome: { ...one.outcome, credit: 0.5 } as CheckResult['outcome'],
        })),
      },
      'INCONCLUSIVE',
      'YELLOW',
    ],
    ['a required source that failed', { database: source({ status: 'failed' }) }, 'INCONCLUSIVE', 'YELLOW'],
    ['a required source without data', { database: source({ status: 'absent' }) }, 'INCONCLUSIVE', 'YELLOW'],
    ['a provisional required source', { database: source({ provisional: true }) }, 'INCONCLUSIVE', 'YELLOW'],
    ['a stale required source', { database: source({ stale: true }) }, 'INCONCLUSIVE', 'YELLOW'],
    ['a failed query of a required source', { queries: [failedQuery] }, 'INCONCLUSIVE', 'YELLOW'],
    ['a section that failed', { failedSections: ['PnL'] }, 'INCONCLUSIVE', 'YELLOW'],
    ['no checks at all', { checks: [] }, 'INCONCLUSIVE', 'YELLOW'],
    ['a HIGH finding', { findings: [finding({ severity: 'HIGH' })] }, 'PASS', 'YELLOW'],
    [
      'a HIGH finding in a dimension without checks',
      {
        checks: [check({ id: 'x', dimension: 'stability' })],
        findings: [finding({ severity: 'HIGH', dimension: 'risk' })],
      },
      'INCONCLUSIVE',
      'YELLOW',
    ],
    [
      'an optional source that failed',
      { database: source({ declared: 'optional', status: 'failed' }) },
      'PASS',
      'GREEN',
    ],
  ])('with %s', (_name, overrides, verdict, colour) => {
    expect(verdictOf(overrides)).toMatchObject({ verdict, colour });
  });

  test('says first why a PASS is one, and which check of weight 10 is at 0', () => {
    const { reasons } = verdictOf({
      checks: [
        ...healthy,
        check({ id: 'P6', r: 0 }),
        ...Array.from({ length: 6 }, (_, index) => check({ id: `X${String(index)}` })),
      ],
      gates: [gate(false)],
    });
    expect(reasons).toEqual([
      ['Every position has a stop.'],
      ['All 11 checks of weight 10 that apply were made; at 0 is P6.'],
    ]);
  });

  test('is not GREEN with a check of weight 10 at 0, however many others are whole', () => {
    const many = Array.from({ length: 9 }, (_, index) => check({ id: `X${String(index)}` }));
    const judgement = verdictOf({ checks: [...healthy, ...many, check({ id: 'P6', r: 0 })] });
    expect(judgement).toMatchObject({ verdict: 'PASS', colour: 'YELLOW' });
    expect(judgement.green).toContainEqual(['Bring P6 above 0. Now: ', 'measured']);
  });

  test('tells one reason once: a gate and a low score that a critical finding repeats', () => {
    const critical = finding({ severity: 'CRITICAL' });
    const { reasons, verdict } = verdictOf({
      findings: [critical],
      gates: [{ ...gate(true), rule: critical.rule }],
    });
    expect([verdict, reasons.length]).toEqual(['FAIL', 1]);
  });

  test('says why a gate could not be seen', () => {
    expect(verdictOf({ gates: [gate(null)] }).reasons).toContainEqual([
      'Whether every position has a stop could not be checked: ',
      'no stop order was ever recorded.',
    ]);
  });

  test('says what would make it green whenever it is not', () => {
    expect(verdictOf({ gates: [gate(true)] }).green[0]).toEqual([
      'See to it that every position has a stop. Now: ',
      '2 positions were unprotected at the end.',
    ]);
    const { green } = verdictOf({ checks: [...healthy, check({ id: 'x', weight: 5, r: 0 })] });
    expect(JSON.stringify(green)).toContain('Risk management');
  });

  test('says what to do, once, and not that a fault be gone', () => {
    const recommendation = ['Place a stop for ', { figure: 'x' }, ' now. Then read the log.'];
    const findings = ['a', 'b'].map((id) => ({ ...finding({ severity: 'CRITICAL', id }), recommendation }));
    expect(verdictOf({ findings }).green).toEqual([['Place a stop for ', { figure: 'x' }, ' now.']]);
    const gap = verdictOf({ findings, gates: [gate(null)] }).green;
    expect(gap.map(([first]) => first)).toEqual([
      'Place a stop for ',
      'Let the audit read what it lacked: the reasons of the verdict name it.',
    ]);
  });

  test('the overall number is at most the worst dimension plus two', () => {
    const checks = dimensions.map((dimension) =>
      check({ id: dimension, dimension, r: dimension === 'performance' ? 0.6 : 1 }),
    );
    expect(verdictOf({ checks }).overall).toBe(8);
  });

  test('never passes over anything decisive that was not seen', () => {
    const outcome = fc.constantFrom<('pass' | 'bad' | 'unknown')[]>('pass', 'bad', 'unknown');
    const arbitrary = fc.record({
      checks: fc.array(
        fc.record({
          dimension: fc.constantFrom(...dimensions),
          weight: fc.constantFrom(10, 7.5, 5, 2.5),
          outcome,
        }),
        { maxLength: 12 },
      ),
      gates: fc.array(fc.constantFrom(true, false, null), { maxLength: 3 }),
      severities: fc.array(fc.constantFrom(...SEVERITIES), { maxLength: 3 }),
      database: fc.record({
        status: fc.constantFrom('ok' as const, 'failed' as const, 'absent' as const),
        provisional: fc.boolean(),
        stale: fc.boolean(),
      }),
      failed: fc.array(fc.constant('PnL'), { maxLength: 1 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ checks: specs, gates, severities, database, failed }) => {
        const checks = specs.map((spec, index) =>
          check({
            id: String(index),
            dimension: spec.dimension,
            weight: spec.weight,
            r: spec.outcome === 'bad' ? 0 : 1,
            unknown: spec.outcome === 'unknown',
          }),
        );
        const { verdict, colour } = verdictOf({
          checks,
          gates: gates.map(gate),
          findings: severities.map((severity, index) => finding({ severity, id: String(index) })),
          database: source(database),
          failedSections: failed,
        });
        const blind =
          checks.length === 0 ||
          specs.some((spec) => spec.weight === 10 && spec.outcome === 'unknown') ||
          gates.includes(null) ||
          database.status !== 'ok' ||
          database.provisional ||
          database.stale ||
          failed.length > 0;
        if (blind || gates.includes(true) || severities.includes('CRITICAL'))
          expect(verdict).not.toBe('PASS');
        if (verdict !== 'PASS' || severities.includes('HIGH')) expect(colour).not.toBe('GREEN');
      }),
      { numRuns: 10_000 },
    );
  });
});
