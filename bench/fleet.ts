import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { environment } from '../config.ts';
import { demoData, fillDemo } from '../local/demo/fill.ts';
import { cacheDirectory } from '../local/paths.ts';
import { connectedClient } from '../local/pg-client.ts';
import { freePort } from '../local/ports.ts';
import { startPostgres, type RunningPostgres } from '../local/postgres.ts';
import { startStack, type RunningStack } from '../local/stack.ts';
import { readState } from '../local/state.ts';
import { startWorker, type RunningWorker } from '../local/worker-process.ts';
import { createPool } from '../store/pool.ts';
import { insertSnapshots } from '../store/snapshots.ts';
import { NOW } from './past.ts';
import { fleetRun, fleetTable, type Fleet, type FleetRun } from './fleet-run.ts';

/**
 * `node bin/bootstrap.mjs bench/fleet.ts [--bots 100] [--json]`: the newest shift of so many bots of the demo's size, all
 * asked for at once, by one worker and by two; before that one after another, which is what each costs alone. Linux only.
 */
const { values } = parseArgs({
  options: { bots: { type: 'string', default: '100' }, json: { type: 'boolean' } },
});
const names = Array.from({ length: Number(values.bots) }, (_, index) => `fleet_${String(index + 1)}`);
/** Audits that are made alone. */
const ALONE = 5;
/** An audit reads over one connection, and cancels over a second. */
const CONNECTIONS = 2;

const readerPassword = randomBytes(18).toString('base64url');
const given = { ...environment(), FLEET_READER_PASSWORD: readerPassword };

const folder = mkdtempSync(join(cacheDirectory(environment()), 'bench-fleet-'));
chmodSync(folder, 0o711);
const bots = await startPostgres({
  dataDirectory: join(folder, 'bots'),
  port: await freePort(environment()),
  environment: environment(),
  logFile: join(folder, 'bots.log'),
  settings: { fsync: 'off', max_connections: '500' },
});
let runs: readonly FleetRun[];
try {
  const configPath = join(folder, 'fleet.config.yaml');
  writeFileSync(configPath, await configOf(bots));
  const stack = await startStack({
    environment: given,
    owner: 'this-process',
    configPath,
    now: new Date(NOW),
    stateDirectory: join(folder, 'stack'),
  });
  try {
    runs = await measured(stack);
  } finally {
    await stack.stop();
  }
} finally {
  await bots.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(values.json === true ? `${JSON.stringify(runs)}\n` : fleetTable(runs));

/** A database for each bot, all with the same rows, which one reader may ask over two connections each. */
async function configOf(server: RunningPostgres): Promise<string> {
  const admin = await connectedClient({ connectionString: server.url });
  const demo = new URL(server.url);
  demo.pathname = '/demo';
  try {
    await admin.query('create database demo');
    const { asOf } = await fillDemo({ botUrl: demo.href, storeUrl: null, now: NOW, readerPassword });
    for (const name of names) {
      await admin.query(`create database ${name} template demo strategy file_copy`);
      await admin.query(`alter database ${name} connection limit ${String(CONNECTIONS)}`);
    }
    const entries = names.map((name) =>
      [
        `  ${name}:`,
        '    mapping: native',
        `    database: postgres://audit_reader:\${FLEET_READER_PASSWORD}@${demo.host}/${name}`,
        '    environment: paper',
        '    exchanges: [binance, bybit]',
        `    asOf: ${asOf}`,
        '    sources: { database: required, snapshots: required }',
      ].join('\n'),
    );
    return `bots:\n${entries.join('\n')}\n`;
  } finally {
    await admin.end();
  }
}

async function measured({ connection: stack }: RunningStack): Promise<readonly FleetRun[]> {
  const processes = readState(join(folder, 'stack'))?.processes ?? {};
  const pidOf = (name: string): number => {
    const found = processes[name];
    if (found === undefined) throw new Error(`the stack has no process ${name}`);
    return found.pid;
  };
  const store = createPool(stack.auditDatabaseUrl, { max: 1 });
  const { snapshots } = demoData(NOW);
  for (const name of names) await insertSnapshots(store, name, snapshots);
  await store.end();
  const connection = await Connection.connect({ address: stack.temporalAddress });
  let second: RunningWorker | null = null;
  try {
    const fleet: Fleet = {
      client: new Client({ connection }),
      taskQueue: stack.taskQueue,
      botsUrl: bots.url,
      processes: {
        workers: [pidOf('worker')],
        bots: bots.process.pid,
        store: pidOf('postgres'),
        temporal: pidOf('temporal'),
      },
    };
    // The first warms what starts with the first audit; it is not counted.
    await fleetRun('warm', fleet, names.slice(0, 1), 1);
    const alone = await fleetRun('one after another', fleet, names.slice(0, ALONE), 1);
    const one = await fleetRun('one worker', fleet, names, names.length);
    second = await anotherWorker(stack.environment);
    const { processes: known } = fleet;
    const pair = { ...fleet, processes: { ...known, workers: [...known.workers, second.process.pid] } };
    await fleetRun('warm', pair, names.slice(0, 4), 4);
    return [alone, one, await fleetRun('two workers', pair, names, names.length)];
  } finally {
    await second?.stop();
    await connection.close();
  }
}

async function anotherWorker(ofStack: Readonly<Record<string, string>>): Promise<RunningWorker> {
  const [report, metrics] = [await freePort(environment()), await freePort(environment())];
  return startWorker({
    environment: {
      ...given,
      ...ofStack,
      AUDIT_STACK_REPORT_PORT: String(report),
      AUDIT_STACK_METRICS_PORT: String(metrics),
    },
    reportUrl: `http://127.0.0.1:${String(report)}`,
    logFile: join(folder, 'second-worker.log'),
  });
}
