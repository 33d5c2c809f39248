import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startOf } from './process.ts';

/** Where a cache folder is built before it is renamed into place; named after the process, so that the dead are known. */
export function scratchFolder(directory: string): string {
  return `${directory}.part-${String(process.pid)}`;
}

/** Removes what downloads that were killed left in the cache. */
export function removeDeadScratch(cache: string): void {
  if (!existsSync(cache)) return;
  for (const name of readdirSync(cache)) {
    const pid = /\.part-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && startOf(Number(pid)) === null)
      rmSync(join(cache, name), { recursive: true, force: true });
  }
}
