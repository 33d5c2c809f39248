import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import pg from 'pg';
import { createActivities } from '../../activities/index.ts';
import { readWatched } from '../../cli/watch-state.ts';
import { createArtifactStore } from '../../store/artifacts.ts';
import { findReports } from '../../store/reports.ts';
import type { Report } from '../../audit/report.ts';
import type { MonitorResult } from '../../workflows/monitor-state.ts';
import type { AuditResult } from '../../workflows/types.ts';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import { timeSkippingEnvironment } from '../support/temporal.ts';
import { ownCluster, type OwnCluster } from './own-cluster.ts';
import { startStage, type Stage } from './stage.ts';

/** The demo's database as it stands now, not pinned to a time: what it holds open stays open, and nothing new happens. */
const LIVE_BOT = `  live:
    mapping: native
    database: \${DEMO_BOT_DATABASE_URL}
    environment: paper
    exchanges: [binance, bybit]
    sources: { database: required, snapshots: required }
    limits: { maxAgeH: 12 }
`;
let cluster: OwnCluster;
let stage: Stage;

beforeAll(async () => {
  cluster = await ownCluster('monitored');
  stage = await startStage('monitored', { botUrl: cluster.url, bots: LIVE_BOT });
}, 120_000);

afterAll(async () => {
  await stage.stop();
  await cluster.stop();
}, 60_000);

test('an hour of a real bot: a snapshot a minute, those it could not take as a gap, and the audit of just these', async () => {
  const temporal = await timeSkippingEnvironment();
  const real = createActivities({ ...stage.dependencies, searchAttributes: false });
  let firstMinute: number | null = null;
  let isAway = false;
  const worker = await Worker.create({
    connection: temporal.nativeConnection,
    taskQueue: stage.taskQueue,
    workflowBundle: await sharedWorkflows(),
    activities: {
      ...real,
      // The server is away from the 20th minute on and back before the 25th.
      takeSnapshot: async (request: Parameters<typeof real.takeSnapshot>[0]) => {
        const minute = new Date(request.slot).getUTCMinutes();
        firstMinute ??= minute;
        const passed = (minute - firstMinute + 60) % 60;
        if (passed === 20 && !isAway) {
          isAway = true;
          await cluster.kill();
        }
        if (passed === 25 && isAway) {
          isAway = false;
          await cluster.startAgain();
        }
        // The server's minutes pass at once: none is waited for.
        return real.takeSnapshot({ ...request, earlyMs: 0 });
      },
    },
  });
  const { monitored, audited, watched } = await worker.runUntil(async () => {
    const handle = await temporal.client.workflow.start('monitorWindow', {
      taskQueue: stage.taskQueue,
      workflowId: 'monitor-real',
      args: [{ bot: 'live', hours: 1 }],
    });
    const result = (await handle.result()) as MonitorResult;
    const watch = () =>
      readWatched(temporal.client, stage.pool, {
        ...{ workflowId: 'monitor-real', runId: '', bot: null, window: null },
      });
    let watched = await watch();
    // A run whose answer is late is asked again, as watching does.
    while (watched.progress === null) watched = await watch();
    return {
      monitored: result,
      watched,
      audited: (await temporal.client.workflow.getHandle(result.audit).result()) as AuditResult,
    };
  });
  await temporal.teardown();

  expect(monitored).toMatchObject({ bot: 'live', expected: 60, taken: 55 });
  const gapFrom = new Date(Date.parse(monitored.window.from) + 20 * 60_000).toISOString();
  const gapTo = new Date(Date.parse(monitored.window.from) + 25 * 60_000).toISOString();
  expect(monitored.gaps).toMatchObject([{ from: gapFrom, to: gapTo, reason: 'databaseLost' }]);
  const { rows: noted } = await stage.pool.query<{ slot: string; reason: string }>(
    "select slot, reason from audit.snapshot_gap where bot = 'live' order by slot",
  );
  expect(noted.map(({ reason }) => reason)).toEqual(Array.from({ length: 5 }, () => 'databaseLost'));
  expect(noted[0]?.slot).toBe(gapFrom);
  // What `watch` shows of it, from the run's own answer and from the store.
  expect(watched).toMatchObject({
    bot: 'live',
    status: 'COMPLETED',
    taken: 55,
    errors: 0,
    storeTrouble: null,
  });
  expect(watched.gaps).toEqual(monitored.gaps);

  const { rows } = await stage.pool.query<{ slot: string; total: number; aged: number }>(
    "select slot, total, aged from audit.snapshot where bot = 'live' order by slot",
  );
  expect(rows).toHaveLength(55);
  expect(rows.filter(({ slot }) => slot >= gapFrom && slot < gapTo)).toEqual([]);
  const open = await openPositions();
  expect(open).toBeGreaterThan(10);
  expect(new Set(rows.map(({ total }) => total))).toEqual(new Set([open]));
  expect(new Set(rows.map(({ aged }) => aged))).toEqual(new Set([open]));

  // The bot has done nothing for a day: the audit says so, and counts exactly the snapshots that were taken.
  expect(audited).toMatchObject({ bot: 'live', window: monitored.window });
  expect(audited.verdict).not.toBe('PASS');
  const [stored] = await findReports(stage.pool, { bot: 'live', limit: 2 });
  expect(stored?.reportHash).toBe(audited.reportHash);
  const json = await createArtifactStore(stage.config.artifactDirectory).get(
    stored?.files['json']?.hash ?? '',
  );
  const { figures, datasets } = JSON.parse(json.toString('utf8')) as Report;
  const valueOf = (key: string) => figures.find((figure) => figure.key === key)?.value;
  expect(valueOf('snapshots_observed')).toBe(55);
  expect(valueOf('snapshot_total{stat=end}')).toBe(open);
  // The server was killed in between, and its counters began anew: what changed is not known, sizes are.
  const tables = datasets.find(({ id }) => id === 'data-integrity.tables');
  expect(tables?.columns.map(({ key }) => key).slice(0, 4)).toEqual(['table', 'rows', 'size', 'growth']);
}, 180_000);

async function openPositions(): Promise<number> {
  const client = new pg.Client({ connectionString: cluster.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ n: number }>(
      "select count(*)::int as n from bot.positions where closed_at is null and status = 'open'",
    );
    return rows[0]?.n ?? 0;
  } finally {
    await client.end();
  }
}
