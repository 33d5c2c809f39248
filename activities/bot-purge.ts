import { activityInfo } from '@temporalio/activity';
import { setTimeout as sleep } from 'node:timers/promises';
import { botPurgeWarnings, type BotRetention } from '../audit/bot-retention.ts';
import { daysBefore } from '../audit/retention.ts';
import { withPurgedTables } from '../sources/bot-retention/session.ts';
import {
  countOld,
  FIRST_ROWS,
  nextRows,
  removeBatch,
  type Batch,
  type PurgeCursor,
} from '../sources/bot-retention/remove-rows.ts';
import {
  closeBotPurge,
  earlierTotals,
  hadBotPurge,
  recordBotPurge,
  sparedWindows,
} from '../store/retention/bot-purges.ts';
import { activityNow, withHeartbeat } from './activity-context.ts';
import { findBot, type ActivityDependencies } from './dependencies.ts';
import { failure, FAILURE } from './failures.ts';
import type { AuditActivities } from './types.ts';

type Purging = Pick<AuditActivities, 'planBotPurge' | 'removeBotRows' | 'closeBotPurge'>;

/** How long one activity goes on. */
const WORK_MS = 8_000;

/** Removes old rows of a bot's own audit tables, for bots that ask for it. */
export function createBotPurging({ config, pool }: ActivityDependencies): Purging {
  function retentionOf(name: string): BotRetention {
    const { retention } = findBot(config, name);
    if (retention !== undefined) return retention;
    throw failure(
      FAILURE.invalidConfiguration,
      `The tables of bot ${name} are never touched: its configuration has no key "retention".`,
    );
  }

  return {
    planBotPurge: ({ purge: id, input }) =>
      withHeartbeat(async () => {
        const { facts, asOf } = findBot(config, input.bot ?? null);
        const bot = facts.name;
        const retention = retentionOf(bot);
        const now = asOf ?? activityNow();
        const cutoff = daysBefore(now, retention.days);
        const { timeZone } = retention;
        const tables = await withPurgedTables(bot, retention, async (client, examined) => {
          const counts: { table: string; old: number; removed: number; kept: number }[] = [];
          for (const table of examined) {
            const old = await countOld({ client, table, cutoff, timeZone, spared: [] });
            counts.push({ table: table.table, old, removed: 0, kept: 0 });
          }
          return counts;
        });
        const execute = input.execute === true && (await hadBotPurge(pool, bot));
        const workflowId = activityInfo().workflowExecution?.workflowId ?? id;
        await recordBotPurge(pool, { id, bot, workflowId, plannedAt: activityNow(), cutoff, tables });
        const old = tables.reduce((sum, one) => sum + one.old, 0);
        return {
          purge: id,
          bot,
          cutoff,
          execute,
          tables,
          warnings: botPurgeWarnings(old, await earlierTotals(pool, bot)),
        };
      }),

    removeBotRows: ({ bot, table: name, cutoff, cursor: start }) =>
      withHeartbeat(async (signal, report) => {
        const retention = retentionOf(bot);
        const spared = await sparedWindows(pool, bot);
        return withPurgedTables(bot, retention, async (client, examined) => {
          const table = examined.find((one) => one.table === name);
          if (table === undefined)
            throw failure(
              FAILURE.invalidConfiguration,
              `The configuration of bot ${bot} no longer names the table ${name}.`,
            );
          const until = Date.now() + WORK_MS;
          // What a killed attempt had told is not counted twice, nor looked at again.
          let { cursor, seen, removed } = told() ?? { cursor: start, seen: 0, removed: 0 };
          let rows = FIRST_ROWS;
          do {
            signal.throwIfAborted();
            const begun = performance.now();
            const batch: Batch = await removeBatch({
              client,
              table,
              cutoff,
              timeZone: retention.timeZone,
              spared,
              cursor,
              rows,
            });
            seen += batch.seen;
            removed += batch.removed;
            ({ cursor } = batch);
            if (cursor !== null) report({ cursor, seen, removed });
            const tookMs = performance.now() - begun;
            rows = nextRows(rows, tookMs);
            // Half of the time is the bot's.
            await sleep(tookMs);
          } while (cursor !== null && Date.now() < until);
          return { seen, removed, cursor };
        });
      }),

    async closeBotPurge({ purge, outcome, tables }) {
      await closeBotPurge(pool, purge, outcome, tables);
    },
  };
}

interface Told {
  readonly cursor: PurgeCursor | null;
  readonly seen: number;
  readonly removed: number;
}

/** Where an earlier attempt of this activity stood; null: there was none. */
function told(): Told | null {
  const details: unknown = activityInfo().heartbeatDetails;
  return details !== null && typeof details === 'object' && 'cursor' in details ? (details as Told) : null;
}
