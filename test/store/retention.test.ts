import { utimes, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sha256 } from '../../audit/hash.ts';
import { addHold, listHolds, releaseHolds } from '../../store/retention/holds.ts';
import { approvePurge, brokenTombstone, finishPurge, findPurge } from '../../store/retention/purges.ts';
import { attachFiles, findReports, recordReport, useReport, type StoredReport } from '../../store/reports.ts';
import { createRetentionWorld, daysAgo, type RetentionWorld } from './retention-world.ts';

let world: RetentionWorld;

beforeEach(async () => {
  world = await createRetentionWorld();
});
afterEach(async () => {
  await world.close();
});

const by = { reason: 'case 7', placedBy: 'tests' };

async function itemsOf(id: string): Promise<readonly string[]> {
  const { rows } = await world.pool.query<{ line: string }>(
    `select class || ' ' || state || coalesce(': ' || reason, '') as line from audit.purge_item where purge = $1 order by class, key`,
    [id],
  );
  return rows.map(({ line }) => line);
}

const hashesOf = async (): Promise<readonly string[]> =>
  (await findReports(world.pool)).map(({ reportHash }) => reportHash).sort();

test('what is removed is what was planned, by class, and what stays is whole', async () => {
  const old = await world.report('demo', 2_000);
  const middle = await world.report('demo', 500);
  const young = await world.report('demo', 5);
  const mailOfOld = await world.mail(old, 'accepted', 2_000);
  const mailOfMiddle = await world.mail(middle, 'accepted', 2_000);
  const orphan = await world.file('a section result of a run long ago', 60);
  const fresh = await world.file('a section result of today', 0);
  await world.snapshots('demo', 200);
  await world.snapshots('demo', 1);

  const before = await world.files();
  const plan = await world.plan('p1');
  expect(plan.classes.map(({ name, items, rows }) => [name, items, rows])).toEqual([
    ['evidence', 1, 1],
    ['reports', 1, 1],
    ['mails', 1, 1],
    ['snapshots', 1, 3],
    // The old report's model, PDF, evidence and rows, the middle one's evidence and rows, and the orphan.
    ['artifacts', 7, 7],
  ]);
  expect(await world.files()).toEqual(before);
  const freed = plan.classes.find(({ name }) => name === 'snapshots');
  expect([freed?.freedBytes, freed?.reusableBytes]).toEqual([expect.any(Number), 0]);
  expect(plan.classes.find(({ name }) => name === 'reports')).toMatchObject({ freedBytes: 0, kept: 0 });

  expect(await approvePurge(world.pool, 'p1', 'tests')).toBe(true);
  await world.execute('p1');
  expect(await itemsOf('p1')).toEqual([
    ...Array.from({ length: 7 }, () => 'artifacts removed'),
    'evidence removed',
    'mails removed',
    'reports removed',
    'snapshots removed',
  ]);
  const removed = await finishPurge(world.pool, 'p1', 'done');
  for (const { name, items, rows, freedBytes, reusableBytes } of plan.classes)
    expect([name, removed[name]]).toEqual([
      name,
      expect.objectContaining({ items, rows, freedBytes, reusableBytes, skipped: 0 }),
    ]);

  expect(await hashesOf()).toEqual([middle.reportHash, young.reportHash].sort());
  const files = await world.files();
  for (const hash of [middle.reportHash, young.reportHash, young.evidenceHash, fresh])
    expect(files).toContain(hash);
  for (const hash of [old.reportHash, old.evidenceHash, middle.evidenceHash, orphan])
    expect(files).not.toContain(hash);
  const { rows: mails } = await world.pool.query<{ id: string }>('select id from audit.outbox');
  expect(mails.map(({ id }) => id)).toEqual([mailOfMiddle]);
  expect(mailOfOld).not.toBe(mailOfMiddle);
});

test('a held report stays with its revisions, evidence, files and snapshots, until it is released', async () => {
  const held = await world.report('demo', 2_000);
  await world.report('demo', 2_000, 2);
  await world.snapshots('demo', 2_000);
  const before = await world.files();
  expect(await addHold(world.pool, held, by)).toEqual(expect.any(Number));
  expect(await addHold(world.pool, held, by)).toEqual((await listHolds(world.pool))[0]?.id);

  const plan = await world.plan('p1');
  expect(plan.classes.map(({ items, kept }) => [items, kept])).toEqual([
    [0, 2],
    [0, 1],
    [0, 0],
    [0, 1],
    [0, 0],
  ]);
  await world.execute('p1');
  expect(await world.files()).toEqual(before);

  expect(await releaseHolds(world.pool, held)).toBe(1);
  expect((await world.plan('p2')).classes.map(({ items }) => items)).toEqual([0, 1, 0, 1, 7]);
});

test('what was held, used, confirmed or mailed after the plan stays, with the reason', async () => {
  const held = await world.report('held', 2_000);
  const used = await world.report('used', 2_000);
  const again = await world.report('again', 2_000);
  const mailed = await world.report('mailed', 2_000);
  const bare = await world.report('bare', 500);
  const orphan = await world.file('put again by a run', 100);
  await world.snapshots('demo', 300);
  await world.plan('p1');

  await addHold(world.pool, held, by);
  expect(await useReport(world.pool, used)).toBe(true);
  await recordReport(world.pool, { ...again, reportedAt: new Date().toISOString() });
  await world.mail(mailed, 'deferred', 0);
  await addHold(world.pool, bare, by);
  await world.artifacts.put('put again by a run');
  await world.snapshots('late', 300, 1);
  await world.execute('p1');

  const reasons = await itemsOf('p1');
  expect(reasons.filter((line) => !line.startsWith('artifacts'))).toEqual([
    'evidence skipped: held',
    'reports skipped: younger than its period',
    'reports skipped: held',
    'reports skipped: its mail is not sent yet',
    'reports skipped: younger than its period',
    'snapshots skipped: changed after it was planned',
  ]);
  expect(reasons.filter((line) => line.includes('put again'))).toHaveLength(1);
  expect(await world.files()).toContain(orphan);
  for (const { reportHash, evidenceHash } of await findReports(world.pool)) {
    await world.artifacts.get(reportHash);
    await world.artifacts.get(evidenceHash);
  }
});

