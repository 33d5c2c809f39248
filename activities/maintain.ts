import { tmpdir } from 'node:os';
import { examineDatabase, examinedLines } from '../sources/database/examine.ts';
import { removeProfiles } from '../store/leftovers.ts';
import { countMonths } from '../store/retention/month-counts.ts';
import { bucketSizes, databaseSizes, diskSpace, folderSizes } from '../store/sizes.ts';
import { ensureSnapshotMonths } from '../store/snapshot-partitions.ts';
import { activityNow, withHeartbeat } from './activity-context.ts';
import { findBot, type ActivityDependencies } from './dependencies.ts';
import type { AuditActivities } from './types.ts';

type Maintaining = Pick<AuditActivities, 'keepStore' | 'botNames' | 'examineBot'>;

/** This month and two ahead: a month without a night makes no insert wait for a partition. */
const MONTHS = 3;
const LOW_SHARE = 0.05;

/** The daily upkeep: our own store, and each bot's database as an audit would find it. Removes only what no one owns. */
export function createMaintaining({ config, pool, artifacts, scrub }: ActivityDependencies): Maintaining {
  const { artifactDirectory, objectStore } = config;
  return {
    keepStore: () =>
      withHeartbeat(async (signal) => {
        const alive = (): void => {
          signal.throwIfAborted();
        };
        const monthsMade = await ensureSnapshotMonths(pool, monthsFrom(activityNow()));
        await countMonths(pool, activityNow(), alive);
        const leftovers = (await artifacts.removeHalfWritten()) + (await removeProfiles(tmpdir()));
        const isFolder = objectStore === undefined;
        const files = await (isFolder
          ? folderSizes(artifactDirectory, alive)
          : bucketSizes(artifacts, alive));
        const space = isFolder ? await diskSpace(artifactDirectory) : null;
        const isLow = space !== null && space.freeBytes < space.totalBytes * LOW_SHARE;
        return {
          monthsMade,
          leftovers,
          ...(await databaseSizes(pool)),
          ...files,
          freeBytes: space?.freeBytes ?? null,
          warnings: isLow ? ['the disk of the artifacts is nearly full'] : [],
        };
      }),

    botNames: () => Promise.resolve(config.bots.map(({ facts }) => facts.name)),

    examineBot: ({ bot: name }) =>
      withHeartbeat(async () => {
        const bot = findBot(config, name);
        if (bot.databaseUrl === null)
          return { bot: name, outcome: 'not tried', lines: ['its database is declared none'] } as const;
        const found = await examineDatabase(bot, bot.databaseUrl, new Date(activityNow()));
        const lines = examinedLines(found).map(scrub);
        return { bot: name, outcome: found.errors.length > 0 ? 'failed' : 'works', lines } as const;
      }),
  };
}

/** A time in each of the months from this one on. */
function monthsFrom(now: string): readonly string[] {
  const date = new Date(now);
  return Array.from({ length: MONTHS }, (_one, ahead) =>
    new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1)).toISOString(),
  );
}
