import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Report } from '../../audit/report.ts';
import { TIMEOUTS } from '../../sources/database/connect.ts';
import { OLDEST_SERVER } from '../../sources/database/server-version.ts';
import { openSession } from '../../sources/database/session.ts';
import { auditWindow, createBench, fillBench, type Bench } from '../support/audit.ts';
import { SERVERS, serverOfVersion } from '../support/postgres-versions.ts';

const NOW = '2026-11-20T08:10:00Z';

let bench: Bench;
let usual: Report;

beforeAll(async () => {
  bench = await createBench();
  usual = await lastShift(bench);
});
afterAll(() => bench.close());

async function lastShift(on: Bench): Promise<Report> {
  const filled = await fillBench(on, NOW);
  const window = filled.shifts.at(-1);
  if (!window) throw new Error('the demo has three shifts');
  return (await auditWindow(on, { ...filled, window })).report;
}

/** What a report says, without what it says of the server. */
const said = ({ figures, findings, checks, judgement }: Report): unknown => ({
  figures: figures.map(({ key, value }) => [key, value]),
  findings: findings.map(({ rule, severity, title }) => [rule, severity, title]),
  checks: checks.map(({ id, outcome }) => [id, outcome]),
  verdict: judgement.verdict,
});

/** The first that is refused and the oldest that works; all of them in a trial by hand. */
const TRIED = process.env['AUDIT_TRIALS'] === '1' ? ([12, 13, 14, 15, 16, 17] as const) : ([13, 14] as const);

test.each(TRIED)(
  'a bot on PostgreSQL %s has the report that it has on ours, or is refused',
  async (major) => {
    const server = await serverOfVersion(SERVERS[major]);
    if (server === null) return;
    try {
      if (major < OLDEST_SERVER) {
        const opened = openSession({ url: server.url, bot: 'mine', timeouts: TIMEOUTS });
        await expect(opened).rejects.toThrow(
          new RegExp(
            `^The database of bot mine is PostgreSQL ${String(major)}\\..* needs PostgreSQL 14 or newer`,
          ),
        );
        return;
      }
      const admin = new pg.Client({ connectionString: server.url });
      await admin.connect();
      await admin.query('create database bot');
      await admin.end();
      const botUrl = Object.assign(new URL(server.url), { pathname: '/bot' }).href;
      const report = await lastShift({ ...bench, botUrl });
      expect(said(report)).toEqual(said(usual));
      expect(report.databaseVersion).toMatch(new RegExp(`^PostgreSQL ${String(major)}\\.`));
    } finally {
      await server.stop();
    }
  },
);
