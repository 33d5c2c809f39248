import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from './run-folder.ts';

/** An empty folder that goes with the run; other users may pass through it, as PostgreSQL's must when we are root. */
export function scratchDirectory(name: string): string {
  const parent = join(runFolder(), 'scratch');
  mkdirSync(parent, { recursive: true, mode: 0o755 });
  const folder = mkdtempSync(join(parent, `${name}-`));
  chmodSync(folder, 0o711);
  return folder;
}
