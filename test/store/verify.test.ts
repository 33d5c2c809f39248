import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { chainHead } from '../../store/chain.ts';
import { attachFiles, recordReport, type StoredReport } from '../../store/reports.ts';
import { purgedReport } from '../../store/purged-reports.ts';
import { approvePurge, finishPurge } from '../../store/retention/purges.ts';
import { verifyArchive, type Verified, type VerifyRequest } from '../../store/verify/verify.ts';
import { createRetentionWorld, type RetentionWorld } from './retention-world.ts';

let world: RetentionWorld;
let young: StoredReport;

/** Three reports, of which a purge takes one and the evidence of another, and an accepted mail. */
beforeAll(async () => {
  world = await createRetentionWorld();
  await world.report('demo', 2_000);
  await world.report('other', 500);
  young = await world.report('demo', 5);
  await world.told(young);
  await world.plan('p1');
  await approvePurge(world.pool, 'p1', 'tests');
  await world.execute('p1');
  await finishPurge(world.pool, 'p1', 'done');
});
afterAll(async () => {
  await world.close();
});

/** Damage to the store of one test is undone by the next. */
let undo: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  for (const step of undo.reverse()) await step();
  undo = [];
});

function verify(request: Partial<VerifyRequest> = {}): Promise<Verified> {
  const { pool, artifacts } = world;
  return verifyArchive({ pool, artifacts, bot: null, printed: null, alive: () => undefined, ...request });
}

async function damaged(
  sql: string,
  back: string,
  parameters: readonly unknown[] = [],
): Promise<string | undefined> {
  const client = await world.pool.connect();
  const run = async (text: string, values: readonly unknown[]): Promise<void> => {
    await client.query(`set session_replication_role = replica`);
    await client.query(text, [...values]);
    await client.query(`set session_replication_role = origin`);
  };
  await run(sql, parameters);
  const { problem } = await verify();
  await run(back, []);
  client.release();
  return problem?.what;
}

test('an archive with purged reports, purged evidence and accepted mails is whole', async () => {
  const { problem, checked, head } = await verify();
  expect(problem).toBeNull();
  // Two reports with model, PDF; the younger one with evidence and rows.
  expect(checked).toEqual({ entries: 11, reports: 2, purges: 1, mails: 1, artifacts: 6 });
  expect(head).toEqual(await chainHead(world.pool));
});

test('what is stored again, attached again or confirmed with the same time adds no entry', async () => {
  const before = await chainHead(world.pool);
  await recordReport(world.pool, { ...young, reportedAt: young.confirmedAt });
  await attachFiles(world.pool, young, young.files);
  expect(await chainHead(world.pool)).toEqual(before);
});

test('what many workers store at once is one chain', async () => {
  const before = (await chainHead(world.pool))?.seq ?? 0;
  const day = (date: number): string => new Date(Date.UTC(2026, 0, date)).toISOString();
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      recordReport(world.pool, {
        ...young,
        bot: 'crowd',
        window: { from: day(index + 1), to: day(index + 2) },
        reportedAt: day(30),
      }),
    ),
  );
  expect((await verify()).problem).toBeNull();
  expect((await chainHead(world.pool))?.seq).toBe(before + 20);
});

test('a purged report is told from one that never was', async () => {
  const { rows } = await world.pool.query<{ said: { report: string; from: string; to: string } }>(
    `select entry::jsonb->'reports'->0 as said from audit.chain where entry like '%"reports purged"%'`,
  );
  const said = rows[0]?.said ?? { report: '', from: '', to: '' };
  const purged = { bot: 'demo', kind: 'production', purge: 'p1', at: expect.any(String) };
  expect(await purgedReport(world.pool, { hashPrefix: said.report.slice(0, 8) })).toEqual(purged);
  expect(await purgedReport(world.pool, { bot: 'demo', kind: 'production', window: said })).toEqual(purged);
  expect(await purgedReport(world.pool, { bot: 'other', kind: 'production', window: said })).toBeNull();
});

