// Started by stack.deep.test.ts: holds a demo stack in the given state folder until it is killed.
import { setTimeout as sleep } from 'node:timers/promises';
import { startStack } from '../../../local/stack.ts';

const [stateDirectory = '', abortAfterMs] = process.argv.slice(2);
const cancel = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    cancel.abort();
  });
}
if (abortAfterMs !== undefined)
  setTimeout(() => {
    cancel.abort();
  }, Number(abortAfterMs));
const stack = await startStack({
  environment: process.env,
  owner: 'this-process',
  configPath: null,
  now: new Date('2026-11-20T09:00:00Z'),
  stateDirectory,
  signal: cancel.signal,
});
process.stdout.write(`${JSON.stringify(stack.connection)}\n`);
await Promise.race([
  sleep(120_000),
  new Promise((resolve) => {
    cancel.signal.addEventListener('abort', resolve);
  }),
]);
await stack.stop();
