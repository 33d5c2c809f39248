import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { environment } from '../config.ts';
import { demoData } from '../local/demo/fill.ts';
import { freePort } from '../local/ports.ts';
import { startWorker, type RunningWorker } from '../local/worker-process.ts';
import { createPool } from '../store/pool.ts';
import { insertSnapshots } from '../store/snapshots.ts';
import { NOW } from './past.ts';
import { fleetRun, fleetTable, type Fleet, type FleetRun } from './fleet-run.ts';
import { withFleetStack, type FleetStack } from './fleet-stack.ts';

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

const runs = await withFleetStack(names, { pinned: true }, measured);
process.stdout.write(values.json === true ? `${JSON.stringify(runs)}\n` : fleetTable(runs));

async function measured(fleetStack: FleetStack): Promise<readonly FleetRun[]> {
  const { stack, bots, pidOf } = fleetStack;
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
    second = await anotherWorker(fleetStack);
    const { processes: known } = fleet;
    const pair = { ...fleet, processes: { ...known, workers: [...known.workers, second.process.pid] } };
    await fleetRun('warm', pair, names.slice(0, 4), 4);
    return [alone, one, await fleetRun('two workers', pair, names, names.length)];
  } finally {
    await second?.stop();
    await connection.close();
  }
}

async function anotherWorker({ given, stack, folder }: FleetStack): Promise<RunningWorker> {
  const [report, metrics] = [await freePort(environment()), await freePort(environment())];
  return startWorker({
    environment: {
      ...given,
      ...stack.environment,
      AUDIT_STACK_REPORT_PORT: String(report),
      AUDIT_STACK_METRICS_PORT: String(metrics),
    },
    reportUrl: `http://127.0.0.1:${String(report)}`,
    logFile: join(folder, 'second-worker.log'),
  });
}
