import { errorMessage } from './audit/error-message.ts';
import type { AuditLogger } from './server/logger.ts';
import { withDeadline } from './store/file-turns.ts';

const CLOSE_MS = 5_000;
const LAST_MS = 3_000;

/**
 * Closes all that a worker has opened, then lets the process end. What does not close in time is left: a thread that waits
 * for a file system that hangs never ends, and Node waits for it even in `process.exit`, so the last resort is SIGKILL.
 */
export async function endWorker(
  closings: Readonly<Record<string, () => Promise<unknown>>>,
  { log }: Pick<AuditLogger, 'log'>,
): Promise<void> {
  await Promise.all(
    Object.entries(closings).map(async ([name, close]) => {
      try {
        await withDeadline(close(), CLOSE_MS, () => new Error(`not closed in ${String(CLOSE_MS / 1000)} s`));
      } catch (error) {
        log('warn', 'something of the worker did not close', { name, error: errorMessage(error) });
      }
    }),
  );
  log('info', 'stopped');
  // Only a process that does not end by itself sees it.
  setTimeout(() => {
    log('warn', 'file operations have not come back; the process ends by SIGKILL');
    process.kill(process.pid, 'SIGKILL');
  }, LAST_MS).unref();
}
