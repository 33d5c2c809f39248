import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lock } from '../../local/lock.ts';
import { cloneKey } from '../../local/paths.ts';
import type { ProcessIdentity } from '../../local/process.ts';

/** Where test runs of this clone keep what they started; never a stack's state folder. */
export const RUNS = join(tmpdir(), `production-audit-test-${cloneKey()}`);

/** A server that the test files of one run share. */
export interface SharedServer<Facts> {
  readonly process: ProcessIdentity;
  readonly facts: Facts;
}

/** The folder of this run, made by globalSetup. */
export function runFolder(): string {
  const folder = process.env['AUDIT_TEST_RUN'];
  if (!folder) throw new Error('No test run: start the tests with jest and its globalSetup.');
  return folder;
}

/**
 * The facts of a server that all test files share, started by the first that asks.
 * Workers are processes: the start is guarded by a lock file, its outcome is a JSON file that globalTeardown reads.
 */
export async function sharedServer<Facts>(
  name: string,
  start: (folder: string) => Promise<SharedServer<Facts>>,
): Promise<Facts> {
  const file = join(runFolder(), `${name}.server.json`);
  const known = readServer<Facts>(file);
  if (known) return known.facts;
  const held = await lock(join(runFolder(), `${name}.lock`), 120_000);
  try {
    const startedMeanwhile = readServer<Facts>(file);
    if (startedMeanwhile) return startedMeanwhile.facts;
    const folder = join(runFolder(), name);
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    const server = await start(folder);
    writeFileSync(`${file}.new`, JSON.stringify(server));
    renameSync(`${file}.new`, file);
    return server.facts;
  } finally {
    held.release();
  }
}

export function readServer<Facts>(file: string): SharedServer<Facts> | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SharedServer<Facts>;
  } catch {
    return null;
  }
}