test('the chain refuses to be changed', async () => {
  for (const sql of [`update audit.chain set entry = ''`, 'delete from audit.chain', 'truncate audit.chain'])
    await expect(world.pool.query(sql)).rejects.toThrow('never changed or deleted');
});

test('a row that was changed is named with what the chain says', async () => {
  const { id } = (await world.pool.query<{ id: string }>('select id from audit.outbox')).rows[0] ?? {
    id: '',
  };
  const name = /^Report other\/production\/\S+ revision 1/;
  expect(
    await damaged(
      `update audit.report set verdict = 'FAIL' where bot = 'other'`,
      `update audit.report set verdict = 'PASS' where bot = 'other'`,
    ),
  ).toMatch(/was changed in the store: its verdict is "FAIL", and was "PASS" \(entry \d+ of the chain\)/);
  expect(
    await damaged(
      `update audit.report set revision = 7 where bot = 'other'`,
      `update audit.report set revision = 1 where bot = 'other'`,
    ),
  ).toMatch(/^Report other\/production\/\S+ revision 7 is in the store, and the chain does not tell of it/);
  await world.pool.query(`create table audit.kept as select * from audit.report where bot = 'other'`);
  const gone = await damaged(
    `delete from audit.report where bot = 'other'`,
    'insert into audit.report select * from audit.kept',
  );
  await world.pool.query('drop table audit.kept');
  expect(gone).toMatch(name);
  expect(gone).toMatch(/is missing: the chain told of it at entry \d+, and no purge removed it/);
  expect(
    await damaged(`update audit.outbox set state = 'deferred'`, `update audit.outbox set state = 'accepted'`),
  ).toMatch(new RegExp(`^Mail ${id} of the outbox is said to be deferred; a mail server accepted it`));
  expect(
    await damaged(
      `update audit.purge set approved_by = 'nobody'`,
      `update audit.purge set approved_by = 'tests'`,
    ),
  ).toMatch(/^The tombstone of purge p1 was changed/);
  expect(
    await damaged(
      `update audit.purge_item set state = 'skipped' where class = 'reports'`,
      `update audit.purge_item set state = 'removed' where class = 'reports'`,
    ),
  ).toMatch(/^What purge p1 removed of the class reports is not listed/);
});

test('an artifact that is changed or gone is named with its report; another bot can be verified alone', async () => {
  const hash = young.files['pdf']?.hash ?? '';
  const path = join(world.directory, hash.slice(0, 2), hash);
  const bytes = await world.artifacts.get(hash);
  undo.push(() => writeFile(path, bytes));
  await writeFile(path, 'other bytes');
  const name = /^Report demo\/production\/\S+ revision 1, pdf: Artifact [0-9a-f]{64} /;
  expect((await verify()).problem?.what).toMatch(name);
  expect((await verify({ bot: 'other' })).problem).toBeNull();
  await rm(path);
  expect((await verify({ bot: 'demo' })).problem?.what).toMatch(/is missing from the artifact store/);
});

test('a head of before is found in the chain; a cut end only by the head that was printed', async () => {
  const head = await chainHead(world.pool);
  if (head === null) throw new Error('no chain');
  expect((await verify({ printed: { seq: head.seq, hash: head.hash.slice(0, 12) } })).problem).toBeNull();
  expect((await verify({ printed: { seq: null, hash: head.hash } })).problem).toBeNull();
  await recordReport(world.pool, { ...young, reportedAt: new Date().toISOString() });
  expect((await verify({ printed: head })).problem).toBeNull();
  expect((await verify({ printed: { seq: head.seq, hash: '0'.repeat(12) } })).problem?.what).toBe(
    `The chain has no entry ${String(head.seq)}:000000000000, which was printed as its head: its end was cut off, or it was written anew.`,
  );
  expect((await verify({ printed: { seq: 99, hash: head.hash } })).problem?.what).toBe(
    `The chain ends at entry ${String(head.seq + 1)}, and the head 99:${head.hash} was printed: its end was cut off.`,
  );
});
