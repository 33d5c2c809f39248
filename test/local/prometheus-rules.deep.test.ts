import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { CLONE } from '../../local/paths.ts';

const run = promisify(execFile);
const file = (name: string): string => join(CLONE, 'deploy', name);

/** Its own statement of rules and of when each fires; what npm brings reads their expressions only. */
test('promtool accepts the Prometheus rules, and each fires when it should', async () => {
  const version = await run('promtool', ['--version']).catch(() => null);
  if (version === null) {
    process.stderr.write('The Prometheus rules were not tried: there is no promtool.\n');
    return;
  }
  expect((await run('promtool', ['check', 'rules', file('prometheus-alerts.yaml')])).stdout).toContain(
    'SUCCESS: 8 rules found',
  );
  expect((await run('promtool', ['test', 'rules', file('prometheus-alerts.test.yaml')])).stdout).toContain(
    'SUCCESS',
  );
});
