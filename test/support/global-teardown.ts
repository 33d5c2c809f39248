import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stopProcess } from '../../local/process.ts';
import { stopStack } from '../../local/stack-stop.ts';
import { readServer } from './run-folder.ts';

/** Stops what the run started and removes its folder. */
export default async function globalTeardown(): Promise<void> {
  const folder = process.env['AUDIT_TEST_RUN'];
  if (!folder) return;
  await stopServersOf(folder);
  rmSync(folder, { recursive: true, force: true });
}

/** Ends the shared servers of a run and the stacks of its tests, also those of a test that failed half-way. */
export async function stopServersOf(folder: string): Promise<void> {
  await Promise.all(stacksOf(folder).map((stateDirectory) => stopStack(stateDirectory)));
  const files = readdirSync(folder).filter((name) => name.endsWith('.server.json'));
  await Promise.all(
    files.map(async (name) => {
      const server = readServer(join(folder, name));
      // PostgreSQL takes SIGINT as a fast shutdown; the others end on it as well.
      if (server) await stopProcess(server.process, { signal: 'SIGINT', graceMs: 5_000 });
    }),
  );
}

function stacksOf(folder: string): readonly string[] {
  const scratch = join(folder, 'scratch');
  if (!existsSync(scratch)) return [];
  return readdirSync(scratch)
    .map((name) => join(scratch, name))
    .filter((directory) => existsSync(join(directory, 'stack.json')));
}
