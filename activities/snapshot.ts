import { ms } from '../audit/time.ts';
import { takeSnapshot } from '../sources/snapshots/take.ts';
import { insertSnapshots } from '../store/snapshots.ts';
import { activityNow, withHeartbeat } from './activity-context.ts';
import { findBot, type ActivityDependencies } from './dependencies.ts';
import { failure, FAILURE } from './failures.ts';
import type { AuditActivities } from './types.ts';

const MINUTE_MS = 60_000;

/** One snapshot of one minute; a second one of the same minute changes nothing. */
export function createSnapshotting({
  config,
  pool,
}: ActivityDependencies): Pick<AuditActivities, 'takeSnapshot'> {
  return {
    takeSnapshot: ({ bot: name, slot }) =>
      withHeartbeat(async (signal) => {
        const bot = findBot(config, name);
        const lateMs = ms(activityNow()) - ms(slot);
        if (lateMs >= MINUTE_MS) {
          throw failure(
            FAILURE.snapshotMissed,
            `The snapshot of bot ${name} for ${slot} is ${String(Math.floor(lateMs / 1000))} s late; its gauges are gone.`,
          );
        }
        const row = await takeSnapshot({ bot, slot, signal });
        return { inserted: (await insertSnapshots(pool, name, [row])) === 1 };
      }),
  };
}
