import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import { enqueueMails, mailsOf, type MailOrder } from '../../store/outbox.ts';
import { migrate } from '../../store/migrate.ts';
import { createPool } from '../../store/pool.ts';
import { attachFiles, findReports, recordReport, type NewReport } from '../../store/reports.ts';
import { StoreUnavailable } from '../../store/trouble.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';

let database: FreshDatabase;
let direct: pg.Pool;

beforeAll(async () => {
  database = await freshDatabase({ name: 'lost_reply' });
  direct = createPool(database.url, { max: 2 });
  await migrate(direct);
});
afterAll(async () => {
  await direct.end();
  await database.drop();
});

const WINDOW = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T08:00:00.000Z' };
const FILES = { json: { hash: 'f', bytes: 1 } };

function reportOf(bot: string): NewReport {
  return {
    bot,
    kind: 'production',
    window: WINDOW,
    scopeHash: 'scope',
    reportHash: 'r1',
    evidenceHash: 'e1',
    verdict: 'PASS',
    colour: 'GREEN',
    overall: 9.1,
    reportedAt: '2026-11-21T00:00:00.000Z',
    summary: { findings: [], figures: {} },
  };
}

function orderOf(reportKey: string): MailOrder {
  return {
    ...{ reportKey, revision: 1, toldAt: WINDOW.to, digest: 'said', reportHash: 'r1' },
    ...{ recipients: ['a@audit.test', 'b@audit.test'], domain: 'audit.test' },
  };
}

/** All that the end of a run writes. */
async function writeAll(pool: pg.Pool, name: string): Promise<void> {
  await recordReport(pool, reportOf(name));
  await attachFiles(pool, reportOf(name), FILES);
  await enqueueMails(pool, orderOf(name));
}

test('a reply of the store that is lost, whichever, costs another attempt: one report, one mail a recipient', async () => {
  let lost = 0;
  for (let replies = 0, isOver = false; !isOver; replies += 1) {
    const name = `lost-${String(replies)}`;
    const proxy = await startCuttingProxy(database.url, replies);
    const pool = createPool(proxy.url, { max: 1, connectMs: 5_000 });
    const outcome: unknown = await writeAll(pool, name).catch((error: unknown) => error);
    await pool.end();
    await proxy.stop();
    isOver = outcome === undefined;
    if (!isOver) {
      lost += 1;
      expect(outcome).toBeInstanceOf(StoreUnavailable);
      await writeAll(direct, name);
    }
    const reports = await findReports(direct, { bot: name });
    expect(reports.map(({ revision, files }) => ({ revision, files }))).toEqual([
      { revision: 1, files: FILES },
    ]);
    const mails = await mailsOf(direct, name);
    expect(mails.map(({ recipient }) => recipient)).toEqual(['a@audit.test', 'b@audit.test']);
  }
  // Connecting, then one for each statement and each end of a transaction.
  expect(lost).toBeGreaterThan(8);
});
