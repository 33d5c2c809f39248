import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { createBotPurging } from '../../activities/bot-purge.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import type { BotPurgePlan } from '../../activities/upkeep-types.ts';
import { loadConfig, redactedConfig } from '../../config.ts';
import { addHold } from '../../store/retention/holds.ts';
import { scheduleSpecs } from '../../workflows/schedule-specs.ts';
import { createRetentionWorld, daysAgo, type RetentionWorld } from '../store/retention-world.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { scratchDirectory } from '../support/scratch.ts';

let world: RetentionWorld;
let database: FreshDatabase;
let admin: pg.Client;
let dependencies: ActivityDependencies;
let role: string;
let variables: Record<string, string>;
let configFile: string;

beforeAll(async () => {
  world = await createRetentionWorld();
  database = await freshDatabase({ name: 'trail' });
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  role = `purger_${database.name}`;
  await admin.query(`
    create table decisions (id bigint primary key, created_at timestamptz not null);
    create index on decisions (created_at);
    create table calls (id bigint primary key, decision_id bigint references decisions, created_at timestamptz not null);
    create index on calls (created_at); create index on calls (decision_id);
    insert into decisions select i, now() - i * interval '1 day' from generate_series(1, 1000) i;
    insert into calls select i, i, now() - i * interval '1 day' from generate_series(1, 1000) i;
    create role ${role} login password 'p4ss/word'; grant select, delete on decisions, calls to ${role}`);
  const url = new URL(database.url);
  configFile = join(scratchDirectory('bot-purge'), 'audit.config.yaml');
  variables = { AUDIT_DATABASE_URL: world.storeUrl, PURGER: 'p4ss/word', AUDIT_RETENTION_DAYS: '900' };
  writeFileSync(
    configFile,
    `bots:
  demo:
    environment: paper
    sources: { database: none, snapshots: required }
    retention:
      database: postgres://${role}:\${PURGER}@${url.host}/${database.name}
      days: \${AUDIT_RETENTION_DAYS:-730}
      tables: [{ table: decisions }, { table: calls }]
      unattended: true
  other:
    environment: paper
    sources: { database: none, snapshots: required }
`,
  );
  const config = await loadConfig(configFile, variables);
  dependencies = { config, pool: world.pool } as ActivityDependencies;
}, 60_000);

afterAll(async () => {
  await admin.query(`drop owned by ${role}; drop role ${role}`);
  await admin.end();
  await Promise.all([database.drop(), world.close()]);
});

const plan = (purge: string, input: object): Promise<BotPurgePlan> =>
  new MockActivityEnvironment({ scheduledTimestampMs: Date.now() }).run(
    createBotPurging(dependencies).planBotPurge,
    { purge, input },
  );

async function execute({ purge, bot, cutoff, tables }: BotPurgePlan): Promise<readonly number[]> {
  const activities = createBotPurging(dependencies);
  const removed: number[] = [];
  for (const { table } of tables) {
    const environment = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() });
    const step: Awaited<ReturnType<typeof activities.removeBotRows>> = await environment.run(
      activities.removeBotRows,
      { bot, table, cutoff, cursor: null },
    );
    removed.push(step.removed);
  }
  await activities.closeBotPurge({
    purge,
    outcome: 'done',
    tables: tables.map((one, index) => ({ ...one, removed: removed[index] ?? 0 })),
  });
  return removed;
}

test('the first run counts, whatever it was asked; the next removes children, then parents, but for what is held', async () => {
  const first = await plan('b1', { bot: 'demo', execute: true });
  // 900 days by the variable of the operations guide.
  expect(first).toMatchObject({
    execute: false,
    tables: [
      { table: 'calls', old: 101 },
      { table: 'decisions', old: 101 },
    ],
    warnings: [],
  });
  await createBotPurging(dependencies).closeBotPurge({
    purge: 'b1',
    outcome: 'dryRun',
    tables: first.tables,
  });
  const held = await world.report('demo', 950);
  await admin.query(`update decisions set created_at = $1 where id = 950`, [held.window.from]);
  await admin.query(`update calls set created_at = $1::timestamptz - interval '1 hour' where id = 950`, [
    held.window.from,
  ]);
  await addHold(world.pool, held, { reason: 'case 7', placedBy: 'tests' });
  const second = await plan('b2', { bot: 'demo', execute: true });
  expect(second.execute).toBe(true);
  expect(await execute(second)).toEqual([101, 100]);
  const { rows } = await admin.query<{ id: string }>(`select id from decisions where created_at < $1`, [
    daysAgo(900),
  ]);
  expect(rows.map(({ id }) => id)).toEqual(['950']);
  const third = await plan('b3', { bot: 'demo', execute: true });
  expect(third.tables.map(({ old }) => old)).toEqual([0, 1]);
  expect(third.warnings).toEqual([]);
});

test('a bot that did not ask for it is refused and has no schedule; the DSN is secret', async () => {
  const failure = (await plan('b4', { bot: 'other' }).catch((error: unknown) => error)) as ApplicationFailure;
  expect([failure.type, failure.message]).toEqual([
    'InvalidConfiguration',
    expect.stringContaining('never touched'),
  ]);
  const purges = scheduleSpecs(dependencies.config).filter(({ workflowType }) => workflowType === 'botPurge');
  expect(purges.map(({ id, input }) => [id, input])).toEqual([
    ['audit-bot-purge-demo', { bot: 'demo', execute: true }],
  ]);
  expect(JSON.stringify(redactedConfig(dependencies.config))).not.toContain('p4ss');
  expect(dependencies.config.secrets).toContain('p4ss/word');
  await expect(loadConfig(configFile, { ...variables, AUDIT_RETENTION_DAYS: '3' })).rejects.toThrow('days');
});
