import { sleep } from '@temporalio/activity';
import { ms } from '../audit/time.ts';
import { SourceLost } from '../sources/errors.ts';
import { takeSnapshot } from '../sources/snapshots/take.ts';
import { forgetGap, noteGaps } from '../store/snapshot-gaps.ts';
import { insertSnapshots } from '../store/snapshots.ts';
import { activityNow, withHeartbeat } from './activity-context.ts';
import { findBot, type ActivityDependencies } from './dependencies.ts';
import { failure, FAILURE, type FailureType } from './failures.ts';
import type { AuditActivities } from './types.ts';

const MINUTE_MS = 60_000;

/** One snapshot of one minute; a second one of the same minute changes nothing. And why a minute has none. */
export function createSnapshotting({
  config,
  pool,
}: ActivityDependencies): Pick<AuditActivities, 'takeSnapshot' | 'noteGaps'> {
  return {
    takeSnapshot: ({ bot: name, slot, earlyMs = 0 }) =>
      withHeartbeat(async (signal) => {
        const bot = findBot(config, name);
        const lateMs = ms(activityNow()) - ms(slot);
        if (lateMs >= MINUTE_MS) {
          throw failure(
            FAILURE.snapshotMissed,
            `The snapshot of bot ${name} for ${slot} is ${String(Math.floor(lateMs / 1000))} s late; its gauges are gone.`,
          );
        }
        // No longer than it was asked early: a clock that is behind Temporal's would miss the minute.
        const begins = () => sleep(Math.max(0, Math.min(ms(slot) - Date.now(), earlyMs)));
        const row = await takeSnapshot({ bot, slot, begins, signal }).catch((error: unknown) => {
          throw named(error);
        });
        const inserted = (await insertSnapshots(pool, name, [row])) === 1;
        // An earlier attempt may have been given up, and its minute noted, while this one was still at work.
        await forgetGap(pool, name, row.slot);
        const { at: _at, taken_at: _takenAt, tables: _tables, ...numbers } = row;
        return { inserted, numbers };
      }),
    async noteGaps({ bot, gaps }) {
      return { present: await noteGaps(pool, bot, gaps) };
    },
  };
}

/** SQLSTATEs by which somebody else, who can be found, kept the snapshot from its minute. */
const BY_CODE: Readonly<Record<string, FailureType>> = {
  '55P03': FAILURE.tableLocked,
  '57014': FAILURE.statementCancelled,
};

function named(error: unknown): unknown {
  const type = error instanceof SourceLost ? BY_CODE[error.code ?? ''] : undefined;
  return error instanceof SourceLost && type !== undefined ? failure(type, error.message) : error;
}
