import type { CheckResult } from '../../audit/check.ts';
import type { Evidence, SourceState } from '../../audit/evidence.ts';
import type { Finding, Severity } from '../../audit/finding.ts';

/** A check of the risk dimension; known with r = 1 unless said otherwise. */
export function check(spec: {
  id?: string;
  r?: number;
  weight?: number;
  credit?: number;
  unknown?: boolean;
  notApplicable?: boolean;
  dimension?: CheckResult['dimension'];
}): CheckResult {
  const { id = 'SL4-5', r = 1, weight = 10, credit = 1 } = spec;
  return {
    id,
    section: 'stop-loss',
    title: id,
    dimension: spec.dimension ?? 'risk',
    weight,
    outcome:
      spec.unknown === true
        ? { state: 'unknown', reason: 'source_failed', text: ['no answer'] }
        : spec.notApplicable === true
          ? { state: 'not_applicable', text: ['by configuration'] }
          : { state: 'known', r, credit, text: ['measured'] },
  };
}

export function finding(spec: {
  severity: Severity;
  id?: string;
  dimension?: Finding['dimension'];
}): Finding {
  const { severity, id = 'a', dimension = 'risk' } = spec;
  return {
    id: `SL-01/binance/${id}`,
    rule: 'SL-01',
    ruleTitle: 'Position without a stop',
    section: 'stop-loss',
    dimension,
    venue: 'binance',
    cause: { id, text: ['cause'], confidence: 'UNKNOWN', predicates: [] },
    severity,
    title: ['title'],
    description: ['description.'],
    occurrences: [{ subject: 'BTCUSDT', at: '2026-11-20T01:00:00.000Z' }],
    frequency: 1,
    fingerprints: ['f'],
    firstSeen: '2026-11-20T01:00:00.000Z',
    lastSeen: '2026-11-20T01:00:00.000Z',
    evidence: null,
    impact: { financial: ['-'], operational: ['-'], risk: ['-'] },
    detection: ['No alert fired.'],
    recommendation: ['Do it.'],
    verification: ['No position without a stop.'],
    see: { language: 'sql', text: 'select 1' },
    effort: 'low',
    priority: 'P1',
    standing: true,
    recurrence: { state: 'new', windows: 1 },
  };
}

export function source(overrides: Partial<SourceState> = {}): SourceState {
  return {
    declared: 'required',
    status: 'ok',
    dataAsOf: null,
    provisional: false,
    stale: false,
    ...overrides,
  };
}

/** Sources of a bot whose database is required and all else is out of scope. */
export function sources(database: SourceState = source()): Evidence['sources'] {
  const none = source({ declared: 'none', status: 'none' });
  return { database, snapshots: none, logs: none, exchange: none, configuration: none, code: none };
}
