import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { createResolving } from '../../activities/resolve.ts';
import { scopeHash } from '../../activities/scope-hash.ts';
import type { PlannedAudit } from '../../activities/types.ts';
import type { BotConfig } from '../../audit/configuration.ts';
import { PRODUCTION } from '../../audit/kinds.ts';
import { createRegistry } from '../../audit/registry.ts';
import { createArtifactStore } from '../../store/artifacts.ts';
import { migrate } from '../../store/migrate.ts';
import { createPool } from '../../store/pool.ts';
import { attachFiles, recordReport } from '../../store/reports.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';

const folder = mkdtempSync(join(tmpdir(), 'production-audit-find-'));
const artifacts = createArtifactStore(folder);
const registry = createRegistry([], [PRODUCTION]);
const DATABASE = { database: 'required', snapshots: 'required' } as const;
const NONE = { logs: 'none', exchange: 'none', configuration: 'none', code: 'none' } as const;
const sources = { ...DATABASE, ...NONE };
const WINDOW = { from: '2026-11-19T00:00:00.000Z', to: '2026-11-19T08:00:00.000Z' };
let database: FreshDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await freshDatabase({ name: 'find' });
  pool = createPool(database.url);
  await migrate(pool);
});

afterAll(async () => {
  await pool.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** A stored report of the first shift; returns the hashes of its model and its PDF. */
async function stored(
  bot: string,
  {
    provisional = false,
    pdf = true,
    verdict = 'PASS',
    query = { status: 'ok' },
  }: {
    readonly provisional?: boolean;
    readonly pdf?: boolean;
    readonly verdict?: string;
    readonly query?: { readonly status: string; readonly reason?: string };
  } = {},
): Promise<{ readonly model: string; readonly pdf: string }> {
  const model = await artifacts.put(
    JSON.stringify({
      bot,
      judgement: { verdict },
      sources: { database: { provisional } },
      queries: [{ status: 'ok' }, query],
    }),
  );
  const printed = await artifacts.put(`PDF of ${bot}`);
  const key = { bot, kind: 'production', window: WINDOW, scopeHash: scopeHash(sources, []) };
  await recordReport(pool, {
    ...key,
    reportHash: model.hash,
    evidenceHash: 'e',
    // What the report itself says counts, not its row.
    verdict: 'INCONCLUSIVE',
    colour: 'GREEN',
    overall: 9,
    reportedAt: '2026-11-19T08:05:00.000Z',
    summary: { findings: [], figures: {} },
  });
  const files = { json: model, ...(pdf && { pdf: printed }) };
  await attachFiles(pool, { ...key, reportHash: model.hash }, files);
  return { model: model.hash, pdf: printed.hash };
}

/** The first shift of each bot, as the nightly run plans it, with the warnings of the log. */
async function planned(...names: readonly string[]) {
  const warnings: string[] = [];
  const bots = names.map(
    (name) => ({ facts: { name, sources }, databaseUrl: 'x', asOf: null, settleDelayS: 120 }) as BotConfig,
  );
  const { planNightly } = createResolving({
    config: { bots, defaultBot: null },
    ...{ pool, registry, artifacts },
    log: (_level: string, message: string, facts: object) => {
      warnings.push(`${message} ${JSON.stringify(facts)}`);
    },
  } as unknown as ActivityDependencies);
  const all = await planNightly({ input: { date: '2026-11-19' }, now: '2026-11-20T00:30:00.000Z' });
  return { firsts: all.filter(({ input }) => input.from === WINDOW.from), warnings };
}

const verdicts = (audits: readonly PlannedAudit[]) => audits.map(({ found }) => found?.verdict ?? null);
const damage = (hash: string): void => {
  writeFileSync(join(folder, hash.slice(0, 2), hash), 'other bytes');
};

test('a settled report is reused, a provisional one is made again', async () => {
  await stored('settled');
  await stored('early', { provisional: true });
  expect(verdicts((await planned('settled', 'early')).firsts)).toEqual(['PASS', null]);
});

test('a report whose bytes are missing or damaged is made again, and the other bots are planned as ever', async () => {
  await stored('healthy');
  const { model: gone } = await stored('gone');
  rmSync(join(folder, gone.slice(0, 2), gone));
  damage((await stored('damaged')).model);
  const { firsts, warnings } = await planned('gone', 'damaged', 'healthy');
  expect(verdicts(firsts)).toEqual([null, null, 'PASS']);
  expect([...warnings].sort()).toEqual([
    expect.stringMatching(/made again \{"bot":"damaged".*was changed/),
    expect.stringMatching(/made again \{"bot":"gone".*is missing from the artifact store/),
  ]);
});

test('a report without its PDF is not finished: it is made again', async () => {
  await stored('unprinted', { pdf: false });
  damage((await stored('torn')).pdf);
  const { firsts, warnings } = await planned('unprinted', 'torn');
  expect(verdicts(firsts)).toEqual([null, null]);
  expect(warnings).toHaveLength(1);
});

test('a report that could not read something is made again and kept meanwhile; a verdict in spite of it is reused', async () => {
  const locked = { status: 'error', reason: 'source_failed' };
  const lacking = { status: 'skipped', reason: 'missing_column' };
  await stored('locked', { verdict: 'INCONCLUSIVE', query: locked });
  await stored('lacking', { verdict: 'INCONCLUSIVE', query: lacking });
  await stored('failed-anyway', { verdict: 'FAIL', query: locked });
  const { firsts } = await planned('locked', 'lacking', 'failed-anyway');
  expect(verdicts(firsts)).toEqual([null, 'INCONCLUSIVE', 'FAIL']);
  expect(firsts.map(({ unread }) => unread?.verdict)).toEqual(['INCONCLUSIVE', undefined, undefined]);
});
