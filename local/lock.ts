import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isRunning, ownIdentity, waitFor } from './process.ts';
import type { ProcessIdentity } from './process.ts';

/** Takes a lock file for this process, or returns who holds it. A holder that died no longer holds it. */
export function tryLock(file: string): { readonly heldBy: ProcessIdentity } | { release(): void } {
  const mine = `${file}.${String(process.pid)}`;
  writeFileSync(mine, JSON.stringify(ownIdentity()), { mode: 0o600 });
  try {
    // A hard link appears at once and with its content: nobody ever reads half a lock.
    linkSync(mine, file);
    return {
      release: () => {
        rmSync(file, { force: true });
      },
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(mine, { force: true });
  }
  const holder = readHolder(file);
  if (holder && isRunning(holder)) return { heldBy: holder };
  breakStale(file);
  return tryLock(file);
}

/** Waits for the lock. @throws naming the holder after the time is over */
export async function lock(file: string, timeoutMs: number): Promise<{ release(): void }> {
  let heldBy: ProcessIdentity | undefined;
  let taken: { release(): void } | undefined;
  await waitFor(() => {
    const attempt = tryLock(file);
    if ('release' in attempt) taken = attempt;
    else heldBy = attempt.heldBy;
    return taken !== undefined;
  }, timeoutMs);
  if (taken) return taken;
  throw new Error(
    `Another process (pid ${String(heldBy?.pid)}) has held ${file} for ${String(Math.round(timeoutMs / 1000))} s. ` +
      'Wait for it to end, or end it.',
  );
}

function breakStale(file: string): void {
  const aside = `${file}.stale-${String(process.pid)}`;
  try {
    renameSync(file, aside);
    const moved = readHolder(aside);
    // Somebody broke the stale lock first and took it: what was moved is theirs, so it goes back.
    if (moved && isRunning(moved)) linkSync(aside, file);
  } catch {
    // Gone or taken meanwhile; the next try decides.
  } finally {
    rmSync(aside, { force: true });
  }
}

function readHolder(file: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return null;
  }
}
