// Started by bootstrap.test.ts: ends with the code of its argument, or waits for a signal and names it.
import { setTimeout as sleep } from 'node:timers/promises';

const [what] = process.argv.slice(2);
if (what === 'wait') {
  let signals = 0;
  process.on('SIGTERM', () => {
    signals += 1;
    setTimeout(() => {
      process.stdout.write(`got SIGTERM ${String(signals)} times\n`);
      process.exit(42);
    }, 300);
  });
  process.stdout.write(`waiting ${process.versions.node}\n`);
  await sleep(60_000);
} else {
  process.exitCode = Number(what);
}
