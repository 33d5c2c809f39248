import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { createSnapshotting } from '../../activities/snapshot.ts';
import type { AuditActivities } from '../../activities/types.ts';
import { ensureSnapshotMonths } from '../../store/snapshot-partitions.ts';
import { botDatabase, botOf, freshStore, mappingFolderOf, type BotDatabase } from '../sources/support.ts';

let bot: BotDatabase;
let store: Awaited<ReturnType<typeof freshStore>>;
let takeSnapshot: AuditActivities['takeSnapshot'];

beforeAll(async () => {
  bot = await botDatabase(`
    create table bot.positions (id int, symbol text, exchange text, side text, quantity numeric, entry_price numeric, status text,
      opened_at timestamptz, closed_at timestamptz)`);
  store = await freshStore();
  await ensureSnapshotMonths(
    store.pool,
    [new Date(), new Date(Date.now() + YEAR_MS)].map((at) => at.toISOString()),
  );
  const mapping = await mappingFolderOf({ position: 'select * from bot.positions' });
  const known = botOf({ mapping, databaseUrl: bot.readerUrl });
  name = known.facts.name;
  ({ takeSnapshot } = createSnapshotting({
    config: { bots: [known], defaultBot: null },
    pool: store.pool,
  } as unknown as ActivityDependencies));
});

afterAll(async () => {
  await store.drop();
  await bot.drop();
});

const YEAR_MS = 365 * 86_400_000;
let name: string;

/** Asks at this moment; when it was taken by the row in the store. */
async function taken(slotMs: number, earlyMs?: number): Promise<number> {
  const slot = new Date(slotMs).toISOString();
  const request = { bot: name, slot, ...(earlyMs !== undefined && { earlyMs }) };
  const answer: unknown = await new MockActivityEnvironment().run(takeSnapshot, request);
  expect(answer).toMatchObject({ inserted: true });
  const { rows } = await store.pool.query<{ at: string }>(
    'delete from audit.snapshot where bot = $1 returning taken_at as at',
    [name],
  );
  return Date.parse(rows[0]?.at ?? '');
}

test('what is asked early waits for its minute, and no longer', async () => {
  const slotMs = Date.now() + 1_500;
  const at = await taken(slotMs, 4_000);
  expect(at).toBeGreaterThanOrEqual(slotMs);
});

test('a clock behind Temporal’s is waited for no longer than it was asked early', async () => {
  const before = Date.now();
  const at = await taken(before + YEAR_MS, 300);
  expect(at - before).toBeGreaterThanOrEqual(300);
  // As a run of an earlier program asks, which says nothing: at its minute.
  const asked = Date.now();
  expect((await taken(asked + YEAR_MS)) - asked).toBeLessThan(60_000);
});
