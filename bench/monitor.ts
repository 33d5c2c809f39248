import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { createPool } from '../store/pool.ts';
import type { MonitorProgress } from '../workflows/monitor-state.ts';
import { withFleetStack, type FleetStack } from './fleet-stack.ts';
import { treeCpuS } from './processes.ts';

/**
 * `node bin/bootstrap.mjs bench/monitor.ts [--bots 10] [--minutes 5] [--separate] [--json]`: so many bots of the demo's size, each
 * monitored by one worker once a minute: how late the snapshots are, what one costs, and how many bots two cores bear.
 * The exit code is 1 when a minute was missed or late. Linux only.
 */
const { values } = parseArgs({
  options: {
    bots: { type: 'string', default: '10' },
    minutes: { type: 'string', default: '5' },
    separate: { type: 'boolean', default: false },
    json: { type: 'boolean' },
  },
});
const [bots, minutes] = [Number(values.bots), Number(values.minutes)];
const names = Array.from({ length: bots }, (_, index) => `fleet_${String(index + 1)}`);
const MINUTE_MS = 60_000;
/** Later than this after its minute a snapshot is late. */
const LATE_MS = 1_000;
const CORES = 2;
const PARTS = ['worker', 'bots', 'store', 'temporal'] as const;

interface MonitorRun {
  readonly bots: number;
  readonly snapshots: number;
  readonly missed: number;
  readonly late: number;
  readonly latenessMs: { readonly median: number; readonly p99: number; readonly most: number };
  /** Milliseconds of CPU a snapshot, by who used them. */
  readonly cpuMs: Readonly<Record<(typeof PARTS)[number], number>>;
  /** Bots whose snapshots fill two cores. */
  readonly full: number;
}

const run = await withFleetStack(names, { pinned: false, separate: values.separate }, measured);
process.stdout.write(values.json === true ? `${JSON.stringify(run)}\n` : table(run));
process.exit(run.late + run.missed > 0 ? 1 : 0);

async function measured({ stack, bots: server, pidOf }: FleetStack): Promise<MonitorRun> {
  const pids = {
    worker: pidOf('worker'),
    bots: server.process.pid,
    store: pidOf('postgres'),
    temporal: pidOf('temporal'),
  };
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const client = new Client({ connection });
  const store = createPool(stack.auditDatabaseUrl, { max: 1 });
  try {
    for (const name of names)
      await client.workflow.start('monitorWindow', {
        ...{ taskQueue: stack.taskQueue, workflowId: name, args: [{ bot: name, hours: 1 }] },
      });
    // The first minute warms what starts with the first snapshot; counted is from the middle of a minute on.
    const fromMs = Math.ceil((Date.now() + MINUTE_MS) / MINUTE_MS) * MINUTE_MS + MINUTE_MS / 2;
    await sleep(fromMs - Date.now());
    const before = cpuOf(pids);
    await sleep(fromMs + minutes * MINUTE_MS - Date.now());
    const after = cpuOf(pids);
    const { rows } = await store.query<{ late: number; minute: string }>(
      `select extract(epoch from taken_at - slot)::float8 * 1000 as late, to_char(slot at time zone 'UTC', 'HH24:MI') as minute from audit.snapshot
       where bot = any($1) and slot >= $2 and slot < $3 order by 1`,
      [names, new Date(fromMs).toISOString(), new Date(fromMs + minutes * MINUTE_MS).toISOString()],
    );
    for (const [minute, of] of Map.groupBy(rows, ({ minute }) => minute))
      process.stderr.write(`${minute} ${of.map(({ late }) => late.toFixed(0)).join(' ')}\n`);
    const gaps = await Promise.all(names.map((name) => gapsOf(client, name)));
    for (const name of names) await client.workflow.getHandle(name).terminate('measured');
    return resultOf(
      rows.map(({ late }) => late),
      gaps.reduce((sum, count) => sum + count, 0),
      PARTS.map((part) => [part, after[part] - before[part]] as const),
    );
  } finally {
    await store.end();
    await connection.close();
  }
}

async function gapsOf(client: Client, workflowId: string): Promise<number> {
  const { gaps } = await client.workflow.getHandle(workflowId).query<MonitorProgress>('progress');
  return gaps.length;
}

function cpuOf(pids: Readonly<Record<(typeof PARTS)[number], number>>) {
  const [worker, ofBots, store, temporal] = PARTS.map((part) => treeCpuS(pids[part]));
  return { worker: worker ?? 0, bots: ofBots ?? 0, store: store ?? 0, temporal: temporal ?? 0 };
}

function resultOf(
  lateness: readonly number[],
  gaps: number,
  cpuS: readonly (readonly [(typeof PARTS)[number], number])[],
): MonitorRun {
  const snapshots = lateness.length;
  const at = (share: number): number => lateness[Math.min(snapshots - 1, Math.floor(share * snapshots))] ?? 0;
  const wholeS = cpuS.reduce((sum, [, seconds]) => sum + seconds, 0);
  return {
    bots,
    snapshots,
    missed: Math.max(gaps, bots * minutes - snapshots),
    late: lateness.filter((late) => late > LATE_MS).length,
    latenessMs: { median: at(0.5), p99: at(0.99), most: lateness.at(-1) ?? 0 },
    cpuMs: Object.fromEntries(
      cpuS.map(([part, s]) => [part, (1_000 * s) / snapshots]),
    ) as MonitorRun['cpuMs'],
    full: Math.floor((CORES * (MINUTE_MS / 1_000)) / (wholeS / snapshots)),
  };
}

function table({ snapshots, missed, late, latenessMs, cpuMs, full }: MonitorRun): string {
  const cost = PARTS.map((part) => `${part} ${cpuMs[part].toFixed(1)}`).join(', ');
  const whole = PARTS.reduce((sum, part) => sum + cpuMs[part], 0);
  return [
    `${String(bots)} bots, ${String(minutes)} minutes: ${String(snapshots)} snapshots, ${String(missed)} missed, ${String(late)} late`,
    `begun after their minute: median ${latenessMs.median.toFixed(0)} ms, p99 ${latenessMs.p99.toFixed(0)} ms, most ${latenessMs.most.toFixed(0)} ms`,
    `CPU a snapshot: ${whole.toFixed(1)} ms (${cost})`,
    `two cores are full with ${String(full)} bots`,
    '',
  ].join('\n');
}
