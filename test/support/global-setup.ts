import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, ownIdentity } from '../../local/process.ts';
import type { ProcessIdentity } from '../../local/process.ts';
import { stopServersOf } from './global-teardown.ts';
import { RUNS } from './run-folder.ts';

/** Makes this run's folder; what it needs is started by the first test that asks. Runs that were killed are cleaned up. */
export default async function globalSetup(): Promise<void> {
  mkdirSync(RUNS, { recursive: true, mode: 0o755 });
  for (const name of readdirSync(RUNS)) {
    const folder = join(RUNS, name);
    if (ownerLives(folder)) continue;
    await stopServersOf(folder);
    rmSync(folder, { recursive: true, force: true });
  }
  const folder = mkdtempSync(join(RUNS, 'run-'));
  // The cluster's user, which is not ours when we are root, has to pass.
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'owner.json'), JSON.stringify(ownIdentity()));
  process.env['AUDIT_TEST_RUN'] = folder;
  // A stack that a test starts leaves the usual ports to a demo.
  process.env['AUDIT_PORTS'] = 'free';
}

function ownerLives(folder: string): boolean {
  try {
    return isRunning(JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as ProcessIdentity);
  } catch {
    return false;
  }
}
