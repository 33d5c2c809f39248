import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type { MonitorGap } from '../../audit/snapshot-gap.ts';
import { readWatched, runningMonitors } from '../../cli/watch-state.ts';
import { freePort } from '../../local/ports.ts';
import { stopProcess } from '../../local/process.ts';
import { startTemporalServer } from '../../local/temporal-server.ts';
import { findGaps } from '../../store/snapshot-gaps.ts';
import { gapMinutes } from '../../workflows/monitor-gaps.ts';
import type { MonitorResult } from '../../workflows/monitor-state.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { ownCluster } from './own-cluster.ts';
import { startStage } from './stage.ts';

/** A minute of the monitor is 4 s of the trial: it takes a quarter of an hour, and is run by hand. */
const isTrial = process.env['AUDIT_TRIALS'] === '1';
const HOURS = Number(process.env['AUDIT_TRIAL_HOURS'] ?? 3);
const PROGRAM = join(import.meta.dirname, '../local/programs/fast-monitor-worker.ts');
const BOT = `  live:
    mapping: native
    database: \${DEMO_BOT_DATABASE_URL}
    environment: paper
    exchanges: [binance, bybit]
    sources: { database: required, snapshots: required }
`;

(isTrial ? describe : describe.skip)('trial: kills of everything while a window is monitored', () => {
  test(
    'every minute is stored once or reported missing, with a reason, and in the store likewise',
    async () => {
      const [bot, store] = [await ownCluster('trial-bot'), await ownCluster('trial-store')];
      const stage = await startStage('trial', { botUrl: bot.url, storeUrl: store.url, bots: BOT });
      const temporal = await ownTemporal();
      let worker: ChildProcess | null = null;
      const startWorker = async (): Promise<void> => {
        worker = spawn(process.execPath, [PROGRAM], {
          env: {
            ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], AUDIT_CONFIG: stage.configFile },
            ...{ ...stage.environment, TEMPORAL_ADDRESS: temporal.address },
          },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        if (worker.stdout) await once(worker.stdout, 'data');
      };
      const killWorker = async (): Promise<void> => {
        if (worker === null) return;
        const ended = once(worker, 'exit');
        worker.kill('SIGKILL');
        await ended;
        worker = null;
      };
      await startWorker();
      const connection = await Connection.connect({ address: temporal.address });
      const client = new Client({ connection });
      await client.workflow.start('monitorWindow', {
        taskQueue: stage.taskQueue,
        workflowId: 'trial',
        args: [{ bot: 'live', hours: HOURS }],
      });
      const kills: Record<string, number> = {};
      const seen: string[] = [];
      const outages: Readonly<Record<string, { away(): Promise<unknown>; back(): Promise<unknown> }>> = {
        worker: { away: killWorker, back: startWorker },
        bot: { away: bot.kill, back: bot.startAgain },
        store: { away: store.kill, back: store.startAgain },
        temporal: { away: temporal.kill, back: temporal.startAgain },
      };
      const over = new AbortController();
      const outcome = untilResult(client).finally(() => {
        over.abort();
      });
      const random = generator(Number(process.env['AUDIT_TRIAL_SEED'] ?? 1));
      while (!over.signal.aborted) {
        await sleep(6_000 + random() * 9_000);
        const name = Object.keys(outages)[Math.floor(random() * 4)] ?? 'worker';
        await outages[name]?.away();
        kills[name] = (kills[name] ?? 0) + 1;
        await sleep(random() * 9_000);
        seen.push(await look(client, stage.pool));
        await outages[name]?.back();
      }
      const result = await outcome;
      const { window } = result;
      const { rows } = await stage.pool.query<{ slot: string; n: number }>(
        "select slot, count(*)::int as n from audit.snapshot where bot = 'live' group by 1 order by 1",
      );
      const noted = await findGaps(stage.pool, 'live', window);
      const reasons = Map.groupBy(noted, ({ reason }) => reason);
      const said = [...reasons].map(([reason, list]) => `${reason} ${String(list.length)}`).join(', ');
      // The runner keeps what a test writes to its own streams.
      appendFileSync(
        '/dev/stderr',
        `trial: ${String(HOURS * 60)} minutes, ${String(rows.length)} stored, ${String(gapMinutes(result.gaps))} missed (${said}); kills ${JSON.stringify(kills)}; looks ${String(seen.length)}\n`,
      );
      // Once each.
      expect(rows.filter(({ n }) => n !== 1)).toEqual([]);
      const stored = rows.map(({ slot }) => new Date(slot).toISOString());
      const missed = result.gaps.flatMap(slotsOf);
      expect([...stored, ...missed].sort()).toEqual(slotsOf({ ...window }));
      expect(result).toMatchObject({ expected: HOURS * 60, taken: stored.length });
      expect(noted.map(({ slot, reason }) => [new Date(slot).toISOString(), reason])).toEqual(
        result.gaps.flatMap((gap) => slotsOf(gap).map((slot) => [slot, gap.reason])),
      );
      expect(result.gaps.filter(({ reason }) => reason === 'unknown')).toEqual([]);
      await connection.close();
      await killWorker();
      await Promise.all([temporal.kill(), stage.stop()]);
      await Promise.all([bot.stop(), store.stop()]);
    },
    HOURS * 300_000 + 300_000,
  );
});

/** What `watch` would show, whatever is away. */
async function look(client: Client, pool: Parameters<typeof readWatched>[1]): Promise<string> {
  try {
    const [run] = await runningMonitors(client);
    if (run === undefined) return 'none';
    const { taken, gaps, progress, storeTrouble } = await readWatched(client, pool, run);
    return `${String(taken)} ${String(gaps.length)} ${String(progress !== null)} ${storeTrouble ?? ''}`;
  } catch {
    return 'away';
  }
}

/** The result, however often the server goes away meanwhile. */
async function untilResult(client: Client): Promise<MonitorResult> {
  for (;;) {
    try {
      return (await client.workflow.getHandle('trial').result()) as MonitorResult;
    } catch (error) {
      if (error instanceof Error && error.name === 'WorkflowFailedError') throw error;
      await sleep(500);
    }
  }
}

function slotsOf({ from, to }: Pick<MonitorGap, 'from' | 'to'>): readonly string[] {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return Array.from({ length: (end - start) / 60_000 }, (_, n) => new Date(start + n * 60_000).toISOString());
}

/** A server of the trial's own, with its histories in a file. */
async function ownTemporal() {
  const folder = scratchDirectory('trial-temporal');
  const options = {
    environment: process.env,
    logFile: join(folder, 'temporal.log'),
    port: await freePort(process.env),
    uiPort: null,
    databaseFile: join(folder, 'temporal.db'),
  };
  let server = await startTemporalServer(options);
  return {
    address: server.address,
    kill: () => stopProcess(server.process, { signal: 'SIGKILL', graceMs: 10_000 }),
    async startAgain() {
      server = await startTemporalServer(options);
    },
  };
}

function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
