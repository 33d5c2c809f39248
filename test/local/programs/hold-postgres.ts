// Started by postgres.test.ts and killed there: a process that had a cluster running.
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../local/ports.ts';
import { startPostgres } from '../../../local/postgres.ts';

const [dataDirectory = ''] = process.argv.slice(2);
const server = await startPostgres({
  dataDirectory,
  port: await freePort(process.env),
  environment: process.env,
  logFile: `${dataDirectory}.log`,
});
process.stdout.write(`${JSON.stringify({ url: server.url, pid: server.process.pid })}\n`);
await sleep(120_000);
