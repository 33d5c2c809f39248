import { activityInfo } from '@temporalio/activity';
import { purgeBatch } from '../store/retention/execute.ts';
import { pinnedOf, planPurge } from '../store/retention/plan.ts';
import {
  approvePurge,
  findPurge,
  finishPurge,
  hadDryRun,
  unfinishedPurges,
  type PurgeApproval,
  type PurgeRow,
} from '../store/retention/purges.ts';
import type { PurgeInput } from '../workflows/schedule-input.ts';
import { activityNow, withHeartbeat } from './activity-context.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { failure, FAILURE } from './failures.ts';
import { oldestOpenRun } from './open-runs.ts';
import { isRunning } from './other-run.ts';
import type { AuditActivities } from './types.ts';

type Purging = Pick<AuditActivities, 'planPurge' | 'beginPurge' | 'purgeBatch' | 'finishPurge'>;

/** Plans, approves, executes and closes purges of our own store. Each piece can be done again. */
export function createPurging(dependencies: ActivityDependencies): Purging {
  const { config, pool, artifacts, log } = dependencies;
  const { retention } = config;
  const pinned = config.bots.flatMap(({ facts, asOf }) => (asOf === null ? [] : [{ bot: facts.name, asOf }]));

  /** Runs that were terminated have left no end. */
  async function closeAbandoned(own: string): Promise<void> {
    for (const { id, workflowId } of await unfinishedPurges(pool)) {
      if (id === own || (await isRunning(workflowId))) continue;
      await finishPurge(pool, id, 'abandoned');
      log('warn', 'a purge was ended without its tombstone', { workflowId });
    }
  }

  async function known(id: string): Promise<PurgeRow> {
    const purge = await findPurge(pool, id);
    if (purge !== null) return purge;
    throw failure(
      FAILURE.storeUnavailable,
      `Purge ${id} is not in the store; was it restored from a backup?`,
    );
  }

  return {
    planPurge: ({ purge: id, input, scheduled }) =>
      withHeartbeat(async (signal) => {
        await closeAbandoned(id);
        const approval = approvalOf(input, { scheduled, isFirst: !(await hadDryRun(pool)), ...retention });
        const { workflowExecution } = activityInfo();
        const plan = await planPurge(pool, artifacts, {
          id,
          workflowId: workflowExecution?.workflowId ?? id,
          approval,
          retention,
          maxSharePercent: input.maxSharePercent ?? retention.maxSharePercent,
          now: activityNow(),
          openSince: await oldestOpenRun(config.temporal.taskQueue),
          pinned,
          alive: () => {
            signal.throwIfAborted();
          },
        });
        return { purge: id, approval, approvalHours: retention.approvalHours, ...plan };
      }),

    async beginPurge({ purge, by }) {
      if (await approvePurge(pool, purge, by)) return;
      throw failure(
        FAILURE.purgePlanChanged,
        'The items of the plan are no longer those that were approved. Nothing was removed; start the purge again.',
      );
    },

    purgeBatch: ({ purge: id, name }) =>
      withHeartbeat(async (signal, report) => {
        const purge = await known(id);
        if (purge.approvedBy === null || purge.outcome !== null)
          throw failure(FAILURE.purgePlanChanged, `Purge ${id} is not approved, or is over.`);
        if (name === 'artifacts') await artifacts.removeHalfWritten();
        let done = 0;
        const left = await purgeBatch(
          {
            pool,
            artifacts,
            pinned: pinnedOf({ pinned, retention }),
            alive: () => {
              signal.throwIfAborted();
              done += 1;
              report({ name, done });
            },
          },
          purge,
          name,
        );
        return { left };
      }),

    async finishPurge({ purge, outcome }) {
      return { removed: await finishPurge(pool, purge, outcome) };
    },
  };
}

/** Who approves: nobody the first time, which only shows what would happen. */
export function approvalOf(
  { dryRun }: PurgeInput,
  question: { readonly scheduled: boolean; readonly isFirst: boolean; readonly selfApprove: boolean },
): PurgeApproval {
  if (dryRun === true || question.isFirst) return 'dryRun';
  return question.scheduled && question.selfApprove ? 'schedule' : 'person';
}
