import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EntityName } from '../../audit/contract.ts';
import type { Evidence } from '../../audit/evidence.ts';
import {
  DAILY,
  FAILURES,
  KINDS,
  MONTHLY,
  PRODUCTION,
  QUARTERLY,
  STRATEGY,
  WEEKLY,
} from '../../audit/kinds.ts';
import { NO_DEFECTS } from '../../local/demo/defects/plan.ts';
import { createBench, fillBench, type Bench, type FilledBench } from '../support/audit.ts';
import { cleanWindow, judgedAgain, lose, type CleanWindow } from './lost-evidence.ts';

/** What only feeds tables, estimates and root causes, whatever the report. */
const ANYWHERE: readonly EntityName[] = ['execution', 'instrument', 'price', 'limit', 'stop_change'];
/** Without positions of its own to judge, a report loses by these only what stands beside. */
const NOT_OF_POSITIONS: readonly EntityName[] = [
  'order',
  'balance',
  'funding',
  'transfer',
  'alert',
  'heartbeat',
];

/** What a day or week passes without; without calls the failure rate of decisions tells of performance. */
const OF_A_DAY: readonly EntityName[] = ['api_call', 'snapshot', 'signal', 'watch'];

/** Entities that a kind's report passes without, exactly. What it is about, and what a gate rests on, is in none. */
const PASSES_WITHOUT: Readonly<Record<string, readonly EntityName[]>> = {
  [DAILY.id]: [...ANYWHERE, ...NOT_OF_POSITIONS, ...OF_A_DAY],
  [WEEKLY.id]: [...ANYWHERE, ...NOT_OF_POSITIONS, ...OF_A_DAY],
  [MONTHLY.id]: [
    ...ANYWHERE,
    ...(['alert', 'trailing_update', 'stream_event', 'api_call', 'total', 'snapshot_gap', 'signal'] as const),
  ],
  [QUARTERLY.id]: [...ANYWHERE, 'alert', 'heartbeat', 'total', 'signal', 'trailing_update'],
  [STRATEGY.id]: [...ANYWHERE, 'order', 'balance', 'funding', 'transfer'],
  [FAILURES.id]: [
    ...ANYWHERE.filter((entity) => entity !== 'limit' && entity !== 'stop_change'),
    ...NOT_OF_POSITIONS.filter((entity) => entity !== 'transfer'),
    ...(['position', 'fill', 'api_call'] as const),
  ],
  storage: ['decision', 'execution', 'api_call'],
};
/** The longest look at most of what another kind looks at too. */
const TRIALS = process.env['AUDIT_TRIALS'] === '1' ? [] : [WEEKLY.id, MONTHLY.id, QUARTERLY.id];

let bench: Bench;
let filled: FilledBench;

beforeAll(async () => {
  bench = await createBench();
  filled = await fillBench(bench, '2026-11-20T00:10:00Z', NO_DEFECTS);
  // For a loaded machine: seconds on a quiet one.
}, 600_000);
afterAll(async () => {
  await bench.close();
});

/** The evidence of a bot whose mapping has no such entity. */
const without =
  ({ registry }: CleanWindow, entity: string) =>
  (evidence: Evidence): Evidence => ({
    ...registry.queries
      .filter(({ entities }) => entities.some((one) => one === entity))
      .reduce((all, { id }) => lose(registry, id, 'skipped', 'missing_entity')(all), evidence),
    entities: evidence.entities.map((state) =>
      state.entity === entity ? { ...state, status: 'missing', columns: [] } : state,
    ),
  });

describe('no kind of report passes over what it could not read', () => {
  test.each(
    KINDS.filter(({ id }) => id !== PRODUCTION.id && !TRIALS.includes(id)).map(
      (kind) => [kind.id, kind] as const,
    ),
  )('%s', async (id, kind) => {
    const clean = await cleanWindow(bench, filled, kind, [0, 2]);
    const { registry } = clean;
    expect(clean.report.judgement.verdict).toBe('PASS');
    const passed = registry.queries.filter((query) => {
      const lost = lose(registry, query.id, 'error', 'source_failed');
      return judgedAgain(clean, lost, undefined, query.id).judgement.verdict === 'PASS';
    });
    expect(passed.map((query) => query.id)).toEqual([]);
    const entities = [...new Set(registry.queries.flatMap((query) => query.entities))];
    const passing = entities.filter(
      (entity) => judgedAgain(clean, without(clean, entity)).judgement.verdict === 'PASS',
    );
    expect([...passing].sort()).toEqual([...(PASSES_WITHOUT[id] ?? [])].sort());
  });
});
