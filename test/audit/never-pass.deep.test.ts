import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EntityState, Evidence, QueryRun, SourceState } from '../../audit/evidence.ts';
import { PRODUCTION } from '../../audit/kinds.ts';
import type { Report } from '../../audit/report.ts';
import type { Reason } from '../../audit/value.ts';
import { NO_DEFECTS } from '../../local/demo/defects/plan.ts';
import { renderHtml } from '../../report/html.ts';
import { renderJson } from '../../report/json.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { createBench, fillBench, type Bench } from '../support/audit.ts';
import { cleanWindow, judgedAgain, lose, registryOf, type CleanWindow } from './lost-evidence.ts';

let bench: Bench;
let clean: CleanWindow;
/** The production report's sections and what they ask. */
const registry = registryOf(PRODUCTION);

beforeAll(async () => {
  bench = await createBench();
  const filled = await fillBench(bench, '2026-11-20T08:10:00Z', NO_DEFECTS);
  clean = await cleanWindow(bench, filled, PRODUCTION, [2, 2]);
  expect(clean.report.judgement).toMatchObject({ verdict: 'PASS', colour: 'GREEN' });
  // For a loaded machine: seconds on a quiet one.
}, 600_000);
afterAll(async () => {
  await bench.close();
});

type Changes = Parameters<typeof judgedAgain> extends [unknown, ...infer Rest] ? Rest : never;
const judged = (...changes: Changes): Report => judgedAgain(clean, ...changes);

/** The clean window judged again after its evidence was changed; every format must still come out. */
function rendered(...changes: Changes): Report {
  const report = judged(...changes);
  const edition = { revision: 1, reportedAt: report.window.to, reportHash: 'r'.repeat(64) };
  expect(renderJson(report).length).toBeGreaterThan(1000);
  const markdown = renderMarkdown(report, edition);
  expect(markdown).toContain(report.judgement.verdict);
  const lost = report.queries.find(({ status }) => status === 'error');
  // The report names the fault and the query that it was of, where people read.
  if (lost !== undefined)
    expect([lost.id, markdown.includes(`query ${lost.id} `) && markdown.includes(lost.error ?? '')]).toEqual([
      lost.id,
      true,
    ]);
  expect(renderHtml(report, edition)).toContain(report.judgement.verdict);
  return report;
}

const withDatabase =
  (over: Partial<SourceState>) =>
  (evidence: Evidence): Evidence => ({
    ...evidence,
    sources: { ...evidence.sources, database: { ...evidence.sources.database, ...over } },
  });

/** What a gate has no time for is tried with AUDIT_TRIALS=1. */
const isWhole = process.env['AUDIT_TRIALS'] === '1';
const REFUSED = registry.queries.map(({ id }) => id).filter((_id, index) => isWhole || index % 3 === 0);

type Way = readonly [name: string, status: QueryRun['status'], reason: Reason];
const COMMON: readonly Way[] = [
  ['SQL error, statement timeout, permission denied or row-level security', 'error', 'source_failed'],
  ['missing table', 'skipped', 'missing_entity'],
];
const RARER: readonly Way[] = [
  ['missing column', 'skipped', 'missing_column'],
  ['a part of the rows', 'error', 'truncated'],
  ['empty table', 'skipped', 'no_data'],
];

/**
 * What a mapping may lack and the window still passes: it feeds tables and root causes, but neither a check of weight 10
 * nor a gate, and the rest is covered well enough. A query that fails on a required source always costs the verdict.
 */
const SUPPORTING: readonly string[] = [
  'alert-habits',
  'alerts',
  'api-buckets',
  'api-durations',
  'api-errors',
  'api-failures',
  'api-steps',
  'api-unclear-orders',
  'api-unclear-submits',
  'balance-series',
  'balance-sums',
  // Who did what at once, and what was carried out twice: what a rule says, or that it could not.
  'concurrent-events',
  'config-changes',
  'critical-events',
  // A window that begins at 00:00 UTC has no earlier part of its day.
  'day-equity',
  'day-fills',
  'day-funding',
  'day-orders',
  'day-positions',
  'decided-twice',
  'decision-statuses',
  'edge-fills',
  'edge-funding',
  'error-signatures',
  // Lists of the exchange's document that may be missing: then they are not compared, which the report says.
  'exchange-balances',
  'exchange-fills',
  'exchange-payments',
  'event-counts',
  'execution-statuses',
  'executed-amounts',
  'fault-signatures',
  'fee-prices',
  'filter-caches',
  'filter-rejects',
  // Whether anything was traded in a silence, and whether heartbeats contradict liveness: what a rule says, or that it could not.
  'fill-minutes',
  'event-minutes',
  'heartbeat-habits',
  'heartbeat-minutes',
  // Quantities are then taken for base units, unless the stored results contradict that.
  'instruments',
  'later-fills',
  'lineage-gaps',
  'links-decision-order',
  'links-decision-signal',
  'links-event-order',
  'links-event-position',
  'links-funding-position',
  'links-position-signal',
  'links-trailing-update-next',
  'links-trailing-update-position',
  'left-behind',
  'left-behind-surplus',
  'limits',
  'own-total-fills',
  'own-total-positions',
  'own-totals',
  // Holes in a dense sequence of ids, and what the bot's own sweep found: what a rule says, or that it could not.
  'position-ids',
  // Why a minute has no snapshot; that it has none is seen without.
  'snapshot-gaps',
  'zombie-events',
  'pending-decisions',
  'told-by-event',
  'told-by-stop-change',
  'prices',
  'refused-and-open-orders',
  'several-executions',
  'swallowed-executions',
  // Whether trading was stopped before the end, which is the gate's.
  'stopped-trading',
  'stop-changes',
  // A bot need not record its connections: then nothing is said of them.
  'stream-events',
  // Whether anything was asked after a reconnect: what a rule says, or that it could not.
  'stream-reads',
  'stream-states',
  // Nor how its stops trail.
  'trailing-activations',
  'trailing-updates',
  'unknown-positions-event',
  'unknown-positions-funding',
  'unknown-positions-order',
  'unknown-positions-stop-change',
  'table-counters',
  'versions',
];

