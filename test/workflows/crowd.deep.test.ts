import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import pg from 'pg';
import { createActivities } from '../../activities/index.ts';
import type { AuditActivities, Collected } from '../../activities/types.ts';
import { waitFor } from '../../local/process.ts';
import type { AuditResult } from '../../workflows/types.ts';
import { scriptedActivities } from './scripted-activities.ts';
import { startStage, type Stage } from './stage.ts';

let stage: Stage;
let owner: pg.Client;
let reader: string;

beforeAll(async () => {
  stage = await startStage('crowd');
  const bot = new URL(stage.environment['DEMO_BOT_DATABASE_URL'] ?? '');
  reader = bot.username;
  const url = new URL(stage.environment['AUDIT_DATABASE_URL'] ?? '');
  url.pathname = bot.pathname;
  owner = new pg.Client({ connectionString: url.href });
  await owner.connect();
}, 120_000);

afterAll(async () => {
  await owner.end();
  await stage.stop();
});

/** Locks every table of the bot; returns what ends it. */
async function locked(): Promise<() => Promise<void>> {
  const { rows } = await owner.query<{ tables: string }>(
    "select string_agg(format('%I.%I', schemaname, tablename), ', ') as tables from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
  );
  await owner.query('begin');
  await owner.query(`lock table ${rows[0]?.tables ?? ''} in access exclusive mode`);
  return async () => {
    await owner.query('rollback');
  };
}

async function connections(): Promise<number> {
  const { rows } = await stage.pool.query<{ n: number }>(
    'select count(*)::int as n from pg_stat_activity where usename = $1',
    [reader],
  );
  return rows[0]?.n ?? 0;
}

/** Reads are real, what follows them is not; `other` is a bot without a database. */
function readingOnly(collected: Collected[]): AuditActivities {
  const { dependencies } = stage;
  const bots = dependencies.config.bots.flatMap((bot) => {
    const sources = { ...bot.facts.sources, database: 'none' } as const;
    const other = { ...bot, databaseUrl: null, facts: { ...bot.facts, name: 'other', sources } };
    return [{ ...bot, patienceS: 600 }, other];
  });
  const real = createActivities({ ...dependencies, config: { ...dependencies.config, bots } });
  return {
    ...scriptedActivities(),
    resolveAudit: real.resolveAudit,
    collectWithoutDatabase: real.collectWithoutDatabase,
    async collectEvidence(request) {
      const found = await real.collectEvidence(request);
      collected.push(found);
      return found;
    },
  };
}

const start = (bot: string, index: number): Promise<WorkflowHandle> =>
  stage.client.workflow.start('productionAudit', {
    taskQueue: stage.taskQueue,
    workflowId: `crowd-${bot}-${String(index)}-${String(process.pid)}`,
    args: [
      {
        bot,
        from: `2026-11-20T0${String(index % 8)}:${String(Math.floor(index / 8)).padStart(2, '0')}:00Z`,
        to: '2026-11-20T08:00:00Z',
      },
    ],
  });

/** Two hundred with AUDIT_TRIALS=1: that takes minutes. */
const crowd = process.env['AUDIT_TRIALS'] === '1' ? 200 : 12;

test(`${String(crowd)} audits of one bot of connection limit 4 whose tables are locked delay no other bot, and end whole`, async () => {
  await owner.query(`alter role "${reader}" connection limit 4`);
  const collected: Collected[] = [];
  await stage.withWorker(
    async () => {
      const release = await locked();
      const handles = await Promise.all(Array.from({ length: crowd }, (_, index) => start('demo', index)));
      expect(await waitFor(async () => (await connections()) > 0, 30_000)).toBe(true);
      const other = (await (await start('other', 0)).result()) as AuditResult;
      expect(other.degraded).toEqual([]);
      const states = await Promise.all(handles.map(async (handle) => (await handle.describe()).status.name));
      expect(states).toEqual(states.map(() => 'RUNNING'));
      expect(await connections()).toBeLessThanOrEqual(4);
      await release();
      const results = (await Promise.all(handles.map((handle) => handle.result()))) as AuditResult[];
      expect(results.flatMap(({ degraded }) => degraded)).toEqual([]);
    },
    readingOnly(collected),
    { slots: 16 },
  );
  expect(collected).toHaveLength(crowd + 1);
  expect(collected.map(({ failedQueries }) => failedQueries)).toEqual(collected.map(() => 0));
}, 1_800_000);