test('evidence that a purge took and a run stores again is pointed at again', async () => {
  const report = await world.report('demo', 500);
  await world.plan('p1');
  await world.execute('p1');
  await expect(world.artifacts.get(report.evidenceHash)).rejects.toThrow('is missing');
  const { hash } = await world.artifacts.put(
    JSON.stringify({ name: `demo ${report.window.to.replace('+00:00', 'Z')} 1` }),
  );
  await recordReport(world.pool, { ...report, evidenceHash: hash, reportedAt: daysAgo(1) });
  const { rows } = await world.pool.query('select 1 from audit.report where evidence_purged_at is null');
  expect(rows).toHaveLength(1);
});

test('no file goes while the evidence of a stored report cannot be read, or since a run that is still open began', async () => {
  const orphan = await world.file('of a run that is still open', 60);
  expect((await world.plan('p1', { openSince: daysAgo(61) })).classes.at(-1)?.items).toBe(0);
  expect((await world.plan('p2', { openSince: daysAgo(59) })).classes.at(-1)?.items).toBe(1);
  const report = await world.report('demo', 5);
  await writeFile(join(world.directory, report.evidenceHash.slice(0, 2), report.evidenceHash), 'damaged');
  await world.execute('p2');
  expect((await itemsOf('p2')).join()).toContain('cannot be read');
  const plan = await world.plan('p3');
  expect(plan.classes.at(-1)?.items).toBe(0);
  expect(plan.notes.join()).toContain(report.evidenceHash);
  expect(await world.files()).toContain(orphan);
});

test('a file that a killed purge had put aside is put back, and one put in between stays', async () => {
  const hash = sha256('aside');
  const folder = join(world.directory, hash.slice(0, 2));
  await mkdir(folder, { recursive: true });
  const aside = join(folder, `.purge-${hash}`);
  await writeFile(aside, 'aside');
  const old = new Date(daysAgo(100));
  await utimes(aside, old, old);
  expect((await world.plan('p1')).classes.at(-1)?.items).toBe(1);
  expect(await world.files()).toEqual([hash]);
  await world.execute('p1');
  expect(await world.files()).toEqual([]);
});

test('a pinned bot keeps its old snapshots, which are young for it', async () => {
  await world.snapshots('pinned', 900);
  const pinned = [{ bot: 'pinned', asOf: daysAgo(899) }];
  const kept = (await world.plan('p1', { pinned })).classes.find(({ name }) => name === 'snapshots');
  expect(kept).toMatchObject({ items: 0, kept: 1 });
  expect((await world.plan('p2')).classes.find(({ name }) => name === 'snapshots')).toMatchObject({
    items: 1,
  });
});

test('tombstones form a chain, are never changed, and a change around the guard is found', async () => {
  for (const id of ['p1', 'p2', 'p3']) {
    await world.report('demo', 2_000);
    await world.plan(id);
    await world.execute(id);
    await finishPurge(world.pool, id, 'done');
  }
  expect(await finishPurge(world.pool, 'p3', 'failed')).toMatchObject({ reports: { items: 1 } });
  expect((await findPurge(world.pool, 'p3'))?.outcome).toBe('done');
  expect(await brokenTombstone(world.pool)).toBeNull();
  await expect(world.pool.query(`delete from audit.purge where id = 'p2'`)).rejects.toThrow('never changed');
  await expect(world.pool.query(`update audit.purge set approved_by = 'x'`)).rejects.toThrow('never changed');
  await world.pool.query(
    `alter table audit.purge disable trigger tombstone; update audit.purge set approved_by = 'x' where id = 'p2'`,
  );
  expect(await brokenTombstone(world.pool)).toBe('p2');
});

test('a plan whose items were changed after it was made cannot be approved', async () => {
  await world.report('demo', 2_000);
  await world.plan('p1');
  await world.pool.query(
    `update audit.purge_item set key = replace(key, 'demo', 'omed') where class = 'reports'`,
  );
  expect(await approvePurge(world.pool, 'p1', 'tests')).toBe(false);
});

test.each([
  ['confirmed', recordReport, { revision: 1, created: true, reportedAt: expect.any(String) }],
  [
    'given files',
    (pool: typeof world.pool, gone: StoredReport): Promise<unknown> =>
      attachFiles(pool, gone, { html: { hash: 'h', bytes: 1 } }).catch(String),
    expect.stringMatching(/^Error: report .* of bot demo is not recorded$/),
  ],
])(
  'a report that a purge deletes while it is %s is not taken for one that is there',
  async (_how, again, answer) => {
    const old = await world.report('demo', 2_000);
    const purge = await world.pool.connect();
    await purge.query('begin');
    await purge.query('delete from audit.report');
    const answered = again(world.pool, { ...old, reportedAt: daysAgo(0) });
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    while ((await world.pool.query(waiting)).rowCount === 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await purge.query('commit');
    purge.release();
    expect(await answered).toEqual(answer);
  },
);
