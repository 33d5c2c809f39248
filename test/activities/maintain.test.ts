import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import type pg from 'pg';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { createMaintaining } from '../../activities/maintain.ts';
import type { AuditActivities } from '../../activities/types.ts';
import type { BotConfig } from '../../audit/configuration.ts';
import { createArtifactStore } from '../../store/artifacts.ts';
import { migrate } from '../../store/migrate.ts';
import { createPool } from '../../store/pool.ts';
import type { StoreKept } from '../../workflows/maintenance-types.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';

let database: FreshDatabase;
let pool: pg.Pool;
let artifactDirectory: string;
let activities: Pick<AuditActivities, 'keepStore' | 'botNames' | 'examineBot'>;

beforeAll(async () => {
  database = await freshDatabase({ name: 'maintain' });
  pool = createPool(database.url);
  await migrate(pool);
  artifactDirectory = mkdtempSync(join(tmpdir(), 'audit-maintain-'));
  const bots = [
    bot('dump', null),
    bot('owner', database.url),
    bot('away', 'postgresql://reader:geheim@127.0.0.1:1/bot'),
  ];
  activities = createMaintaining({
    config: { bots, artifactDirectory, defaultBot: null },
    pool,
    artifacts: createArtifactStore(artifactDirectory),
    scrub: (text: string) => text,
  } as unknown as ActivityDependencies);
});

afterAll(async () => {
  rmSync(artifactDirectory, { recursive: true });
  await pool.end();
  await database.drop();
});

function bot(name: string, databaseUrl: string | null): BotConfig {
  return {
    facts: { name, mapping: 'native', timeZone: 'UTC' },
    databaseUrl,
    asOf: null,
    settleDelayS: 120,
    allowWritableRole: false,
  } as unknown as BotConfig;
}

const at = (time: string): MockActivityEnvironment =>
  new MockActivityEnvironment({ scheduledTimestampMs: Date.parse(time) });

test('partitions are made ahead, what nobody writes any more goes, and the sizes are told', async () => {
  mkdirSync(join(artifactDirectory, 'ab'));
  writeFileSync(join(artifactDirectory, 'ab', 'ab'.repeat(32)), 'whole');
  writeFileSync(join(artifactDirectory, 'ab', '.tmp-notes'), 'not ours');
  const first: StoreKept = await at('2031-12-05T02:00:00Z').run(activities.keepStore);
  expect(first).toMatchObject({
    monthsMade: ['2031-12', '2032-01', '2032-02'],
    artifacts: 1,
    artifactBytes: 5,
    warnings: [],
  });
  expect(first.databaseBytes).toBeGreaterThan(first.snapshotBytes);
  expect(first.snapshotBytes).toBeGreaterThan(0);
  expect(first.freeBytes).toBeGreaterThan(0);
  const next: StoreKept = await at('2032-01-01T02:00:00Z').run(activities.keepStore);
  expect(next.monthsMade).toEqual(['2032-03']);
  expect(next.snapshotMonths).toBe(first.snapshotMonths + 1);
  expect(readdirSync(join(artifactDirectory, 'ab'))).toHaveLength(2);
});

test('each bot is tried as an audit would try it', async () => {
  const examine = (name: string) => at('2026-11-20T02:00:00Z').run(activities.examineBot, { bot: name });
  expect(await activities.botNames()).toEqual(['dump', 'owner', 'away']);
  expect(await examine('dump')).toEqual({
    bot: 'dump',
    outcome: 'not tried',
    lines: ['its database is declared none'],
  });
  await expect(examine('away')).rejects.toThrow(/ECONNREFUSED|refused/);
  await expect(examine('owner')).rejects.toThrow(/superuser|write|own/i);
});
