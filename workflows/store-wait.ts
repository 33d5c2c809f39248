import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { sleep } from '@temporalio/workflow';
import { FAILURE } from './failure-types.ts';

/** With an activity's own attempts between them about half an hour; the clock would count while no worker is there. */
const WAITS = 40;

/**
 * Does it again for half an hour while our own store or its disk is away: the bot's data are as good as before, and a
 * report that names a broken source instead would be wrong.
 */
export async function whileStoreIsAway<T>(work: () => Promise<T>): Promise<T> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isStoreAway(error) || waits >= WAITS) throw error;
      await sleep('30s', { summary: 'waiting for the audit’s own store' });
    }
  }
}

/** Whether an activity gave up because our own store or its disk could not be used. */
export function isStoreAway(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === FAILURE.storeUnavailable
  );
}
