import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createArtifactStore } from '../../store/artifacts.ts';
import { migrate } from '../../store/migrate.ts';
import { claimMail, enqueueMails, mailsOf } from '../../store/outbox.ts';
import { createPool } from '../../store/pool.ts';
import { latestReport } from '../../store/reports.ts';
import { verifyArchive } from '../../store/verify/verify.ts';
import { freshDatabase } from '../support/postgres.ts';
import { scratchDirectory } from '../support/scratch.ts';

const OLD = ['001_store.sql', '002_outbox.sql'];

test('a store of an earlier program keeps its newest report, and what its recipients were told', async () => {
  const database = await freshDatabase({ name: 'confirmed' });
  const pool = createPool(database.url);
  const folder = scratchDirectory('migrations');
  for (const name of OLD) {
    await copyFile(join(import.meta.dirname, '../../store/migrations', name), join(folder, name));
  }
  expect(await migrate(pool, folder)).toEqual(OLD);
  for (const [revision, hash, hour] of [
    [1, 'pass', '08'],
    [2, 'fail', '09'],
  ]) {
    await pool.query(
      `insert into audit.report (bot, kind, window_from, window_to, scope_hash, revision, report_hash, evidence_hash,
         verdict, colour, reported_at)
       values ('a', 'production', '2026-11-20T00:00:00Z', '2026-11-20T08:00:00Z', 's', $1, $2, 'e', 'PASS', 'GREEN', $3)`,
      [revision, hash, `2026-11-20T${String(hour)}:00:00Z`],
    );
    await pool.query(
      `insert into audit.outbox (id, report_key, revision, recipient, digest, report_hash, message_id, state)
       values ($1, 'key', $2, 'a@audit.test', $1, $1, $1, 'accepted')`,
      [hash, revision],
    );
  }
  expect(await migrate(pool)).toContain('003_confirmed.sql');
  // The chain begins with what was there before it.
  const { rows: chain } = await pool.query<{ seq: number; entry: string }>(
    'select seq, entry from audit.chain',
  );
  const genesis = JSON.parse(chain[0]?.entry ?? '{}') as Record<string, readonly Record<string, unknown>[]>;
  expect([chain.length, genesis['entry'], genesis['mails']?.map(({ mail }) => mail)]).toEqual([
    1,
    'genesis',
    ['fail', 'pass'],
  ]);
  expect(genesis['reports']?.map(({ report, evidence }) => [report, evidence])).toEqual([
    ['pass', 'e'],
    ['fail', 'e'],
  ]);
  // The reports are as the chain says; Message-IDs were never like these.
  const request = {
    pool,
    artifacts: createArtifactStore(folder),
    bot: null,
    printed: null,
    alive: () => undefined,
  };
  expect(await verifyArchive(request)).toMatchObject({
    checked: { entries: 1, reports: 2 },
    problem: { what: 'Mail pass of the outbox has a Message-ID that is not its own.' },
  });
  expect(await latestReport(pool)).toMatchObject({ revision: 2, confirmedAt: '2026-11-20T09:00:00.000Z' });
  const order = { reportKey: 'key', reportHash: 'fail', recipients: ['a@audit.test'], domain: 'audit.test' };
  const fail = { ...order, revision: 2, digest: 'fail', toldAt: '2026-11-20T09:00:00.000Z' };
  expect(await enqueueMails(pool, fail)).toEqual([]);
  const [recovery] = await enqueueMails(pool, {
    ...fail,
    revision: 1,
    digest: 'pass',
    toldAt: '2026-11-20T10:00:00.000Z',
  });
  expect(await claimMail(pool, recovery?.id ?? '', 'worker-1')).toMatchObject({ claimed: true });
  expect(await mailsOf(pool, 'key')).toHaveLength(3);
  await pool.end();
  await database.drop();
});
