import type { Client } from '@temporalio/client';
import { connectedClient } from '../local/pg-client.ts';
import type { AuditProgress, AuditResult } from '../workflows/types.ts';
import { treeCpuS, treeUse } from './processes.ts';

export interface Fleet {
  readonly client: Client;
  readonly taskQueue: string;
  /** Superuser URL of the server that holds the bots. */
  readonly botsUrl: string;
  /** Process ids. */
  readonly processes: {
    readonly workers: readonly number[];
    readonly bots: number;
    readonly store: number;
    readonly temporal: number;
  };
}

/** CPU seconds by who used them. */
const PARTS = [
  'collect, texts, packing',
  'evaluate, workflows',
  'rest of the worker',
  'Chromium',
  'bots',
  'store',
  'Temporal',
] as const;
type Part = (typeof PARTS)[number];

export interface FleetRun {
  readonly name: string;
  readonly audits: number;
  readonly wallS: number;
  /** CPU seconds of an audit. */
  readonly cpuS: Readonly<Record<Part, number>>;
  /** Mean seconds from a stage's beginning to its end, waiting included. */
  readonly stageS: Readonly<Record<string, number>>;
  /** Largest of one worker with its browser. */
  readonly workerBytes: number;
  /** Most that one bot had at once, as seen five times a second. The server refuses more than two. */
  readonly connections: number;
}

const LOOK_MS = 200;
const CONNECTED = `select coalesce(max(n), 0)::int as most from
  (select count(*) as n from pg_stat_activity where datname like 'fleet%' group by datname) as by_bot`;

/** Audits of these bots, `atOnce` of them at a time, with what they cost. @throws when one is degraded */
export async function fleetRun(
  name: string,
  fleet: Fleet,
  bots: readonly string[],
  atOnce: number,
): Promise<FleetRun> {
  const { workers } = fleet.processes;
  const before = partsOf(fleet);
  const watch = await watched(fleet);
  const started = performance.now();
  const progress: AuditProgress[] = [];
  for (let at = 0; at < bots.length; at += atOnce)
    progress.push(
      ...(await Promise.all(
        bots.slice(at, at + atOnce).map((bot) => oneAudit(fleet, `${name}/${bot}`, bot)),
      )),
    );
  const wallS = (performance.now() - started) / 1_000;
  const { workerBytes, connections } = await watch.end();
  const after = partsOf(fleet);
  const cpuS = Object.fromEntries(
    PARTS.map((part) => [part, (after[part] - before[part]) / bots.length]),
  ) as Record<Part, number>;
  process.stderr.write(
    `${name}: ${String(bots.length)} audits by ${String(workers.length)} in ${wallS.toFixed(0)} s\n`,
  );
  return { name, audits: bots.length, wallS, cpuS, stageS: stagesOf(progress), workerBytes, connections };
}

async function oneAudit({ client, taskQueue }: Fleet, id: string, bot: string): Promise<AuditProgress> {
  const workflowId = `fleet/${String(process.pid)}/${id}`;
  const handle = await client.workflow.start('productionAudit', {
    taskQueue,
    workflowId,
    args: [{ bot, last: '8h' }],
  });
  const { degraded } = (await handle.result()) as AuditResult;
  if (degraded.length > 0)
    throw new Error(`a degraded audit measures nothing: ${bot}: ${degraded.join('; ')}`);
  return handle.query<AuditProgress>('progress');
}

function stagesOf(progress: readonly AuditProgress[]): Readonly<Record<string, number>> {
  const totals: Record<string, number> = {};
  for (const { stage, startedAt, endedAt } of progress.flatMap(({ stages }) => stages))
    if (startedAt !== null && endedAt !== null)
      totals[stage] = (totals[stage] ?? 0) + (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000;
  return Object.fromEntries(Object.entries(totals).map(([stage, s]) => [stage, s / progress.length]));
}

function partsOf({ processes }: Fleet): Record<Part, number> {
  const workers = processes.workers.map(treeUse);
  const threads = (isPart: (thread: string) => boolean): number =>
    workers
      .flatMap((worker) => Object.entries(worker.threads))
      .reduce((total, [thread, s]) => (isPart(thread) ? total + s : total), 0);
  const isMain = (thread: string): boolean => /^(MainThread|node)$/.test(thread);
  const isEvaluation = (thread: string): boolean => /^(WorkerThread|tinypool)/.test(thread);
  return {
    'collect, texts, packing': threads(isMain),
    'evaluate, workflows': threads(isEvaluation),
    'rest of the worker': threads((thread) => !isMain(thread) && !isEvaluation(thread)),
    Chromium: workers.reduce((total, { childrenS }) => total + childrenS, 0),
    bots: treeCpuS(processes.bots),
    store: treeCpuS(processes.store),
    Temporal: treeCpuS(processes.temporal),
  };
}

/** Looks at memory and connections until the end. */
async function watched({ botsUrl, processes }: Fleet): Promise<{
  end(): Promise<{ readonly workerBytes: number; readonly connections: number }>;
}> {
  const admin = await connectedClient({ connectionString: botsUrl });
  const most = { workerBytes: 0, connections: 0 };
  const look = async (): Promise<void> => {
    const { rows } = await admin.query<{ most: number }>(CONNECTED);
    most.connections = Math.max(most.connections, rows[0]?.most ?? 0);
    for (const pid of processes.workers)
      most.workerBytes = Math.max(most.workerBytes, treeUse(pid).residentBytes);
  };
  let looking = look();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, LOOK_MS);
  return {
    async end() {
      clearInterval(timer);
      await looking;
      await admin.end();
      return most;
    },
  };
}

/** One table of what the runs cost; the first is what the others are compared with. */
export function fleetTable(runs: readonly FleetRun[]): string {
  const sum = ({ cpuS }: FleetRun): number => Object.values(cpuS).reduce((total, s) => total + s, 0);
  const alone = runs[0] === undefined ? Number.NaN : sum(runs[0]);
  const stages = Object.keys(runs[0]?.stageS ?? {});
  const row = (what: string, of: (run: FleetRun) => string): string =>
    `| ${what} | ${runs.map(of).join(' | ')} |`;
  return [
    row('', ({ name, audits }) => `${name}, ${String(audits)} audits`),
    `|---|${runs.map(() => '---|').join('')}`,
    row('audits a minute', ({ audits, wallS }) => ((60 * audits) / wallS).toFixed(1)),
    row('CPU of an audit', (run) => `${sum(run).toFixed(2)} s`),
    row('against one after another (bar 1.30)', (run) => (sum(run) / alone).toFixed(2)),
    ...PARTS.map((part) => row(`- ${part}`, ({ cpuS }) => `${cpuS[part].toFixed(2)} s`)),
    ...stages.map((stage) =>
      row(`stage ${stage}, with waiting`, ({ stageS }) => `${(stageS[stage] ?? 0).toFixed(1)} s`),
    ),
    row('memory of a worker and its browser', ({ workerBytes }) => `${(workerBytes / 1e6).toFixed(0)} MB`),
    row('connections to one bot, at most 2', ({ connections }) => String(connections)),
    '',
  ].join('\n');
}