/** Nothing need have been paid in a window; that nobody can say whether it was leaves no PASS. */
const MAY_BE_EMPTY: readonly string[] = ['funding'];

describe('no failure of the evidence ends GREEN', () => {
  test.each(registry.queries.map(({ id }, index) => [id, index] as const))(
    '%s lost in some way',
    (id, index) => {
      const isSupporting = SUPPORTING.includes(id);
      // Of the rarer ways one for each query, in turn: an evaluation for each of all takes minutes and says the same.
      const rarer = isWhole ? RARER : RARER.slice(index % RARER.length).slice(0, 1);
      const ways = [...COMMON, ...rarer];
      for (const [name, status, reason] of ways) {
        if (isSupporting && status === 'skipped' && reason !== 'missing_entity') continue;
        if (MAY_BE_EMPTY.includes(id) && reason === 'no_data') continue;
        const judge = reason === 'source_failed' ? rendered : judged;
        const { verdict, colour } = judge(lose(registry, id, status, reason), undefined, id).judgement;
        // The list is exact: what stands in it passes without its entity.
        if (isSupporting && status === 'skipped') {
          expect(verdict).toBe('PASS');
          continue;
        }
        expect(`${name}: ${verdict}`).not.toBe(`${name}: PASS`);
        expect(colour).not.toBe('GREEN');
      }
    },
  );

  test('what a mapping may lack and the window still passes are queries that exist', () => {
    expect(registry.queries.map(({ id }) => id)).toEqual(expect.arrayContaining([...SUPPORTING]));
  });

  test.each(REFUSED)('%s with rows that its schema refuses', (id) => {
    const broken = (run: QueryRun): readonly unknown[] =>
      run.id === id ? [{ id: {} }] : clean.loaded.rowsOf(run);
    const report = rendered((evidence) => evidence, broken, id);
    if (!SUPPORTING.includes(id)) expect(report.judgement.verdict).not.toBe('PASS');
  });

  test.each<[string, (evidence: Evidence) => Evidence]>([
    ['the database failed', withDatabase({ status: 'failed', error: 'connection refused' })],
    ['the database has no data', withDatabase({ status: 'absent' })],
    ['the evidence is provisional', withDatabase({ provisional: true })],
    ['the evidence is stale', withDatabase({ stale: true })],
    [
      'every query failed',
      (evidence) =>
        registry.queries.reduce((all, { id }) => lose(registry, id, 'error', 'source_failed')(all), evidence),
    ],
    [
      'every entity is missing',
      (evidence) => ({
        ...registry.queries.reduce(
          (all, { id }) => lose(registry, id, 'skipped', 'missing_entity')(all),
          evidence,
        ),
        entities: evidence.entities.map((state): EntityState => ({
          ...state,
          status: 'missing',
          columns: [],
        })),
      }),
    ],
  ])('%s', (_name, change) => {
    const { judgement, front } = rendered(change);
    expect(judgement.verdict).toBe('INCONCLUSIVE');
    expect(judgement.reasons).not.toHaveLength(0);
    expect(front.lead).not.toHaveLength(0);
  });

  test('a section that throws costs the verdict, not the report', () => {
    const thrown = rendered(
      (evidence) => evidence,
      (run) => {
        if (run.id === 'fills') throw new Error('rows lost');
        return clean.loaded.rowsOf(run);
      },
    );
    expect(thrown.sections.some(({ status }) => status === 'failed')).toBe(true);
    expect(thrown.judgement.verdict).toBe('INCONCLUSIVE');
  });
});
