import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../audit/finding.ts';
import { oneByIncident } from '../../audit/incidents.ts';
import { finding } from './support.ts';

const day = (clock: string): string => `2026-11-20T${clock}:00.000Z`;
type Spans = readonly (readonly [from: string, to: string])[];

const of = (rule: string, spans: Spans, more: Partial<Finding> = {}): Finding => ({
  ...finding({ severity: 'MEDIUM' }),
  rule,
  id: `${rule}/${more.venue ?? 'bot'}`,
  venue: null,
  occurrences: spans.map(([from, to]) => ({ subject: rule, at: day(from), until: day(to) })),
  fingerprints: [`print of ${rule}`],
  ...more,
});
const bare = (spans: Spans, more: Partial<Finding> = {}): Finding =>
  of('SL-01', spans, { venue: 'binance', severity: 'HIGH', priority: 'P1', ...more });
const seen = (spans: Spans, more: Partial<Finding> = {}): Finding =>
  of('MC-02', spans, { severity: 'CRITICAL', explainedBy: [{ rule: 'SL-01' }, { rule: 'SL-05' }], ...more });

const rules = (all: readonly Finding[]): readonly string[] =>
  oneByIncident(all).findings.map(({ rule }) => rule);

describe('one incident is one finding', () => {
  test('what snapshots saw is held by what explains it, with its evidence, identity and severity', () => {
    const { findings, heldBy } = oneByIncident([
      seen([['07:49', '08:00']], { evidence: 'alerts' }),
      bare([['07:48', '08:00']]),
    ]);
    expect(findings).toEqual([
      expect.objectContaining({
        rule: 'SL-01',
        severity: 'CRITICAL',
        priority: 'P0',
        fingerprints: ['print of MC-02', 'print of SL-01'],
        observedBy: [{ id: 'MC-02/bot', rule: 'MC-02', severity: 'CRITICAL', evidence: 'alerts' }],
      }),
    ]);
    expect(heldBy.get('MC-02/bot')?.rule).toBe('SL-01');
    expect(JSON.stringify(findings[0]?.detection)).toContain('The same incident by ');
  });

  test('the place that only what was folded knows is the place', () => {
    const [held] = oneByIncident([
      seen([['07:49', '08:00']], {
        cause: { id: 'x', text: ['x'], confidence: 'LIKELY', predicates: [], location: 'src/stops.ts:7' },
      }),
      bare([['07:48', '08:00']]),
    ]).findings;
    expect(held?.cause.location).toBe('src/stops.ts:7');
    expect(bare([]).cause.location).toBeUndefined();
  });

  test('what may be seen two minutes later is held where the rule says so', () => {
    const late = (nearS?: number) =>
      rules([
        seen([['07:50', '07:51']], {
          explainedBy: [{ rule: 'SL-01', ...(nearS !== undefined && { nearS }) }],
        }),
        bare([['07:40', '07:49']]),
      ]);
    expect([late(), late(120)]).toEqual([['MC-02', 'SL-01'], ['SL-01']]);
  });

  test.each<[string, readonly Finding[], readonly string[]]>([
    ['another time', [seen([['02:00', '02:10']]), bare([['07:48', '08:00']])], ['MC-02', 'SL-01']],
    [
      'half of its time',
      [
        seen([
          ['02:00', '02:10'],
          ['07:50', '08:00'],
        ]),
        bare([['07:48', '08:00']]),
      ],
      ['MC-02', 'SL-01'],
    ],
    [
      'all of its time at two exchanges',
      [
        seen([
          ['02:00', '02:10'],
          ['07:50', '08:00'],
        ]),
        bare([['07:48', '08:00']]),
        bare([['01:59', '02:11']], { id: 'SL-01/bybit', venue: 'bybit' }),
      ],
      ['SL-01', 'SL-01'],
    ],
    [
      'all of its time by two rules',
      [
        seen([
          ['02:00', '02:10'],
          ['07:50', '08:00'],
        ]),
        bare([['07:48', '08:00']]),
        of('SL-05', [['01:59', '02:11']]),
      ],
      ['SL-01', 'SL-05'],
    ],
    [
      'another exchange',
      [seen([['07:49', '08:00']], { venue: 'bybit' }), bare([['07:48', '08:00']])],
      ['MC-02', 'SL-01'],
    ],
    [
      'nothing that it says is explained by it',
      [seen([['07:49', '08:00']], { explainedBy: [{ rule: 'CE-03' }] }), bare([['07:48', '08:00']])],
      ['MC-02', 'SL-01'],
    ],
    ['a minute before its first sample', [seen([['07:47', '08:00']]), bare([['07:48', '08:00']])], ['SL-01']],
    [
      'a chain of them',
      [
        seen([['04:00', '04:30']], { explainedBy: [{ rule: 'TL-01' }] }),
        of('TL-01', [['04:00', '05:00']], { explainedBy: [{ rule: 'CE-03' }] }),
        of('CE-03', [['00:00', '08:00']]),
      ],
      ['CE-03'],
    ],
    [
      'the same time of another subject',
      [
        bare([['01:00', '01:01']], { explainedBy: [{ rule: 'SL-02', sameSubject: true }] }),
        of('SL-02', [['01:00', '01:01']]),
      ],
      ['SL-01', 'SL-02'],
    ],
    [
      'the same time of the same subject',
      [
        bare([['01:00', '01:01']], { explainedBy: [{ rule: 'SL-02', sameSubject: true }] }),
        of('SL-02', [], { occurrences: [{ subject: 'SL-01', at: day('01:00'), until: day('01:01') }] }),
      ],
      ['SL-02'],
    ],
  ])('%s', (_name, all, standing) => {
    expect(rules(all)).toEqual(standing);
  });
});
