import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { patched, sleep } from '@temporalio/workflow';
import { FAILURE } from './failure-types.ts';

/** With the attempts of the activity between them. */
const PAUSE_MS = 15_000;
/** Some hours: whoever is still not let in by then ends like one that could not read. */
const TURNS = 500;

/**
 * Reads the bot's source, patiently: what passes (a database that restarts, a locked table) costs time and not evidence,
 * for `patienceMs` since it was first seen. Each attempt is a new snapshot; the last one takes what can be read. Waiting
 * for other audits of the same bot is no trouble of the source, and is not counted.
 */
export async function whileSourceIsAway<T>(
  patienceMs: number,
  attempt: (patient: boolean) => Promise<T>,
): Promise<T> {
  let lostAt: number | null = null;
  let turns = 0;
  for (;;) {
    const leftMs = lostAt === null ? patienceMs : lostAt + patienceMs - Date.now();
    try {
      return await attempt(leftMs > 0);
    } catch (error) {
      const busyMs = busyFor(error);
      if (busyMs !== null && turns < TURNS) {
        turns += 1;
        await sleep(busyMs, { summary: 'waiting for other audits of this bot' });
        continue;
      }
      // Runs that began before gave up at once.
      if (leftMs <= 0 || !isSourceLost(error) || !patched('waits-for-source')) throw error;
      lostAt ??= Date.now();
      await sleep(PAUSE_MS, { summary: 'waiting for the bot’s database' });
    }
  }
}

/** Whether the source itself was lost or refused to be read, as against a fault of the worker. */
export function isOfSource(error: unknown): boolean {
  return isSourceLost(error) || typeOf(error) === FAILURE.sourceRefused;
}

/** Whether the source was lost, which may pass. */
export function isSourceLost(error: unknown): boolean {
  return typeOf(error) === FAILURE.sourceLost;
}

/** Whether an earlier report has read more and stays the newest. */
export function isReportKept(error: unknown): boolean {
  return typeOf(error) === FAILURE.reportKept;
}

/** How long to wait for a turn, milliseconds; null: it was not busy. */
function busyFor(error: unknown): number | null {
  if (typeOf(error) !== FAILURE.sourceBusy) return null;
  const [waitMs] = (error as ActivityFailure & { cause: ApplicationFailure }).cause.details ?? [];
  return typeof waitMs === 'number' ? waitMs : PAUSE_MS;
}

function typeOf(error: unknown): string | null {
  const cause = error instanceof ActivityFailure ? error.cause : null;
  return cause instanceof ApplicationFailure ? (cause.type ?? null) : null;
}
