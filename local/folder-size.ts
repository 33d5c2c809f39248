import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** How much of a known size is there, both in megabytes. */
export type OnGrowth = (doneMb: number, totalMb: number) => void;

const POLL_MS = 500;
const MEGABYTE = 1_000_000;

/** Tells twice a second how large a folder has become while something fills it, until the returned function is called. */
export function watchGrowth(folder: string, totalMb: number, onGrowth: OnGrowth | undefined): () => void {
  if (!onGrowth) return () => undefined;
  const timer = setInterval(() => {
    onGrowth(Math.floor(bytesIn(folder) / MEGABYTE), totalMb);
  }, POLL_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** Bytes of all files below a folder; what comes and goes meanwhile counts as nothing. */
function bytesIn(folder: string): number {
  try {
    return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
      const path = join(folder, entry.name);
      return sum + (entry.isDirectory() ? bytesIn(path) : entry.isFile() ? statSync(path).size : 0);
    }, 0);
  } catch {
    return 0;
  }
}
